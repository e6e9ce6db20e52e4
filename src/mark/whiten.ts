/** @file What of a picture could be a mark: what differs from its surroundings, each place as loud as any other. */
import { boxMean, mapPlane, type Plane } from "../base/plane.js";

/** A place is compared with the mean of as much around it, px of the film. */
const MEAN_RADIUS = 6;
/** … and made as loud as what is so far around it, px of the film. */
const LOUDNESS_RADIUS = 10;
/** Less than this is not made louder, steps of luma. */
const QUIET = 0.6;
/** What sticks out more than this many standard deviations is a picture's edge. */
const MOST_DEVIATIONS = 2.5;

/** Radii for a scale, px of the picture. */
function radiiFor(scale: number): readonly [number, number] {
  return [
    Math.max(2, Math.round(MEAN_RADIUS * scale)),
    Math.max(4, Math.round(LOUDNESS_RADIUS * scale)),
  ];
}

/**
 * Makes what gives a picture's whitened plane for any scale; planes are kept as long as the scales that
 * follow need the same.
 *
 * @param luma - 0..255.
 * @returns (px of the picture for one px of the film) → standard deviations, within ±2.5.
 */
export function makeWhitener(luma: Plane): (scale: number) => Plane {
  let last: { readonly name: string; readonly plane: Plane } | undefined;
  return (scale) => {
    const radii = radiiFor(scale);
    const name = radii.join();
    if (last?.name !== name) last = { name, plane: whiten(luma, radii) };
    return last.plane;
  };
}

function whiten(luma: Plane, [meanRadius, loudnessRadius]: readonly [number, number]): Plane {
  const means = boxMean(luma, meanRadius);
  const detail = mapPlane(luma, (value, i) => value - means.data[i]);
  const powers = boxMean(
    mapPlane(detail, (value) => value * value),
    loudnessRadius,
  );
  return mapPlane(detail, (value, i) => {
    const deviations = value / (Math.sqrt(Math.max(0, powers.data[i])) + QUIET);
    return Math.min(MOST_DEVIATIONS, Math.max(-MOST_DEVIATIONS, deviations));
  });
}
