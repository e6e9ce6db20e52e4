/** @file A style's motion → head, brows, lids and corners of the mouth of a take. */
import { CHANNEL_COUNT, CHANNEL_INDEX } from "../base/channels.js";
import { clamp, gaussianSmooth, mix, sampleAt, sampleRow } from "../base/curves.js";
import type { Voice } from "../voice/voice.js";
import { matchMotion } from "./motion-matching.js";
import { soundOf } from "./motion-sound.js";
import { drawNods, nodAt } from "./nods.js";
import type { Phrasing } from "./phrases.js";
import { MOTION_SIZE, STYLE_CHANNELS, STYLE_FPS, type Style } from "./style.js";
import { HEAD_SIZE, type Take } from "./take.js";

/** How much of it is seen; 1 = as people do. */
export interface MotionEnergy {
  readonly head: number;
  readonly expression: number;
}

/** Of a style's motion so much is left in long silence. */
const IDLE = 0.55;
/** Silence is long after this: a Gaussian's sigma, hops. */
const IDLE_SIGMA = 60;

/** Real motion that fits a voice rarely meets its accents: nods see to that, smaller than by rule. */
const NOD_SHARE = 0.5;
const DEGREE = Math.PI / 180;

/** A style's motion for a voice, by seed; the last one asked for is remembered. */
export function matchedMotion(
  style: Style,
  voice: Voice,
  phrasing: Phrasing,
): (seed: number) => Float32Array {
  const sound = soundOf(voice, phrasing);
  let last: { readonly seed: number; readonly motion: Float32Array } | undefined;
  return (seed) => {
    if (last?.seed !== seed) last = { seed, motion: matchMotion(style, sound, seed) };
    return last.motion;
  };
}

/**
 * Moves head and face of a take.
 *
 * @param motion - As of `matchMotion`.
 */
export function actMotion(
  take: Take,
  voice: Voice,
  phrasing: Phrasing,
  motion: Float32Array,
  energy: MotionEnergy,
): void {
  const speech = gaussianSmooth(phrasing.speech, IDLE_SIGMA);
  const row = new Float32Array(MOTION_SIZE);
  const nods = drawNods(phrasing.accents, voice, take.seed);
  for (let frame = 0; frame < take.frameCount; frame++) {
    const seconds = (frame + 0.5) / take.fps;
    sampleRow(motion, seconds * STYLE_FPS - 0.5, row);
    const spoken = clamp(1.5 * sampleAt(speech, seconds / voice.hopSeconds), 0, 1);
    const lively = mix(IDLE, 1, spoken);
    for (let axis = 0; axis < HEAD_SIZE; axis++) {
      const nod = axis < 3 ? NOD_SHARE * DEGREE * nodAt(nods, seconds, axis) : 0;
      take.head[frame * HEAD_SIZE + axis] = energy.head * (lively * row[axis] + nod);
    }
    STYLE_CHANNELS.forEach((name, k) => {
      const at = frame * CHANNEL_COUNT + CHANNEL_INDEX[name];
      // In silence the mouth rests as in the portrait.
      const share = name.startsWith("mouth") ? spoken : lively;
      const value = energy.expression * share * Math.max(0, row[HEAD_SIZE + k]);
      take.weights[at] = clamp(take.weights[at] + value, 0, 1);
    });
  }
}
