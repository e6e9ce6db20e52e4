/** @file Feelings: what is written of them, and what they do to a face that speaks. */
import { describe, expect, test } from "vitest";
import { FilmError } from "../../src/base/errors.js";
import { readEmotionCues, readEmotionMix } from "../../src/performance/emotion.js";
import { perform } from "../../src/performance/performance.js";
import {
  blinksOf,
  curveOf,
  frameAt,
  framesIn,
  largest,
  mean,
  shutAt,
  spread,
  turnOf,
  weightAt,
} from "./takes.js";
import { pause, say, stretchesOf, talk, voiceOf } from "./voices.js";

const VOICE = voiceOf(talk(20));
const feel = (mix: string, seed = 1) =>
  perform(VOICE, { seed, emotion: [{ seconds: 0, mix: readEmotionMix(mix) }] });
const NEUTRAL = perform(VOICE, { seed: 1 });

describe("a mix", () => {
  test("is written with and without intensities", () => {
    expect(readEmotionMix("happy")).toEqual({ happy: 1 });
    expect(readEmotionMix("happy:0.7, surprised:0.2")).toEqual({ happy: 0.7, surprised: 0.2 });
  });

  test.each(["joy", "happy:2", "happy:-1", "happy:x", "happy:", "happy:1:1", "", "happy,,sad"])(
    "is refused as “%s”, with what was wrong",
    (text) => {
      expect(() => readEmotionMix(text)).toThrow(FilmError);
      expect(() => readEmotionMix(text)).toThrow(/is no emotion|intensity/);
    },
  );
});

describe("cues", () => {
  test("are read in a line or in lines, and put in order", () => {
    const cues = [
      { seconds: 0, mix: { neutral: 1 } },
      { seconds: 4.5, mix: { angry: 0.8 } },
    ];
    expect(readEmotionCues("0s=neutral 4.5s=angry:0.8")).toEqual(cues);
    expect(readEmotionCues("# a scene\n4.5=angry:0.8\n\n0=neutral\n")).toEqual(cues);
  });

  test.each(["", "# nothing", "angry", "x=angry", "1s=rage", "-1s=happy"])(
    "are refused as “%s”",
    (text) => {
      expect(() => readEmotionCues(text)).toThrow(FilmError);
    },
  );
});

describe("a feeling", () => {
  test.each([
    ["happy", "mouthSmileLeft", 0.3],
    ["sad", "browInnerUp", 0.4],
    ["sad", "mouthFrownRight", 0.25],
    ["angry", "browDownLeft", 0.45],
    ["surprised", "browOuterUpRight", 0.45],
    ["afraid", "eyeWideLeft", 0.35],
    ["disgusted", "noseSneerRight", 0.45],
    ["tender", "mouthSmileRight", 0.12],
  ] as const)("%s moves %s by %d and more", (name, channel, least) => {
    const more = mean(curveOf(feel(name), channel)) - mean(curveOf(NEUTRAL, channel));
    expect(more).toBeGreaterThan(least);
  });

  test("is half as strong at half its intensity, and more is never over 1", () => {
    const more = (mix: string) =>
      mean(curveOf(feel(mix), "browDownLeft")) - mean(curveOf(NEUTRAL, "browDownLeft"));
    expect(more("angry:0.5") / more("angry")).toBeGreaterThan(0.4);
    expect(more("angry:0.5") / more("angry")).toBeLessThan(0.65);
    expect(largest(feel("happy,sad,angry,afraid,surprised,disgusted").weights)).toBeLessThanOrEqual(
      1,
    );
  });

  test("is neither even nor symmetric", () => {
    const take = feel("angry");
    const [left, right] = [curveOf(take, "browDownLeft"), curveOf(take, "browDownRight")];
    expect(spread(left)).toBeGreaterThan(0.03);
    const sides = [1, 2, 3, 4, 5, 6].map((seed) => {
      const one = feel("angry", seed);
      return mean(curveOf(one, "browDownLeft")) / mean(curveOf(one, "browDownRight")) - 1;
    });
    expect(largest(sides)).toBeGreaterThan(0.05);
    expect(largest(sides)).toBeLessThan(0.6);
    expect(left).not.toEqual(right);
  });

  test("comes when its cue says, within half a second, and goes again", () => {
    const emotion = readEmotionCues("0s=neutral 5s=surprised 10s=neutral");
    const take = perform(VOICE, { seed: 1, emotion });
    const raised = (seconds: number) => {
      const frame = frameAt(take, seconds);
      return weightAt(take, frame, "browOuterUpLeft") - weightAt(NEUTRAL, frame, "browOuterUpLeft");
    };
    expect(raised(4.9)).toBeCloseTo(0, 3);
    expect(raised(5.7)).toBeGreaterThan(0.3);
    expect(raised(9.5)).toBeGreaterThan(0.3);
    expect(raised(11)).toBeCloseTo(0, 3);
    const curve = curveOf(take, "browOuterUpLeft");
    expect(largest(curve.slice(1).map((value, i) => value - curve[i]))).toBeLessThan(0.25);
  });

  test("changes its mind on the way without a jump", () => {
    const emotion = readEmotionCues("0s=happy 3s=sad 3.2s=happy 3.4s=angry");
    const curve = curveOf(perform(VOICE, { fps: 100, emotion }), "mouthSmileLeft");
    expect(largest(curve.slice(1).map((value, i) => value - curve[i]))).toBeLessThan(0.06);
  });

  test.each(["happy", "sad", "angry", "afraid", "surprised", "disgusted", "tender"])(
    "%s leaves every p, b and m shut, and the jaw to the sounds",
    (name) => {
      const sounds = [pause(60), ...say("PP A PP E PP O A PP I PP A", 12), pause(80)];
      const voice = voiceOf(sounds);
      const take = perform(voice, { emotion: [{ seconds: 0, mix: readEmotionMix(name) }] });
      const plain = perform(voice, {});
      for (const stretch of stretchesOf(sounds, "PP")) {
        const shut = framesIn(take, stretch).map((frame) => shutAt(take, frame));
        expect(Math.max(...shut)).toBeGreaterThan(0.98);
      }
      const spoken = framesIn(take, { from: 0.7, to: 1.8 });
      for (const frame of spoken) {
        const more = weightAt(take, frame, "jawOpen") - weightAt(plain, frame, "jawOpen");
        expect(Math.abs(more)).toBeLessThan(0.08);
      }
    },
  );

  test("leaves blinks whole", () => {
    for (const { depth } of blinksOf(feel("surprised"))) expect(depth).toBeGreaterThan(0.7);
    const take = feel("afraid");
    const [blink, wide] = [curveOf(take, "eyeBlinkLeft"), curveOf(take, "eyeWideLeft")];
    blink.forEach((shut, frame) => {
      if (shut > 0.95) expect(wide[frame]).toBeLessThan(0.06);
    });
  });

  test("bows a sad head and calms it, and rouses an angry one", () => {
    expect(mean(turnOf(feel("sad"), "pitch"))).toBeGreaterThan(
      mean(turnOf(NEUTRAL, "pitch")) + 2.5,
    );
    expect(spread(turnOf(feel("sad"), "yaw"))).toBeLessThan(0.8 * spread(turnOf(NEUTRAL, "yaw")));
    expect(spread(turnOf(feel("angry"), "yaw"))).toBeGreaterThan(
      1.2 * spread(turnOf(NEUTRAL, "yaw")),
    );
  });

  test("is nothing where nothing is felt", () => {
    expect(feel("neutral").weights).toEqual(NEUTRAL.weights);
    expect(perform(VOICE, { seed: 1, emotion: [] })).toEqual(NEUTRAL);
  });
});

describe("auto", () => {
  const flat = voiceOf(
    talk(20).map((sound) => (sound.pitchHz === undefined ? sound : { ...sound, pitchHz: 120 })),
  );
  const lively = voiceOf(
    talk(20).map((sound, i) => {
      const { pitchHz } = sound;
      return pitchHz === undefined
        ? sound
        : { ...sound, pitchHz: pitchHz * (i % 4 < 2 ? 1.6 : 0.9) };
    }),
  );
  const smile = (voice: typeof flat) =>
    mean(curveOf(perform(voice, { emotion: "auto" }), "mouthSmileLeft")) -
    mean(curveOf(perform(voice, {}), "mouthSmileLeft"));

  test("tints a lively voice a little, a flat one not", () => {
    expect(smile(lively)).toBeGreaterThan(0.01);
    expect(smile(lively)).toBeLessThan(0.2);
    expect(smile(flat)).toBeLessThan(0.005);
  });

  test("never makes anybody sad, angry or afraid", () => {
    const take = perform(lively, { emotion: "auto" });
    const plain = perform(lively, {});
    for (const name of [
      "mouthFrownLeft",
      "noseSneerLeft",
      "browDownLeft",
      "eyeWideLeft",
    ] as const) {
      const more = mean(curveOf(take, name)) - mean(curveOf(plain, name));
      expect(more).toBeLessThan(0.005);
    }
  });
});

describe("energy", () => {
  test("of 0 leaves the lips alone alive, smaller", () => {
    const take = perform(VOICE, { energy: 0 });
    expect(largest(take.head)).toBe(0);
    expect(largest(curveOf(take, "browInnerUp"))).toBe(0);
    expect(largest(curveOf(take, "jawOpen"))).toBeGreaterThan(0.1);
  });

  test("of 2 doubles the head", () => {
    const twice = perform(VOICE, { seed: 1, energy: 2 }).head;
    NEUTRAL.head.forEach((value, i) => {
      expect(twice[i]).toBeCloseTo(2 * value, 3);
    });
  });
});

test("eyes look where they are told, but for their flicker", () => {
  const take = perform(VOICE, { head: 0, gaze: { yaw: 12, pitch: -6 } });
  const [yaw, pitch] = [0, 1].map((axis) =>
    mean([...take.gaze].filter((_, i) => i % 2 === axis).map((angle) => (angle * 180) / Math.PI)),
  );
  expect(yaw).toBeCloseTo(12, 0);
  expect(pitch).toBeCloseTo(-6, 0);
});
