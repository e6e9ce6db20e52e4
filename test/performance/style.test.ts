/** @file Styles as files, and motion made of them. */
import { describe, expect, test } from "vitest";
import { FilmError } from "../../src/base/errors.js";
import { randomOf } from "../../src/base/random.js";
import { matchMotion } from "../../src/performance/motion-matching.js";
import { soundOf } from "../../src/performance/motion-sound.js";
import { perform } from "../../src/performance/performance.js";
import { readPhrasing } from "../../src/performance/phrases.js";
import {
  MOTION_SIZE,
  openDefaultStyle,
  readStyle,
  SOUND_SIZE,
  STYLE_CHANNELS,
  STYLE_FPS,
  type Style,
  writeStyle,
} from "../../src/performance/style.js";
import { assets } from "../support/machine.js";
import { curveOf, largest, mean } from "./takes.js";
import { talk, voiceOf } from "./voices.js";

const style = await openDefaultStyle(assets);
const voice = voiceOf(talk(30));
const sound = soundOf(voice, readPhrasing(voice));

/** A style of one clip in which everything drifts, and the sound comes and goes. */
function made(frames = 400): Style {
  const random = randomOf(1, "style");
  const motion = new Float32Array(frames * MOTION_SIZE);
  for (let i = MOTION_SIZE; i < motion.length; i++) {
    motion[i] = 0.97 * motion[i - MOTION_SIZE] + 0.004 * random.normal();
  }
  const heard = Float32Array.from({ length: frames * SOUND_SIZE }, (_, i) =>
    Math.floor(i / SOUND_SIZE / 40) % 2 === 0 ? 0.8 : 0.1,
  );
  const sources = [{ name: "made up", licence: "ours", seconds: frames / STYLE_FPS }];
  return { name: "made", clips: [{ frameCount: frames, motion, sound: heard }], sources };
}

describe("a style's file", () => {
  test("gives back what was written, to a quarter of a thousandth", () => {
    const original = made();
    const read = readStyle(writeStyle(original));
    expect(read.sources).toEqual(original.sources);
    expect(read.clips[0].frameCount).toBe(400);
    read.clips[0].motion.forEach((value, i) => {
      expect(Math.abs(value - original.clips[0].motion[i])).toBeLessThan(0.00013);
    });
  });

  test("is refused where it is none, another's, or damaged", () => {
    const bytes = writeStyle(made());
    const damaged = bytes.slice();
    damaged[bytes.length - 5] ^= 1;
    for (const wrong of [new Uint8Array(0), new Uint8Array(64), bytes.slice(0, 200), damaged]) {
      expect(() => readStyle(wrong)).toThrow(FilmError);
    }
    expect(() => readStyle(writeStyle({ ...made(), clips: [] }))).toThrow(/clips/);
  });
});

describe("the default style", () => {
  test("is small, and says what it was learned from", async () => {
    expect((await assets.read("default.style")).length).toBeLessThan(1_000_000);
    expect(style.sources.length).toBeGreaterThan(10);
    for (const { licence, seconds } of style.sources) {
      expect(licence).toMatch(/public domain|Apache-2\.0|MIT/);
      expect(seconds).toBeGreaterThan(2);
    }
  });

  test("holds nothing that a face cannot do", () => {
    for (const { motion, frameCount } of style.clips) {
      expect(motion.length).toBe(frameCount * MOTION_SIZE);
      motion.forEach((value, i) => {
        const column = i % MOTION_SIZE;
        if (column < 3) expect(Math.abs(value)).toBeLessThan(0.16);
        else if (column >= 6) expect(value >= -0.001 && value <= 1).toBe(true);
      });
    }
  });
});

describe("matched motion", () => {
  const motion = matchMotion(style, sound, 1);

  test("is as long as the sound, and the same for the same seed", () => {
    expect(motion.length / MOTION_SIZE).toBe(sound.length / SOUND_SIZE);
    expect(matchMotion(style, sound, 1)).toEqual(motion);
    expect(matchMotion(style, sound, 2)).not.toEqual(motion);
  });

  test("never jumps: no column changes faster than the style's own do", () => {
    const fastest = (data: Float32Array, column: number) => {
      const steps: number[] = [];
      for (let i = MOTION_SIZE + column; i < data.length; i += MOTION_SIZE) {
        steps.push(data[i] - data[i - MOTION_SIZE]);
      }
      return largest(steps);
    };
    for (let column = 0; column < MOTION_SIZE; column++) {
      const usual = Math.max(...style.clips.map((clip) => fastest(clip.motion, column)));
      expect(fastest(motion, column)).toBeLessThan(1.5 * usual + 1e-6);
    }
  });

  test("does not say the same thing twice in the same way", () => {
    const once = sound.slice(0, 250 * SOUND_SIZE);
    const twice = new Float32Array(2 * once.length);
    twice.set(once);
    twice.set(once, once.length);
    const moved = matchMotion(style, twice, 3);
    const half = moved.length / 2;
    const yaw = (from: number) =>
      Array.from({ length: 250 }, (_, i) => moved[from + i * MOTION_SIZE + 1]);
    const [a, b] = [yaw(0), yaw(half)];
    expect(mean(a.map((value, i) => Math.abs(value - b[i])))).toBeGreaterThan(0.01);
  });

  test("plays what sounded alike", () => {
    // One clip moves while it is loud and rests while it is quiet.
    const clip = made(600).clips[0];
    const motion = new Float32Array(clip.motion.length);
    for (let frame = 0; frame < 600; frame++) {
      const isLoud = clip.sound[frame * SOUND_SIZE] > 0.5;
      motion[frame * MOTION_SIZE + 1] = isLoud ? 0.1 * Math.sin(frame) : 0;
    }
    const matched = matchMotion({ ...made(600), clips: [{ ...clip, motion }] }, clip.sound, 1);
    const activity = (isLoud: boolean) =>
      mean(
        Array.from({ length: 600 }, (_, frame) => frame)
          .filter((frame) => clip.sound[frame * SOUND_SIZE] > 0.5 === isLoud)
          .map((frame) => Math.abs(matched[frame * MOTION_SIZE + 1])),
      );
    expect(activity(true)).toBeGreaterThan(1.5 * activity(false));
  });
});

describe("a take in a style", () => {
  test("moves the brows with the head, and twice as much if wished", () => {
    const take = perform(voice, { style, seed: 4 });
    const lively = perform(voice, { style, seed: 4, expression: 2 });
    const sum = (of: typeof take) =>
      STYLE_CHANNELS.reduce((total, name) => total + mean(curveOf(of, name)), 0);
    expect(sum(take)).toBeGreaterThan(0.02);
    expect(sum(lively) / sum(take)).toBeGreaterThan(1.4);
  });

  test("leaves the mouth's sounds alone", () => {
    const [styled, plain] = [perform(voice, { style }), perform(voice, {})];
    for (const name of ["jawOpen", "mouthClose", "mouthFunnel", "mouthPucker"] as const) {
      expect(curveOf(styled, name)).toEqual(curveOf(plain, name));
    }
  });
});
