/**
 * @file The expression shapes of one face: sizes taken from the face, lids that close exactly.
 */
import { CHANNEL_INDEX, CHANNELS } from "../base/channels.js";
import { clamp, smoothstep } from "../base/curves.js";
import type { Blendshape } from "./basis.js";
import { fitBlink } from "./blink.js";
import { LEFT_EYE, LOWER_LIP, POINT, RIGHT_EYE } from "./topology.js";

/** Shapes that draw the mouth wide: the wider it is already, the less is left of them. */
const WIDENING = /^mouth(Smile|Stretch|Dimple)/;
const WIDENING_LEFT = 0.25;

/** Shapes that draw the mouth narrow. */
const NARROWING = /^mouth(Pucker|Funnel)$/;
/**
 * Scales the learned shapes to a face by the size of its parts, and remakes the blinks.
 *
 * @param neutral - The face in the head frame, cm, shape [468, 3].
 * @param canonical - The face that the shapes were learned on, same shape.
 */
export function fitBasis(
  basis: readonly Blendshape[],
  neutral: Float32Array,
  canonical: Float32Array,
): Blendshape[] {
  const ratio = (a: number, b: number) => distance(neutral, a, b) / distance(canonical, a, b);
  const jaw = clamp(ratio(POINT.noseBase, POINT.chin), 0.85, 1.15);
  const mouth = clamp(ratio(POINT.mouthRight, POINT.mouthLeft), 0.8, 1.2);
  const left = 1 - (1 - WIDENING_LEFT) * ownSmile(neutral);
  const rightEye = clamp(ratio(33, 133), 0.8, 1.2);
  const leftEye = clamp(ratio(263, 362), 0.8, 1.2);
  const shapes = CHANNELS.map((name, channel): Blendshape => {
    let gain = 1;
    if (name.startsWith("jaw")) gain = jaw;
    else if (name.startsWith("mouth")) gain = mouth;
    if (WIDENING.test(name)) gain *= left;
    if (name.startsWith("eye")) gain *= name.endsWith("Right") ? rightEye : leftEye;
    const { index } = basis[channel];
    const delta = basis[channel].delta.map((d) => d * gain);
    if (NARROWING.test(name)) keepToArc(index, delta, neutral);
    if (name === "mouthRollLower") keepBorder(index, delta);
    return { index, delta };
  });
  for (const [name, eye] of [
    ["eyeBlinkRight", RIGHT_EYE],
    ["eyeBlinkLeft", LEFT_EYE],
  ] as const) {
    shapes[CHANNEL_INDEX[name]] = fitBlink(neutral, shapes[CHANNEL_INDEX[name]], eye);
  }
  return shapes;
}

/** From here on what lies beside the middle moves to it by a share of its way, cm. */
const BESIDE_CM = 0.5;

/**
 * Keeps lips that are drawn together on their own arc, made smaller: as wide, so deep. Then they keep
 * their look from wherever the portrait sees them, even where its depth is wrong.
 *
 * The learned shapes have no depth of their own (networks see none), and the arc of a turned face
 * would show its far half from behind.
 */
function keepToArc(index: ArrayLike<number>, delta: Float32Array, neutral: Float32Array): void {
  const middleZ = neutral[3 * POINT.upperLipInner + 2];
  let forward = 0;
  let most = 0;
  const share = new Float32Array(index.length);
  for (let i = 0; i < index.length; i++) {
    const x = neutral[3 * index[i]];
    share[i] = Math.max(0, (-Math.sign(x) * delta[3 * i]) / Math.max(Math.abs(x), BESIDE_CM));
    if (index[i] === POINT.upperLipInner) forward = delta[3 * i + 2];
    if (index[i] === POINT.innerRight || index[i] === POINT.innerLeft) most += share[i] / 2;
  }
  for (let i = 0; i < index.length; i++) {
    const follows = Math.min(share[i] / Math.max(most, 1e-6), 1);
    delta[3 * i + 2] +=
      follows * Math.max(0, forward - delta[3 * i + 2]) +
      share[i] * Math.max(0, middleZ - neutral[3 * index[i] + 2]);
  }
}

/** Of a rolling lower lip's way up, what its rings go from the skin inwards, and skin itself. */
const ROLLING = [0.4, 0.6, 0.85, 1] as const;
const SKIN_ROLLING = 0.35;

/**
 * A lower lip that rolls in goes behind the teeth with its inner edge; its border to the skin hardly
 * rises. The learned shape lifts that by 0.8 cm and would stretch what is beneath.
 */
function keepBorder(index: ArrayLike<number>, delta: Float32Array): void {
  for (let i = 0; i < index.length; i++) {
    const ring = LOWER_LIP.findIndex((points) => points.some((point) => point === index[i]));
    if (delta[3 * i + 1] > 0) delta[3 * i + 1] *= ROLLING[ring] ?? SKIN_ROLLING;
  }
}

/**
 * How much of a smile the portrait has, 0..1: a mouth wide for the face, its corners raised.
 *
 * @source Of 53 portraits, mouths that rest are 0.39 to 0.60 as wide as the eyes' outer corners lie
 *   apart, corners within 0.05 of the mouth's width of its middle; broad smiles 0.71 to 0.87 and
 *   0.07 to 0.14.
 */
export function ownSmile(neutral: Float32Array): number {
  const width = distance(neutral, POINT.mouthRight, POINT.mouthLeft);
  const middle = (a: number, b: number) => (neutral[3 * a + 1] + neutral[3 * b + 1]) / 2;
  const lift = middle(POINT.mouthRight, POINT.mouthLeft) - middle(0, 17);
  return (
    smoothstep(0.58, 0.82, width / distance(neutral, 33, 263)) *
    smoothstep(0, 0.1, lift / Math.max(width, 1e-6))
  );
}

/** A broad smile as a weight of the learned shape. */
const BROAD_SMILE = 0.85;

/** The portrait's own smile as a weight of its fitted mouthSmile: what a serious mouth takes away. */
export function smileWeight(neutral: Float32Array): number {
  const own = ownSmile(neutral);
  return (BROAD_SMILE * own) / (1 - (1 - WIDENING_LEFT) * own);
}

/** A frown of this weight has taken a portrait's own smile away altogether. */
export const SERIOUS = 0.22;

function distance(points: Float32Array, a: number, b: number): number {
  return Math.hypot(
    points[3 * a] - points[3 * b],
    points[3 * a + 1] - points[3 * b + 1],
    points[3 * a + 2] - points[3 * b + 2],
  );
}
