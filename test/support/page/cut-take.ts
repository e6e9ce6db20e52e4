/** @file Parts of takes: some frames, as they come while somebody speaks. */
import type { Take } from "../../../src/index.js";

/** The frames of a take from one to before another. */
export function cutTake({ fps, seed, frameCount, ...take }: Take, from: number, to: number): Take {
  const part = (values: Float32Array) => {
    const size = values.length / frameCount;
    return values.slice(from * size, to * size);
  };
  const { weights, head, gaze, breath } = take;
  return {
    ...{ fps, seed, frameCount: to - from },
    ...{ weights: part(weights), head: part(head), gaze: part(gaze), breath: part(breath) },
  };
}
