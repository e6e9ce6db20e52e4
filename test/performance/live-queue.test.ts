/** @file Blocks of sound that come faster than they are acted. */
import { describe, expect, test } from "vitest";
import { queueLive } from "../../src/performance/live-queue.js";
import { makeTake, type Take } from "../../src/performance/take.js";

/** Gives a frame per sample, in its own time; notes what it was asked, and whether at once. */
function slowActing() {
  const asked: number[][] = [];
  let open = 0;
  let mostOpen = 0;
  const pause = () => new Promise((resolve) => setTimeout(resolve, 5));
  return {
    asked,
    mostOpen: () => mostOpen,
    async push(samples: Float32Array): Promise<Take | undefined> {
      asked.push([...samples]);
      mostOpen = Math.max(mostOpen, ++open);
      await pause();
      open--;
      if (samples.includes(-1)) throw new Error("heard enough");
      return samples.length > 1 ? makeTake(25, samples.length) : undefined;
    },
    finish: async () => makeTake(25, 100),
  };
}

describe("a queue of live sound", () => {
  test("gives every sample once, in order, and one block at a time", async () => {
    const acting = slowActing();
    const frames: number[] = [];
    const queue = queueLive(acting, ({ frameCount }) => frames.push(frameCount));
    for (const sample of [1, 2, 3, 4]) queue.push(Float32Array.of(sample));
    await new Promise((resolve) => setTimeout(resolve, 30));
    queue.push(Float32Array.of(5, 6));
    await queue.finish();
    expect(acting.asked).toEqual([[1], [2, 3, 4], [5, 6]]);
    expect(acting.mostOpen()).toBe(1);
    expect(frames).toEqual([3, 2, 100]);
  });

  test("says at the end what went wrong, and asks no more after it", async () => {
    const acting = slowActing();
    const queue = queueLive(acting, () => undefined);
    queue.push(Float32Array.of(-1));
    await new Promise((resolve) => setTimeout(resolve, 30));
    queue.push(Float32Array.of(1));
    await expect(queue.finish()).rejects.toThrow("heard enough");
    expect(acting.asked).toHaveLength(1);
  });
});
