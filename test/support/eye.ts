/** @file One eye in a plain picture of skin, with the landmarks that lids and eyes are built from. */
import { makePicture, type Picture } from "../../src/base/picture.js";
import type { LidLight, LidSource } from "../../src/rig/lids.js";

export const PX_PER_CM = 40;
export const EYE = { x: 100, y: 80, halfWidth: 60, halfHeight: 20, iris: 22 };

/** Brightness of a place; RGB are the same. */
export type Brightness = (x: number, y: number) => number;

/** Where a place lies in the eye: below 1 it is inside the opening. */
export function depthInEye(x: number, y: number): number {
  return ((x - EYE.x) / EYE.halfWidth) ** 2 + ((y - EYE.y) / EYE.halfHeight) ** 2;
}

/** A grey picture of 200 × 160 px. */
export function greyPicture(brightness: Brightness): Picture {
  const picture = makePicture(200, 160);
  for (let y = 0, i = 0; y < 160; y++) {
    for (let x = 0; x < 200; x++, i += 4) {
      picture.data.fill(brightness(x, y), i, i + 3);
      picture.data[i + 3] = 255;
    }
  }
  return picture;
}

/** Skin, and in it a dark eye. */
export function eyeIn(skin: Brightness): Picture {
  return greyPicture((x, y) => (depthInEye(x, y) < 1 ? 20 : skin(x, y)));
}

/** Nine points along the eye, so many half heights above its middle. */
function row(height: (across: number) => number): Float32Array {
  const points = new Float32Array(18);
  for (let k = 0; k < 9; k++) {
    const across = k / 4 - 1;
    points[2 * k] = EYE.x + across * EYE.halfWidth;
    points[2 * k + 1] = EYE.y - height(across) * EYE.halfHeight;
  }
  return points;
}

const arc = (scale: number) => row((across) => scale * Math.sqrt(1 - across * across));
const upper = arc(1);
const lower = arc(-1);

export const SOURCE: LidSource = {
  opening: Float32Array.from([
    ...upper,
    ...Array.from({ length: 7 }, (_, k) => [lower[2 * (7 - k)], lower[2 * (7 - k) + 1]]).flat(),
  ]),
  margin: upper,
  lower,
  crease: arc(2.2),
  below: row(() => -3),
};

/** Centre and rim of the iris, px, shape [5, 3]. */
export const IRIS = Float32Array.from(
  [
    [0, 0],
    [1, 0],
    [0, -1],
    [-1, 0],
    [0, 1],
  ].flatMap(([x, y]) => [EYE.x + x * EYE.iris, EYE.y + y * EYE.iris, 0]),
);

/** Light from all sides on a head that looks at the viewer, with dark brows. */
export const LIT: LidLight = {
  light: Float32Array.of(160, 0, 0, 0, 0, 0, 0, 0, 0),
  rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  brow: { brightness: 30, depth: 0.6 },
};
