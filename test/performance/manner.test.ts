/** @file Mouths in somebody's manner. */
import { describe, expect, test } from "vitest";
import { CHANNEL_INDEX, CHANNELS } from "../../src/base/channels.js";
import { partingOf } from "../../src/capture/lips.js";
import { performLips } from "../../src/performance/lips.js";
import {
  bendLips,
  CENTIMETRES,
  HEARD_SIZE,
  MANNER_SIZE,
  type Manner,
  measureLips,
} from "../../src/performance/manner.js";
import { perform } from "../../src/performance/performance.js";
import { deltaOf, readBasis } from "../../src/rig/basis.js";
import { CLASS_COUNT, CLASS_INDEX, type SoundClass } from "../../src/voice/classes.js";
import { assets } from "../support/machine.js";
import { curveOf } from "./takes.js";
import { talk, voiceOf } from "./voices.js";

/** As told, and so much more of a measure while a sound is heard, in units of what is usual. */
function manner(of: "opening" | "width", sound: SoundClass, by: number): Manner {
  const told = () => ({ by: Float32Array.of(1, ...new Float32Array(HEARD_SIZE)), gain: 1 });
  const made = { opening: told(), width: told() };
  made[of].by[1 + CLASS_COUNT + CLASS_INDEX[sound]] = by;
  return made;
}

const VOICE = voiceOf([
  { name: "sil", hops: 60 },
  { name: "A", hops: 30 },
  { name: "PP", hops: 12 },
  { name: "I", hops: 30 },
  { name: "U", hops: 30 },
  { name: "sil", hops: 60 },
]);
const [IN_A, IN_I, IN_U] = [75, 117, 147];

function bent(by: Manner) {
  const lips = performLips(VOICE, "speech");
  const before = lips.slice();
  bendLips(lips, VOICE, by);
  const changeOf = (measure: "opening" | "width") => {
    const [was, is] = [before, lips].map((rows) => measureLips(rows, measure));
    return is.map((value, hop) => value - was[hop]);
  };
  return { lips, before, changeOf };
}

describe("a manner", () => {
  test("that is as told changes nothing", () => {
    const { lips, before } = bent(manner("opening", "A", 0));
    lips.forEach((value, i) => {
      expect(value).toBeCloseTo(before[i], 5);
    });
  });

  test("opens the mouth further for the sound that it opens further", () => {
    const change = bent(manner("opening", "A", 0.6)).changeOf("opening");
    expect(change[IN_A]).toBeGreaterThan(0.15);
    expect(Math.abs(change[IN_I])).toBeLessThan(0.03);
    expect(bent(manner("opening", "A", -0.6)).changeOf("opening")[IN_A]).toBeLessThan(-0.1);
  });

  test("spreads and rounds, first by doing less of the opposite", () => {
    const wider = bent(manner("width", "U", 1));
    expect(wider.changeOf("width")[IN_U]).toBeGreaterThan(0.25);
    const pucker = CHANNELS.filter((name) => /^(jaw|mouth|tongue)/.test(name)).indexOf(
      "mouthPucker",
    );
    expect(wider.lips[IN_U * 28 + pucker]).toBeLessThan(wider.before[IN_U * 28 + pucker]);
    const narrower = bent(manner("width", "I", -1));
    expect(narrower.changeOf("width")[IN_I]).toBeLessThan(-0.25);
    expect(Math.abs(narrower.changeOf("width")[IN_A])).toBeLessThan(0.05);
  });

  test("leaves silence alone, and weights between 0 and 1", () => {
    for (const by of [manner("opening", "sil", 1), manner("width", "A", -3)]) {
      const { lips, before } = bent(by);
      for (let i = 0; i < 30 * 28; i++) expect(lips[i]).toBeCloseTo(before[i], 2);
      for (const value of lips) {
        expect(value).toBeGreaterThanOrEqual(Math.min(0, ...before));
        expect(value).toBeLessThanOrEqual(1);
      }
    }
  });

  test("of whatever kind still shuts the lips for p", () => {
    const clips = [
      { frameCount: 50, motion: new Float32Array(50 * 19), sound: new Float32Array(50 * 4) },
    ];
    const style = { name: "a", clips, sources: [], manner: manner("opening", "PP", 3) };
    const take = perform(VOICE, { style, mode: "speech", fps: 100 });
    const [jaw, close] = [curveOf(take, "jawOpen"), curveOf(take, "mouthClose")];
    const shut = jaw.map((open, i) => close[i] - open);
    expect(Math.max(...shut.slice(90, 102))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...jaw.slice(92, 100))).toBeLessThan(0.12);
  });

  test("is not used by singers", () => {
    const clips = [
      { frameCount: 50, motion: new Float32Array(50 * 19), sound: new Float32Array(50 * 4) },
    ];
    const voice = voiceOf(talk(4));
    const jawOf = (by: Manner | undefined) => {
      const style = { name: "a", clips, sources: [], manner: by };
      return curveOf(perform(voice, { style, mode: "song", fps: 25 }), "jawOpen");
    };
    expect(jawOf(manner("opening", "A", 2))).toEqual(jawOf(undefined));
  });
});

test("centimetres are those of the shapes that are drawn", async () => {
  const basis = await readBasis(assets);
  const widening = (c: number) => deltaOf(basis[c], 291, 0) - deltaOf(basis[c], 61, 0);
  for (const [measure, table] of Object.entries(CENTIMETRES)) {
    for (const [stem, cm] of Object.entries(table)) {
      const c =
        CHANNEL_INDEX[stem as "jawOpen"] ?? CHANNEL_INDEX[`${stem}Left` as "mouthSmileLeft"];
      const drawn = measure === "opening" ? partingOf(basis[c]) : widening(c);
      expect(Math.abs(drawn - cm), `${measure} of ${stem}`).toBeLessThan(0.02);
    }
  }
  expect(MANNER_SIZE).toBe(67);
});
