/**
 * @file The background as if nobody stood in front of it.
 *
 * Only a band behind the moving outline is ever seen, so the hole is filled smoothly and given the
 * picture's own grain; everywhere else the plate is the picture, bit for bit.
 */
import { clamp, quantile } from "../base/curves.js";
import { pushPull } from "../base/fill.js";
import { makePicture, type Picture } from "../base/picture.js";
import { distanceTo, type Plane } from "../base/plane.js";
import { randomOf } from "../base/random.js";

/** What counts as person, and how far around it the picture is not trusted as background. */
const PERSON_MIN = 0.03;
/** Of the long side: 7 px at 768. */
const MARGIN = 0.009;

/** The plate. */
export interface Plate {
  readonly picture: Picture;
  /** 1 where the plate is invented, 0 where it is the picture, shape [height, width]. */
  readonly hole: Uint8Array;
}

/** Fills the person's place. @param matte - 0..1 at the picture's size. */
export function buildPlate(picture: Picture, matte: Plane): Plate {
  const { width, height, data } = picture;
  const margin = Math.ceil(MARGIN * Math.max(width, height));
  const distance = distanceTo(matte, (value) => value > PERSON_MIN);
  const hole = new Uint8Array(width * height);
  const rgb = new Float32Array(width * height * 3);
  const known = new Float32Array(width * height);
  for (let i = 0; i < hole.length; i++) {
    hole[i] = distance.data[i] <= margin ? 1 : 0;
    known[i] = 1 - hole[i];
    for (let c = 0; c < 3; c++) rgb[3 * i + c] = data[4 * i + c];
  }
  const filled = pushPull({ rgb, width, height }, known);
  const grain = grainOf(picture, hole);
  const chance = randomOf(1, "plate grain");
  const plate = makePicture(width, height);
  plate.data.set(data);
  for (let i = 0; i < hole.length; i++) {
    if (hole[i] === 0) continue;
    const noise = grain * chance.normal();
    for (let c = 0; c < 3; c++) plate.data[4 * i + c] = filled.rgb[3 * i + c] + noise;
  }
  return { picture: plate, hole };
}

/** Standard deviation of the background's finest grain, grey levels, 0..4. */
function grainOf({ data, width, height }: Picture, hole: Uint8Array): number {
  const steps: number[] = [];
  for (let y = 1; y + 1 < height; y += 3) {
    for (let x = 1; x + 1 < width; x += 3) {
      const i = y * width + x;
      if (hole[i] !== 0) continue;
      const luma = (k: number) =>
        0.3 * data[4 * k] + 0.59 * data[4 * k + 1] + 0.11 * data[4 * k + 2];
      steps.push(Math.abs(2 * luma(i) - luma(i - 1) - luma(i + 1)));
    }
  }
  if (steps.length < 50) return 0;
  // |N(0, 6σ²)|: its median is 0.674·√6·σ. A low quantile, so that edges do not count as grain.
  return clamp(quantile(steps, 0.35) / (0.454 * Math.sqrt(6)), 0, 4);
}
