/** @file Frames of a take as lines of JSON: one instant each, for programs that wear them at once. */
import { CHANNEL_COUNT, CHANNELS } from "../base/channels.js";
import { HEAD_SIZE, type Take } from "./take.js";
import { HEAD_CURVES, round, unitOf } from "./take-units.js";

/**
 * One line per frame: `frame`, `seconds`, `weights` by channel name (those that are 0 are left out),
 * `head` and `gaze` in degrees and cm as in a take's file, `breath`.
 *
 * @param first - How many frames came before this take's first one.
 */
export function writeFrameLines(take: Take, first = 0): string {
  const { fps, frameCount, weights, head, gaze, breath } = take;
  const lines = Array.from({ length: frameCount }, (_, i) => {
    const row = weights.subarray(i * CHANNEL_COUNT, (i + 1) * CHANNEL_COUNT);
    const shown = CHANNELS.map((name, c) => [name, round(row[c])] as const);
    const pose = HEAD_CURVES.map(([name, at, unit]) => {
      return [name, round(head[i * HEAD_SIZE + at] / unit)] as const;
    });
    const look = ["yaw", "pitch"].map((name, axis) => {
      return [name, round(gaze[2 * i + axis] / unitOf(`gaze.${name}`))] as const;
    });
    return JSON.stringify({
      frame: first + i,
      seconds: round((first + i + 0.5) / fps),
      weights: Object.fromEntries(shown.filter(([, weight]) => weight !== 0)),
      head: Object.fromEntries(pose),
      gaze: Object.fromEntries(look),
      breath: round(breath[i]),
    });
  });
  return lines.map((line) => `${line}\n`).join("");
}
