/** @file Captures that were never filmed, as takes: clocks, frame rates, layers, lost faces. */
import { describe, expect, test } from "vitest";
import { CHANNEL_COUNT, CHANNEL_INDEX, type Channel } from "../../src/base/channels.js";
import type { Capture } from "../../src/capture/capture.js";
import { findScenes } from "../../src/capture/scenes.js";
import { seenOfChannel, seenOfHead } from "../../src/capture/seen.js";
import { takeOfCapture } from "../../src/capture/take.js";
import { readTake, writeTake } from "../../src/performance/take-file.js";
import { curveOf, gazeOf, turnOf } from "../performance/takes.js";

const FRAMES = 60;
/** What is worn of a smile, a brow and a turn that were seen. */
const SMILE = 0.3 / seenOfChannel("mouthSmileLeft");
const YAW = 0.2 / seenOfHead(1);
const FPS = 30;

/** A jaw that opens evenly over two seconds, a blink, a turned head that looks at the viewer. */
function filmed(more: Partial<Capture> = {}): Capture {
  const weights = new Float32Array(FRAMES * CHANNEL_COUNT);
  const set = (frame: number, name: Channel, value: number) => {
    weights[frame * CHANNEL_COUNT + CHANNEL_INDEX[name]] = value;
  };
  const head = new Float32Array(FRAMES * 6);
  const gaze = new Float32Array(FRAMES * 2);
  for (let frame = 0; frame < FRAMES; frame++) {
    set(frame, "jawOpen", (frame + 0.5) / FRAMES);
    set(frame, "mouthSmileLeft", 0.3);
    set(frame, "browInnerUp", 0.5);
    set(frame, "eyeBlinkLeft", frame > 20 && frame < 26 ? 1 : 0);
    set(frame, "eyeSquintLeft", 0.2);
    head[6 * frame + 1] = 0.2;
    gaze[2 * frame] = -0.15;
  }
  return {
    ...{ fps: FPS, frameCount: FRAMES, weights, head, gaze },
    times: Float64Array.from({ length: FRAMES }, (_, i) => i / FPS),
    quality: new Float32Array(FRAMES).fill(0.9),
    ...more,
  };
}

describe("a take of a capture", () => {
  test("shows what was filmed, at the film's rate or another", () => {
    const same = takeOfCapture(filmed());
    expect([same.fps, same.frameCount]).toEqual([30, 60]);
    expect(curveOf(same, "jawOpen")[30]).toBeCloseTo(30.5 / 60, 3);
    const slow = takeOfCapture(filmed(), { fps: 12 });
    expect([slow.fps, slow.frameCount]).toEqual([12, 24]);
    expect(curveOf(slow, "jawOpen")[12]).toBeCloseTo((12.5 / 12) * 0.5, 3);
    expect(Math.max(...curveOf(slow, "mouthSmileLeft"))).toBeCloseTo(SMILE, 3);
    expect(Math.max(...curveOf(slow, "eyeSquintLeft"))).toBeCloseTo(0.2, 3);
    expect(curveOf(slow, "eyeBlinkLeft")[9]).toBe(1);
  });

  test.each([
    [24.868, 25],
    [29.97, 29.97],
    [30.01, 30],
    [12.3456, 12.346],
    [239.8, 60],
  ])("of a film that counts %d frames a second has %d", (counted, meant) => {
    const times = Float64Array.from({ length: FRAMES }, (_, i) => i / counted);
    expect(takeOfCapture(filmed({ fps: counted, times })).fps).toBe(meant);
  });

  test("looks and turns as filmed", () => {
    const take = takeOfCapture(filmed());
    expect(turnOf(take, "yaw")[20]).toBeCloseTo((YAW * 180) / Math.PI, 2);
    // The eyes hold what they looked at, though the head turns further than was seen.
    expect(gazeOf(take, "yaw")[20]).toBeCloseTo(((-0.15 - 0.9 * (YAW - 0.2)) * 180) / Math.PI, 1);
  });

  test("begins with the sound, however unevenly the frames follow", () => {
    const late = takeOfCapture(filmed(), { startSeconds: 0.5 });
    expect(late.frameCount).toBe(45);
    expect(curveOf(late, "jawOpen")[0]).toBeCloseTo(15.5 / 60, 3);
    // The first half of the frames takes a third of the time.
    const times = Float64Array.from({ length: FRAMES }, (_, i) =>
      i < 30 ? i / 45 : 30 / 45 + (i - 30) / 22.5,
    );
    const uneven = takeOfCapture(filmed({ times }));
    expect(curveOf(uneven, "jawOpen")[Math.round(20.5)]).toBeCloseTo(0.52, 1);
  });

  test("is worn as wished: nothing of the mouth, half the head, all of the lids", () => {
    const take = takeOfCapture(filmed(), { mouth: 0, head: 0.5, expression: 2 });
    expect(Math.max(...curveOf(take, "jawOpen"))).toBe(0);
    expect(Math.max(...curveOf(take, "mouthSmileLeft"))).toBe(0);
    expect(turnOf(take, "yaw")[20]).toBeCloseTo((0.5 * YAW * 180) / Math.PI, 2);
    expect(Math.max(...curveOf(take, "browInnerUp"))).toBe(1);
    expect(Math.max(...curveOf(take, "eyeBlinkLeft"))).toBe(1);
    // The filmed one looked at the viewer, past her own nose: so do eyes in a head that turns less.
    expect(Math.abs(gazeOf(take, "yaw")[20] ?? 9)).toBeLessThan(7);
  });

  test("of somebody who walks about and turns away can be read again", () => {
    const head = filmed().head.map((_, i) => [0.9, -1.5, 0.6, 90, -40, 120][i % 6] ?? 0);
    const gaze = new Float32Array(FRAMES * 2).fill(-0.7);
    const take = readTake(writeTake(takeOfCapture(filmed({ head, gaze }))));
    const [pitch, yaw] = [turnOf(take, "pitch")[30], turnOf(take, "yaw")[30]];
    expect(pitch).toBeCloseTo((0.9 * 180) / Math.PI + 20 * (1 / seenOfHead(0) - 1), 1);
    expect(yaw).toBeCloseTo((-1.5 * 180) / Math.PI - 20 * (1 / seenOfHead(1) - 1), 1);
    for (const shift of take.head.slice(30 * 6 + 3, 31 * 6)) {
      expect(Math.abs(shift)).toBeGreaterThan(15);
      expect(Math.abs(shift)).toBeLessThanOrEqual(20);
    }
  });

  test("comes to rest while the face is lost", () => {
    const quality = new Float32Array(FRAMES).fill(0.9).fill(0, 20);
    const jaw = curveOf(takeOfCapture(filmed({ quality })), "jawOpen");
    expect(jaw[10]).toBeGreaterThan(0.15);
    expect(jaw[55]).toBeLessThan(0.01);
  });

  test("goes through a file unchanged", () => {
    const take = takeOfCapture(filmed());
    const read = readTake(writeTake(take));
    expect(read.weights).toEqual(take.weights);
    expect(read.head).toEqual(take.head);
    expect(Object.keys(read.layers?.brows.curves ?? {}).sort()).toEqual([
      "browInnerUp",
      "eyeSquintLeft",
    ]);
  });
});

test("a cut is where the face is elsewhere at once, not where it turns", () => {
  const face = (x: number) => {
    const points = new Float32Array(478 * 3);
    points.set([x, 100], 33 * 3);
    points.set([x + 90, 100], 263 * 3);
    points.set([x + 45, 150], 4 * 3);
    return points;
  };
  const walk = Array.from({ length: 10 }, (_, i) => face(100 + 9 * i));
  expect(findScenes(walk)).toEqual([{ from: 0, to: 10 }]);
  expect(findScenes([...walk, face(400), face(403)])).toEqual([
    { from: 0, to: 10 },
    { from: 10, to: 12 },
  ]);
});
