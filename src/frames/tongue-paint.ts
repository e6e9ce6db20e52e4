/** @file The tongue in a speaking mouth: where its points are, and how they are drawn. */
import { CHANNEL_INDEX } from "../base/channels.js";
import { clamp, mix, smoothstep } from "../base/curves.js";
import type { Mouth } from "../rig/mouth.js";
import { TONGUE_LENGTH_CM, TONGUE_SIDE } from "../rig/tongue.js";
import { type JawTurn, turnJaw } from "./jaw.js";
import { drawQuad, type MouthCanvas, QUAD, setCorner } from "./mouth-canvas.js";

const {
  tongueOut,
  mouthStretchLeft,
  mouthStretchRight,
  mouthSmileLeft,
  mouthSmileRight,
  mouthFunnel,
  mouthPucker,
} = CHANNEL_INDEX;
/** The tongue's floor below and behind the lower incisors, cm. */
const TONGUE_DROP_CM = 0.45;
const TONGUE_BACK_CM = 0.35;
/** In drawings, which shade nothing, it lies lower by this much, so that the dark is seen, cm. */
const DRAWN_DROP_CM = 0.6;
/** Its tip lies on the jaw, its root does not sink with it: this share of the way stays. */
const ROOT_STAYS = 0.15;
/**
 * tongueOut from here to there raises the tip to the upper teeth, as for l, n, t and d.
 *
 * @source Takes of five recordings: 95 % of frames under 0.09 to 0.18, each sentence's most 0.14 to 0.46.
 */
const TOUCHES = [0.06, 0.24] as const;
/** From here to there it pushes the tip out between the teeth, as for th. */
const PASSES = [0.4, 0.6] as const;
/** The tip behind the upper teeth: above their edges and behind them, cm. */
const TOUCH_CM = { up: 0.02, back: 0.75 } as const;
/** The tip between the teeth: below the upper edges and before them, cm. */
const PASS_CM = { down: 0.15, before: 0.05 } as const;
/** A raised tip is a thin blade: its front and sides rise with it by this share of their drop. */
const THIN = 0.8;
/** How far from its tip it is one, of its length. */
const BLADE_REACH = 0.6;
/** How far from its tip the tongue follows it, of its length. */
const TIP_REACH = 0.32;
/** How high e and i raise its front, how far o and u draw it back and raise its root, cm. */
const FRONT_CM = 0.55;
const WIDER = 0.12;
const BACKWARD_CM = 0.55;
const ROOT_CM = 0.45;

const TONGUE_WORK = new Float32Array(TONGUE_SIDE * TONGUE_SIDE * 3);
const BEFORE = new Float32Array(TONGUE_WORK.length);

/** What a tongue does, 0..1 each. */
interface TongueShape {
  readonly touches: number;
  readonly passes: number;
  readonly front: number;
  readonly back: number;
}

const FLAT: TongueShape = { touches: 0, passes: 0, front: 0, back: 0 };
/** The floor of the mouth below the tongue at rest, cm, and how bright it is against it. */
const FLOOR_CM = 0.25;
const FLOOR_LIGHT = 0.62;

/** What the weights of a mouth say about its tongue. */
function tongueShape(weights: Float32Array, jaw: JawTurn): TongueShape {
  const spread =
    (weights[mouthStretchLeft] +
      weights[mouthStretchRight] +
      weights[mouthSmileLeft] +
      weights[mouthSmileRight]) /
    2;
  const round = weights[mouthFunnel] + weights[mouthPucker];
  const touches = smoothstep(TOUCHES[0], TOUCHES[1], weights[tongueOut]);
  return {
    touches,
    passes: smoothstep(PASSES[0], PASSES[1], weights[tongueOut]),
    front:
      smoothstep(0.1, 0.6, spread) * smoothstep(0.14, 0.04, jaw.angleRad) * (1 - 0.5 * touches),
    back: smoothstep(0.2, 0.9, round) * (1 - touches),
  };
}

/** Whether the tongue leaves the floor of the mouth, so that this is seen. */
export function tongueRises(weights: Float32Array): boolean {
  return weights[tongueOut] > TOUCHES[0];
}

/**
 * The tongue in the head frame: on the jaw, in the shape of what is being said.
 *
 * @param part - The tongue, or what lies beneath it.
 */
export function tonguePoints(
  rest: Float32Array,
  mouth: Mouth,
  weights: Float32Array,
  jaw: JawTurn,
  part: "tongue" | "floor",
): Float32Array {
  const { touches, passes, front, back } = part === "floor" ? FLAT : tongueShape(weights, jaw);
  const drop =
    TONGUE_DROP_CM + DRAWN_DROP_CM * mouth.surface.flatness + (part === "floor" ? FLOOR_CM : 0);
  const [x, y, z] = mouth.lowerBite;
  for (let i = 0; i < rest.length; i += 3) {
    const v = -rest[i + 2] / TONGUE_LENGTH_CM;
    const wide = front * WIDER * Math.exp(-(((v - 0.4) / 0.35) ** 2));
    TONGUE_WORK[i] = rest[i] * (1 + wide) + x;
    TONGUE_WORK[i + 1] =
      rest[i + 1] +
      y -
      drop +
      front * FRONT_CM * Math.exp(-(((v - 0.35) / 0.3) ** 2)) +
      back * ROOT_CM * Math.exp(-(((v - 0.7) / 0.3) ** 2));
    TONGUE_WORK[i + 2] = rest[i + 2] + z - TONGUE_BACK_CM - back * BACKWARD_CM * (1 - v);
  }
  BEFORE.set(TONGUE_WORK);
  turnJaw(TONGUE_WORK, mouth, jaw);
  for (let i = 0; i < rest.length; i += 3) {
    const root = ROOT_STAYS * smoothstep(0, -TONGUE_LENGTH_CM, rest[i + 2]);
    TONGUE_WORK[i + 1] += root * (BEFORE[i + 1] - TONGUE_WORK[i + 1]);
  }
  const reaches = touches * (1 - mouth.surface.flatness);
  if (reaches > 0) reachWithTip(rest, mouth, reaches, passes);
  return TONGUE_WORK;
}

/** Numbers of the foremost row; it stays below the tip by this much, cm. */
const FIRST_ROW = 3 * TONGUE_SIDE;
const SHALLOW_CM = 0.2;
/** Row of the tongue that its tip is in; those before it are its front. */
const TIP_ROW = 2;

/** Brings the tip to the upper teeth, or between the teeth; what is behind follows less and less. */
function reachWithTip(rest: Float32Array, mouth: Mouth, touches: number, passes: number): void {
  const tip = 3 * (TIP_ROW * TONGUE_SIDE + (TONGUE_SIDE >> 1));
  const [, y, z] = mouth.upperBite;
  const up = mix(y + TOUCH_CM.up, y - PASS_CM.down, passes) - TONGUE_WORK[tip + 1];
  const before = mix(z - TOUCH_CM.back, z + PASS_CM.before, passes) - TONGUE_WORK[tip + 2];
  for (let i = 0; i < rest.length; i += 3) {
    const way = Math.max(-rest[i + 2] / TONGUE_LENGTH_CM - TIP_ROW / (TONGUE_SIDE - 1), 0);
    const follows = touches * Math.exp(-((way / TIP_REACH) ** 2));
    TONGUE_WORK[i] -= 0.22 * follows * (TONGUE_WORK[i] - mouth.upperBite[0]);
    TONGUE_WORK[i + 1] += follows * up;
    TONGUE_WORK[i + 2] += follows * before;
    const row = Math.max(Math.floor(i / (3 * TONGUE_SIDE)), TIP_ROW);
    const ridge = rest[3 * (row * TONGUE_SIDE + (TONGUE_SIDE >> 1)) + 1];
    const thin = touches * THIN * Math.exp(-((way / BLADE_REACH) ** 2));
    // The foremost row is a single point: it would hang down as a spike.
    const drop = Math.max(ridge - rest[i + 1], 0);
    TONGUE_WORK[i + 1] += i < FIRST_ROW ? touches * (drop - SHALLOW_CM) : thin * drop;
  }
}

/** Draws a tongue, smooth and wet. @param cam - Its points, px, y up, shape [side², 3]. */
export function drawTongue(
  canvas: MouthCanvas,
  cam: Float32Array,
  mouth: Mouth,
  part: "tongue" | "floor",
): void {
  const n = TONGUE_SIDE;
  const { palette, surface } = mouth;
  const gloss = surface.gloss * (1 - surface.flatness) * (1 - surface.carved);
  shadeTongue(cam, 1 - 0.8 * surface.flatness);
  const put = (corner: number, v: number) => {
    const shade = part === "floor" ? FLOOR_LIGHT * SHADES[v] : SHADES[v];
    const gleam = gloss * GLEAMS[v];
    setCorner(
      QUAD[corner],
      cam,
      3 * v,
      mix(palette.tongue[0] * shade, palette.tooth[0], gleam),
      mix(palette.tongue[1] * shade, palette.tooth[1], gleam),
      mix(palette.tongue[2] * shade, palette.tooth[2], gleam),
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
const GLEAMS = new Float32Array(TONGUE_SIDE * TONGUE_SIDE);
/** A wet tongue gleams by this much at most, where it faces the light this nearly. */
const TONGUE_GLEAM = 0.3;
const GLEAM_POWER = 40;

/**
 * Brightness of the tongue's points by how far they face up and forward, darker towards its root,
 * its sides and its groove; and where it gleams.
 *
 * @param form - How much of that is shaded, 0..1.
 */
function shadeTongue(cam: Float32Array, form: number): void {
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
      const facing = clamp((0.5 * ny + 0.83 * nz) / length, 0, 1);
      const u = (2 * column) / (n - 1) - 1;
      const v = row / (n - 1);
      const groove = 0.14 * Math.exp(-((u / 0.12) ** 2)) * smoothstep(0.15, 0.4, v);
      const shade =
        (0.34 + 0.72 * facing) *
        (1 - 0.45 * v ** 1.3) *
        (1 - 0.3 * Math.abs(u) ** 3) *
        (1 - groove);
      SHADES[row * n + column] = mix(1, shade, form);
      GLEAMS[row * n + column] = TONGUE_GLEAM * facing ** GLEAM_POWER * (1 - v) * (1 - 4 * groove);
    }
  }
}
