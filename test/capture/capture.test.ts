/** @file A film is captured and gives back the performance that it was made from. */
import { describe, expect, test } from "vitest";
import { CHANNEL_COUNT, CHANNEL_INDEX, type Channel } from "../../src/base/channels.js";
import type { Picture } from "../../src/base/picture.js";
import { captureFace } from "../../src/capture/capture.js";
import { renderFrames } from "../../src/frames/frames.js";
import { makeTake, type Take } from "../../src/performance/take.js";
import { correlation } from "../performance/takes.js";
import { footageOf, plain } from "../support/footage.js";
import { assets, astronautRig, nets } from "../support/machine.js";

const FRAMES = 75;
const MACHINE = { nets, assets };

/** A face that does one thing after the other, and turns its head meanwhile. */
function acted(): Take {
  const take = makeTake(25, FRAMES);
  const set = (frame: number, name: Channel, weight: number) => {
    take.weights[frame * CHANNEL_COUNT + CHANNEL_INDEX[name]] = weight;
  };
  const hill = (frame: number, at: number, width: number) =>
    Math.exp(-2 * ((frame - at) / width) ** 2);
  for (let frame = 0; frame < FRAMES; frame++) {
    const jaw = 0.5 * (hill(frame, 10, 5) + hill(frame, 40, 5));
    const blink = Math.min(1, 1.3 * hill(frame, 25, 3));
    const brows = 0.8 * hill(frame, 57, 8);
    set(frame, "jawOpen", jaw);
    for (const side of ["Left", "Right"] as const) {
      set(frame, `eyeBlink${side}`, blink);
      set(frame, `browOuterUp${side}`, brows);
    }
    set(frame, "browInnerUp", brows);
    take.head[6 * frame] = 0.05 * Math.sin(frame / 6);
    take.head[6 * frame + 1] = 0.09 * Math.sin(frame / 9);
    take.head[6 * frame + 2] = 0.06 * Math.cos(frame / 11);
    take.gaze[2 * frame] = frame > 62 ? 0.2 : 0;
  }
  return take;
}

async function filmOf(take: Take): Promise<Picture[]> {
  const pictures: Picture[] = [];
  for await (const { picture } of renderFrames(await astronautRig(), take)) {
    pictures.push({ ...picture, data: picture.data.slice() });
  }
  return pictures;
}

describe("a captured film", async () => {
  const take = acted();
  const capture = await captureFace(footageOf(await filmOf(take)), MACHINE);
  const column = (data: Float32Array, size: number, at: number) =>
    Array.from({ length: FRAMES }, (_, frame) => data[frame * size + at]);
  const weight = (data: Float32Array, name: Channel) =>
    column(data, CHANNEL_COUNT, CHANNEL_INDEX[name]);

  test("has the film's frames, all seen", () => {
    expect(capture.frameCount).toBe(FRAMES);
    expect(Math.min(...capture.quality)).toBeGreaterThan(0.3);
    expect(Math.max(...capture.quality)).toBeLessThanOrEqual(1);
    expect(capture.times[10]).toBeCloseTo(0.4);
  });

  // The lips are parted at rest, and weights count from where they meet: the jaw is never quite shut.
  test.each([
    ["jawOpen", 0.75],
    ["eyeBlinkLeft", 0.85],
    ["eyeBlinkRight", 0.85],
    ["browOuterUpLeft", 0.8],
    ["browInnerUp", 0.6],
  ] as const)("shows %s as it was acted", (name, least) => {
    expect(correlation(weight(capture.weights, name), weight(take.weights, name))).toBeGreaterThan(
      least,
    );
  });

  test("shows what was not acted hardly at all", () => {
    for (const name of ["noseSneerLeft", "mouthPucker", "mouthLeft"] as const) {
      const curve = weight(capture.weights, name);
      expect(curve.reduce((sum, value) => sum + value, 0) / FRAMES).toBeLessThan(0.15);
    }
    expect(Math.max(...weight(capture.weights, "tongueOut"))).toBe(0);
  });

  test.each([
    ["pitch", 0, 0.7],
    ["yaw", 1, 0.9],
    ["roll", 2, 0.95],
  ] as const)("turns as the head did: %s", (_, axis, least) => {
    const r = correlation(column(capture.head, 6, axis), column(take.head, 6, axis));
    expect(r).toBeGreaterThan(least);
  });

  test("looks where the eyes looked", () => {
    const yaw = column(capture.gaze, 2, 0);
    const mean = (from: number, to: number) =>
      yaw.slice(from, to).reduce((sum, value) => sum + value, 0) / (to - from);
    expect(mean(66, 75) - mean(50, 62)).toBeGreaterThan(0.05);
  });
});

test("a film without a face is refused", async () => {
  const empty = footageOf(Array.from({ length: 3 }, () => plain(160, 160, [90, 120, 90])));
  await expect(captureFace(empty, MACHINE)).rejects.toMatchObject({ code: "face_missing" });
});
