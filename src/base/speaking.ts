/** @file Whether a mouth is at work or at rest, by its weights. */
import { CHANNEL_COUNT, CHANNEL_INDEX } from "./channels.js";
import { smoothstep } from "./curves.js";

/** Channels whose sum says that the mouth is at work. */
const SPEECH = [
  "jawOpen",
  "mouthClose",
  "mouthFunnel",
  "mouthPucker",
  "mouthRollLower",
  "mouthRollUpper",
  "mouthLowerDownLeft",
  "mouthUpperUpLeft",
  "mouthPressLeft",
] as const;
const SPEECH_INDEX = SPEECH.map((name) => CHANNEL_INDEX[name]);
/** Their sum at rest; */
const REST = 0.01;
/** and from where on the mouth is all at work. */
export const AT_WORK = 0.08;

/**
 * How much the mouth does: 0 at rest, `AT_WORK` and more where it speaks.
 *
 * @param weights - In `CHANNELS` order, shape [52], or [frames, 52].
 * @param frame - Which of the frames; the first by default.
 */
export function effortOf(weights: Float32Array, frame = 0): number {
  let effort = 0;
  for (const channel of SPEECH_INDEX) effort += weights[frame * CHANNEL_COUNT + channel];
  return effort;
}

/** How far the mouth has left its rest, 0..1. @param weights - Shape [52]. */
export function speakingOf(weights: Float32Array): number {
  return smoothstep(REST, AT_WORK, effortOf(weights));
}
