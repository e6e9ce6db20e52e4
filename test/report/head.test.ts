/** @file The head's motion, on faces that move as told. */
import { describe, expect, test } from "vitest";
import { randomOf } from "../../src/base/random.js";
import { measureBeat } from "../../src/report/beat.js";
import { jitterOf, measureHead } from "../../src/report/head.js";
import type { MeasureName } from "../../src/report/measure.js";
import { anglesOf, type Track } from "../../src/report/track.js";
import { type Move, speechOf, still, trackOf } from "./tracks.js";

const FPS = 25;
const RAD = Math.PI / 180;

function valueIn(track: Track, name: MeasureName): number | undefined {
  return measureHead(track, undefined).findings.find((finding) => finding.name === name)?.value;
}

/** The face as a plane, turned about its middle: yaw, then pitch, then roll, degrees. */
function turned(angles: (frame: number) => readonly [number, number, number]): Move {
  return (frame, _, x, y) => {
    const [yaw, pitch, roll] = angles(frame).map((angle) => angle * RAD);
    const [u, v] = [x - 150, y - 135];
    const [x1, z1] = [u * Math.cos(yaw), u * Math.sin(yaw)];
    const [y2, z2] = [v * Math.cos(pitch), z1 + v * Math.sin(pitch)];
    const [cos, sin] = [Math.cos(roll), Math.sin(roll)];
    return [150 + cos * x1 - sin * y2, 135 + sin * x1 + cos * y2, z2];
  };
}

describe("angles", () => {
  test.each([
    ["yaw", 0, [8, 0, 0]],
    ["pitch", 1, [0, -5, 0]],
    ["roll", 2, [0, 0, 3]],
  ] as const)("%s is what the face was turned by", (_, axis, angles) => {
    const measured = anglesOf(
      trackOf(
        2,
        turned((frame) => (frame === 0 ? [0, 0, 0] : angles)),
      ),
    );
    expect(measured[axis][1] - measured[axis][0]).toBeCloseTo(angles[axis], 3);
    for (const other of [0, 1, 2].filter((k) => k !== axis)) {
      expect(measured[other][1]).toBeCloseTo(measured[other][0], 3);
    }
  });

  test("their spread is the standard deviation", () => {
    const swing = (frame: number) => 4 * Math.sin((2 * Math.PI * frame) / 50);
    const track = trackOf(
      200,
      turned((frame) => [swing(frame), 0, 0]),
    );
    expect(valueIn(track, "headYaw")).toBeCloseTo(4 * Math.SQRT1_2, 2);
    expect(valueIn(track, "headPitch")).toBeCloseTo(0, 3);
  });
});

describe("jitter", () => {
  const shaken = (sigma: number): Move => {
    const random = randomOf(3, "shake");
    const steps = Array.from({ length: 400 }, () => [random.normal(), random.normal()] as const);
    return (frame, _, x, y) => [x + sigma * steps[frame][0], y + sigma * steps[frame][1], 0];
  };

  test("of noise is that of its second difference, √6 σ on each axis", () => {
    const jumps = jitterOf(trackOf(400, shaken(0.5)));
    const squares = jumps.map((jump) => jump ** 2);
    const root = Math.sqrt(squares.reduce((a, b) => a + b) / squares.length);
    expect(root / (0.5 * Math.sqrt(12))).toBeGreaterThan(0.9);
    expect(root / (0.5 * Math.sqrt(12))).toBeLessThan(1.1);
  });

  test("is nothing of a head that goes evenly, whichever way", () => {
    const track = trackOf(100, (frame, _, x, y) => [x + frame, y - 2 * frame, 0]);
    expect(valueIn(track, "jitter")).toBeCloseTo(0, 3);
  });

  test("is a share of the face's own size", () => {
    const move = shaken(0.5);
    const large: Move = (frame, landmark, x, y) => {
      const [u, v, w] = move(frame, landmark, x, y);
      return [2 * u, 2 * v, 2 * w];
    };
    expect(valueIn(trackOf(200, large), "jitter")).toBeCloseTo(
      valueIn(trackOf(200, move), "jitter")!,
      4,
    );
  });

  test("names the moment of the worst jump", () => {
    const jump: Move = (frame, _, x, y) => [x + (frame === 40 ? 5 : 0), y, 0];
    const { moments } = measureHead(trackOf(100, jump), undefined);
    expect(moments.find(({ name }) => name === "jitter")?.seconds).toBeCloseTo(40 / FPS, 6);
  });

  test("of a film of 50 frames a second is that of its every second frame", () => {
    const smooth: (fps: number) => Move = (fps) => (frame, _, x, y) => [
      x + 3 * Math.sin((2 * Math.PI * 2 * frame) / fps),
      y,
      0,
    ];
    const [slow, fast] = [25, 50].map((fps) => {
      return valueIn(trackOf(8 * fps, smooth(fps), { fps }), "jitter")!;
    });
    expect(Math.abs(fast / slow - 1)).toBeLessThan(0.05);
  });
});

describe("stillness", () => {
  const drift = (from: number, to: number): Move => {
    const moving = (frame: number) => frame - Math.min(Math.max(frame - from, 0), to - from);
    return (frame, _, x, y) => [x + 0.5 * moving(frame), y, 0];
  };

  test("is as long as the head rests, to the smoothing's edges", () => {
    expect(valueIn(trackOf(250, drift(75, 175)), "headFreeze")).toBeGreaterThan(3.7);
    expect(valueIn(trackOf(250, drift(75, 175)), "headFreeze")).toBeLessThan(4.3);
  });

  test("is none in a head that always drifts, and all of one that never does", () => {
    expect(valueIn(trackOf(250, drift(0, 0)), "headFreeze")).toBe(0);
    expect(valueIn(trackOf(250, still), "headFreeze")).toBeCloseTo(10, 6);
  });

  test("shorter than a second is none", () => {
    expect(valueIn(trackOf(250, drift(100, 118)), "headFreeze")).toBe(0);
  });

  test("is not broken by the network's noise", () => {
    const random = randomOf(2, "noise");
    const noise = Array.from({ length: 250 }, () => 0.1 * random.normal());
    const track = trackOf(250, (frame, _, x, y) => [x + noise[frame], y, 0]);
    expect(valueIn(track, "headFreeze")).toBeGreaterThan(9);
  });
});

describe("spectrum", () => {
  const swinging = (hz: number) =>
    trackOf(
      256,
      turned((frame) => [0, 3 * Math.sin((2 * Math.PI * hz * frame) / FPS), 0]),
    );

  test("of a sway of 0.5 Hz is slow, of a tremble of 6 Hz fast", () => {
    expect(valueIn(swinging(0.5), "headSlow")).toBeGreaterThan(0.95);
    expect(valueIn(swinging(0.5), "headFast")).toBeLessThan(0.001);
    expect(valueIn(swinging(6), "headSlow")).toBeLessThan(0.001);
    expect(valueIn(swinging(6), "headFast")).toBeGreaterThan(0.99);
  });

  test("of 2.5 Hz is neither", () => {
    expect(valueIn(swinging(2.5), "headSlow")).toBeLessThan(0.01);
    expect(valueIn(swinging(2.5), "headFast")).toBeLessThan(0.01);
  });

  test("of five seconds is not taken from four", () => {
    expect(valueIn(trackOf(100, still), "headSlow")).toBeUndefined();
  });
});

test("a head that runs 150 ms before the loudness leads by as much", () => {
  // Each second the head is off at the loudness's rise, less the lead.
  const pulse = (seconds: number) => Math.exp(-0.5 * (((seconds % 1.1) - 0.5) / 0.08) ** 2);
  const place = new Float64Array(250);
  for (let i = 1; i < 250; i++) place[i] = place[i - 1] + 0.5 * pulse(i / FPS + 0.15);
  const track = trackOf(
    250,
    turned((frame) => [place[frame], 0, 0]),
  );
  const level = Float32Array.from({ length: 990 }, (_, i) => -50 + 30 * pulse(i / 100));
  const { findings } = measureHead(track, speechOf(990, { level, loudDb: -20 }));
  const lead = findings.find(({ name }) => name === "headLead")?.value;
  expect(Math.abs(lead! - 150)).toBeLessThanOrEqual(30);
});

describe("the beat", () => {
  const PERIOD = 0.6;
  const SECONDS = 18;
  /** A drum that beats every 0.6 s, at 0.3 s first. */
  const onsets = Float32Array.from({ length: 100 * SECONDS }, (_, hop) => {
    const away = ((hop / 100 + PERIOD) % PERIOD) - PERIOD / 2;
    return 6 * Math.exp(-0.5 * (away / 0.02) ** 2);
  });
  /** Nods every 0.6 s that are lowest so long after the beat, beside a slow turn. */
  const nodding = (late: number) =>
    trackOf(
      SECONDS * FPS,
      turned((frame) => {
        const phase = (frame / FPS - PERIOD / 2 - late) / PERIOD;
        return [2 * Math.sin(frame / 70), 3 * Math.cos(2 * Math.PI * phase), 0];
      }),
    );
  const score = (track: Track, startSeconds = 0) => measureBeat(track, onsets, startSeconds).value;

  test("counts what turns on it, and more than what turns beside it", () => {
    // A nod turns twice in a beat, below and above: half of it is on the beat.
    expect(score(nodding(0))).toBeGreaterThan(0.15);
    expect(score(nodding(PERIOD / 4))).toBeLessThan(-0.1);
  });

  test("is where the sound is on the film's clock", () => {
    expect(score(nodding(0), PERIOD / 4)).toBeLessThan(-0.1);
  });

  test("is not measured where nobody sings, nothing beats or nothing moves", () => {
    expect(measureBeat(nodding(0), undefined, 0).note).toMatch("sings");
    expect(measureBeat(nodding(0), new Float32Array(1800), 0).note).toMatch("beat");
    expect(measureBeat(trackOf(SECONDS * FPS, still), onsets, 0).note).toMatch("motion");
  });
});
