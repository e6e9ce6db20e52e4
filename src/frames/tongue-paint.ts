/** @file The tongue in a speaking mouth: where its points are, and how they are drawn. */
import { CHANNEL_INDEX } from "../base/channels.js";
import { clamp, smoothstep } from "../base/curves.js";
import type { Mouth } from "../rig/mouth.js";
import { TONGUE_LENGTH_CM, TONGUE_SIDE } from "../rig/tongue.js";
import { type JawTurn, turnJaw } from "./jaw.js";
import { drawQuad, type MouthCanvas, QUAD, setCorner } from "./mouth-canvas.js";

const { tongueOut } = CHANNEL_INDEX;
/** The tongue's floor below and behind the lower incisors, cm. */
const TONGUE_DROP_CM = 0.4;
const TONGUE_BACK_CM = 0.35;
/** Its tip lies on the jaw, its root does not sink with it: this share of the way stays. */
const ROOT_STAYS = 0.15;

const TONGUE_WORK = new Float32Array(TONGUE_SIDE * TONGUE_SIDE * 3);
const BEFORE = new Float32Array(TONGUE_WORK.length);

/** The tongue in the head frame: on the jaw, its tip raised and pushed out as tongueOut says. */
export function tonguePoints(
  rest: Float32Array,
  mouth: Mouth,
  weights: Float32Array,
  jaw: JawTurn,
): Float32Array {
  const out = weights[tongueOut];
  const [x, y, z] = mouth.lowerBite;
  for (let i = 0; i < rest.length; i += 3) {
    const tip = Math.exp(-(((rest[i + 2] + 0.6) / 1.3) ** 2));
    TONGUE_WORK[i] = rest[i] * (1 - 0.25 * out * tip) + x;
    TONGUE_WORK[i + 1] = rest[i + 1] + y - TONGUE_DROP_CM + 1.1 * out * tip;
    TONGUE_WORK[i + 2] = rest[i + 2] + z - TONGUE_BACK_CM + 0.9 * out * tip;
  }
  BEFORE.set(TONGUE_WORK);
  turnJaw(TONGUE_WORK, mouth, jaw);
  for (let i = 0; i < rest.length; i += 3) {
    const root = ROOT_STAYS * smoothstep(0, -TONGUE_LENGTH_CM, rest[i + 2]);
    TONGUE_WORK[i + 1] += root * (BEFORE[i + 1] - TONGUE_WORK[i + 1]);
  }
  return TONGUE_WORK;
}

/** Draws a tongue, smooth and wet. @param cam - Its points, px, y up, shape [side², 3]. */
export function drawTongue(canvas: MouthCanvas, cam: Float32Array, { palette }: Mouth): void {
  const n = TONGUE_SIDE;
  const shades = tongueShades(cam);
  const put = (corner: number, v: number) => {
    const shade = shades[v];
    setCorner(
      QUAD[corner],
      cam,
      3 * v,
      palette.tongue[0] * shade,
      palette.tongue[1] * shade,
      palette.tongue[2] * shade,
    );
  };
  for (let row = 0; row + 1 < n; row++) {
    for (let column = 0; column + 1 < n; column++) {
      const v = row * n + column;
      put(0, v);
      put(1, v + 1);
      put(2, v + n);
      put(3, v + n + 1);
      drawQuad(canvas);
    }
  }
}

const SHADES = new Float32Array(TONGUE_SIDE * TONGUE_SIDE);

/** Brightness of the tongue's points by how far they face up and forward, with a wet gleam. */
function tongueShades(cam: Float32Array): Float32Array {
  const n = TONGUE_SIDE;
  for (let row = 0; row < n; row++) {
    for (let column = 0; column < n; column++) {
      const at = (r: number, c: number) => 3 * (clamp(r, 0, n - 1) * n + clamp(c, 0, n - 1));
      const [l, r] = [at(row, column - 1), at(row, column + 1)];
      const [f, b] = [at(row - 1, column), at(row + 1, column)];
      const [ux, uy, uz] = [cam[r] - cam[l], cam[r + 1] - cam[l + 1], cam[r + 2] - cam[l + 2]];
      const [vx, vy, vz] = [cam[b] - cam[f], cam[b + 1] - cam[f + 1], cam[b + 2] - cam[f + 2]];
      const ny = uz * vx - ux * vz;
      const nz = ux * vy - uy * vx;
      const length = Math.hypot(uy * vz - uz * vy, ny, nz) || 1;
      const facing = clamp((0.45 * Math.abs(ny) + 0.83 * Math.abs(nz)) / length, 0, 1);
      SHADES[row * n + column] = 0.42 + 0.66 * facing + 0.12 * facing ** 12;
    }
  }
  return SHADES;
}
