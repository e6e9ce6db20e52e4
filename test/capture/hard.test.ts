/** @file Captures of what is hard to film: profiles, and clocks that go unevenly. */
import { describe, expect, test } from "vitest";
import { type Capture, captureOf } from "../../src/capture/capture.js";
import { rateOf } from "../../src/capture/clock.js";
import { clipsOf } from "../../src/capture/motion-clip.js";
import { takeOfCapture } from "../../src/capture/take.js";
import { holdHead, makeMoment } from "../../src/frames/moment.js";
import { makeRenderer } from "../../src/frames/renderer.js";
import { MOTION_SIZE, STYLE_FPS } from "../../src/performance/style.js";
import { readTake, writeTake } from "../../src/performance/take-file.js";
import { readCanonicalFace } from "../../src/portrait/canonical.js";
import { LANDMARK_COUNT, SKIN_COUNT } from "../../src/portrait/landmarks.js";
import { DEGREE, turnOf } from "../performance/takes.js";
import { talk, voiceOf } from "../performance/voices.js";
import { assets, astronautRig } from "../support/machine.js";

const FPS = 25;
const FRAMES = 75;
const PX_PER_CM = 12;

/** Landmarks of the canonical face that is turned to the subject's left, as a camera sees it. */
async function turned(yaw: number): Promise<Float32Array> {
  const { vertices } = await readCanonicalFace(assets);
  const points = new Float32Array(LANDMARK_COUNT * 3);
  for (let point = 0; point < LANDMARK_COUNT; point++) {
    // Irises lie between the corners of their eye.
    const from = point < SKIN_COUNT ? [point, point] : point < 473 ? [33, 133] : [263, 362];
    const [x, y, z] = [0, 1, 2].map(
      (axis) => (vertices[3 * from[0] + axis] + vertices[3 * from[1] + axis]) / 2,
    );
    const across = x * Math.cos(yaw) + z * Math.sin(yaw);
    const depth = z * Math.cos(yaw) - x * Math.sin(yaw);
    points.set([300 + PX_PER_CM * across, 300 - PX_PER_CM * y, -PX_PER_CM * depth], 3 * point);
  }
  return points;
}

describe("a driver who turns into profile and back", async () => {
  const yaws = Array.from({ length: FRAMES }, (_, i) => {
    return 80 * DEGREE * Math.exp(-(((i - FRAMES / 2) / 8) ** 2));
  });
  const faces = await Promise.all(yaws.map(turned));
  const clock = { fps: FPS, times: Float64Array.from(yaws, (_, i) => i / FPS) };
  const capture = await captureOf(faces, clock, assets);
  const take = readTake(writeTake(takeOfCapture(capture)));
  const middle = Math.floor(FRAMES / 2);

  test("is captured with all of his turn and hardly any expression", () => {
    for (const data of [capture.weights, capture.head, capture.gaze]) {
      expect(data.every(Number.isFinite)).toBe(true);
    }
    const seen = capture.head[6 * middle + 1] / DEGREE;
    expect(seen).toBeGreaterThan(60);
    expect(seen).toBeLessThan(90);
    expect(Math.max(...take.weights)).toBeLessThan(0.4);
  });

  test("is acted as far as the rig goes, as softly as he turns", async () => {
    expect(turnOf(take, "yaw")[middle]).toBeGreaterThan(70);
    expect(turnOf(take, "yaw")[middle]).toBeLessThan(95);
    const rig = await astronautRig();
    const renderer = makeRenderer(rig);
    const [rest, half, far] = [0, middle - 8, middle].map((frame) => {
      const moment = makeMoment();
      holdHead(moment, take.head.subarray(6 * frame, 6 * frame + 6));
      moment.gaze.set(take.gaze.subarray(2 * frame, 2 * frame + 2));
      const { data } = renderer.render(moment);
      const changed = data.reduce(
        (sum, value, i) => sum + Math.abs(value - rig.picture.data[i]),
        0,
      );
      return changed / data.length;
    });
    expect(rest).toBeLessThan(0.5);
    expect(far).toBeGreaterThan(half);
    // Her head is as far as it goes; no more than that.
    expect(far).toBeLessThan(1.2 * half);
  });
});

test.each([
  ["even", (i: number) => i / 30, 30],
  ["in whole milliseconds", (i: number) => Math.round((1000 * i) / 29.97) / 1000, 29.97],
  ["with frames that are missing", (i: number) => (i + Math.floor(i / 4)) / 25, 25],
  ["that stands still for a minute", (i: number) => i / 25 + (i > 40 ? 60 : 0), 25],
  ["in pairs", (i: number) => (i - 0.8 * (i % 2)) / 20, 20],
])("frames of a clock %s are counted where they go on as usual", (_, timeOf, fps) => {
  const times = Float64Array.from({ length: 101 }, (_, i) => timeOf(i));
  const mean = 100 / (times[100] - times[0]);
  expect(Math.abs(rateOf(times, mean) / fps - 1)).toBeLessThan(0.004);
  expect(rateOf(times.subarray(0, 1), 12)).toBe(12);
});

test("a style learns what was seen when it was heard, on an uneven clock too", () => {
  const seconds = 10;
  const turn = (t: number) => 0.05 * Math.sin(2 * t);
  const captureAt = (times: Float64Array): Capture => ({
    ...{ fps: times.length / seconds, frameCount: times.length, times },
    quality: new Float32Array(times.length).fill(0.9),
    weights: new Float32Array(times.length * 52),
    gaze: new Float32Array(times.length * 2),
    // A frame shows the middle of its time.
    head: Float32Array.from({ length: times.length * 6 }, (_, i) =>
      i % 6 === 2 ? turn(times[Math.floor(i / 6)] + (0.5 * seconds) / times.length) : 0,
    ),
  });
  const count = 300;
  const even = Float64Array.from({ length: count }, (_, i) => (seconds * i) / count);
  // Twice as many frames a second in the first half as in the second.
  const uneven = even.map((t) => (t < 5 ? 0.75 * t : 3.75 + 1.25 * (t - 5)));
  const voice = voiceOf(talk(seconds));
  const [a, b] = [even, uneven].map((times) => clipsOf(captureAt(times), voice, 0, "own")[0]);
  const rolls = (clip: typeof a) => {
    const curve = clip.motion.filter((_, i) => i % MOTION_SIZE === 2);
    const mean = curve.reduce((sum, value) => sum + value, 0) / curve.length;
    return curve.map((value) => value - mean);
  };
  const [evenly, unevenly] = [rolls(a), rolls(b)];
  expect(Math.abs(a.frameCount - b.frameCount)).toBeLessThan(2);
  const gain = Math.max(...unevenly) / Math.max(...evenly);
  for (let frame = 0; frame < 9.5 * STYLE_FPS; frame++) {
    expect(Math.abs(unevenly[frame] / gain - evenly[frame])).toBeLessThan(0.01);
  }
});
