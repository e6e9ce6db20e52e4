/**
 * @file What of a picture could be a mark: what differs from its surroundings, each place weighed by how
 * little the picture itself varies there.
 */
import { boxMean, mapPlane, type Plane } from "../base/plane.js";

/** A place's surroundings reach so far, px of the film. */
const RADIUS = 6;
/** What varies less than this counts as varying so much, steps of luma: compression has been there. */
const LEAST_DEVIATION = 0.5;
/** What sticks out more than this many standard deviations is a picture's edge. */
const MOST_DEVIATIONS = 2;

/**
 * Makes what gives a picture's whitened plane for any scale. The last one is kept, for neighbouring
 * scales mostly need the same.
 *
 * @param luma - 0..255.
 * @returns (px of the picture for one px of the film) → differences over the local variance.
 */
export function makeWhitener(luma: Plane): (scale: number) => Plane {
  let last: { readonly radius: number; readonly plane: Plane } | undefined;
  return (scale) => {
    const radius = Math.max(2, Math.round(RADIUS * scale));
    if (last?.radius !== radius) last = { radius, plane: whiten(luma, radius) };
    return last.plane;
  };
}

/**
 * Differences from the mean, over the variance: the best weights for something equally strong
 * everywhere. Over the deviation, a fifth of the bits more was wrong after strong compression, and
 * several times as many after light one.
 */
function whiten(luma: Plane, radius: number): Plane {
  const means = boxMean(luma, radius);
  const detail = mapPlane(luma, (value, i) => value - means.data[i]);
  const powers = boxMean(
    mapPlane(detail, (value) => value * value),
    radius,
  );
  return mapPlane(detail, (value, i) => {
    const deviation = Math.sqrt(Math.max(0, powers.data[i])) + LEAST_DEVIATION;
    const most = MOST_DEVIATIONS * deviation;
    return Math.min(most, Math.max(-most, value)) / (deviation * deviation);
  });
}
