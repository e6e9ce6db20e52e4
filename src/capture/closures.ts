/**
 * @file Lips that meet between two movements of the mouth: a p, b or m, and no rest.
 *
 * In a capture both have hardly any weights. A portrait that smiles shows its teeth at rest, so the
 * difference is seen: lips that are together for a moment only are told to press a little.
 */
import { CHANNEL_COUNT, CHANNEL_INDEX } from "../base/channels.js";
import { AT_WORK, effortOf } from "../base/speaking.js";

/** Lips that are together for longer rest, seconds. @source Closures of p b m in speech last to 0.2. */
const MOMENT_SECONDS = 0.3;

const PRESS = [CHANNEL_INDEX.mouthPressLeft, CHANNEL_INDEX.mouthPressRight] as const;

/**
 * Presses lips that rest for a moment as much as makes them work, in place.
 *
 * @param weights - In `CHANNELS` order, shape [frames, 52].
 * @param fps - Frames a second.
 */
export function holdClosures(weights: Float32Array, fps: number): void {
  const frameCount = weights.length / CHANNEL_COUNT;
  let worked = Number.NEGATIVE_INFINITY;
  for (let frame = 0; frame < frameCount; frame++) {
    if (effortOf(weights, frame) < AT_WORK) continue;
    if (frame - worked - 1 <= MOMENT_SECONDS * fps) {
      for (let i = worked + 1; i < frame; i++) {
        const lacks = AT_WORK - effortOf(weights, i);
        for (const channel of PRESS) weights[i * CHANNEL_COUNT + channel] += lacks;
      }
    }
    worked = frame;
  }
}
