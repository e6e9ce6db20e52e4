/** @file Manners learned from mouths that were never filmed, but are known. */
import { describe, expect, test } from "vitest";
import { CHANNEL_COUNT } from "../../src/base/channels.js";
import {
  addSums,
  compareMouths,
  mannerOf,
  mannerOfPeople,
  matchOf,
  matchOfOwn,
} from "../../src/capture/manner.js";
import { HEARD_SIZE, type Manner } from "../../src/performance/manner.js";
import { perform } from "../../src/performance/performance.js";
import type { Style } from "../../src/performance/style.js";
import type { Take } from "../../src/performance/take.js";
import { readBasis } from "../../src/rig/basis.js";
import { CLASS_COUNT, CLASS_INDEX } from "../../src/voice/classes.js";
import type { Voice } from "../../src/voice/voice.js";
import { talk, voiceOf } from "../performance/voices.js";
import { assets } from "../support/machine.js";

const basis = await readBasis(assets);
const SECONDS = 40;

/** Opens wide for i, hardly for a, and rounds every e. */
function trueManner(): Manner {
  const by = () => Float32Array.of(0.6, ...new Float32Array(HEARD_SIZE));
  const made = { opening: { by: by(), gain: 1.2 }, width: { by: by(), gain: 1.2 } };
  const at = (name: "A" | "E" | "I") => 1 + CLASS_COUNT + CLASS_INDEX[name];
  made.opening.by[at("I")] = 1.2;
  made.opening.by[at("A")] = -0.5;
  made.width.by[at("E")] = -1.5;
  return made;
}

function filmed(voice: Voice, manner?: Manner): Take {
  const clips = [
    { frameCount: 50, motion: new Float32Array(50 * 19), sound: new Float32Array(50 * 4) },
  ];
  const style: Style = { name: "a", clips, sources: [], manner };
  return perform(voice, { style, mode: "speech", fps: 25 });
}

const voice = voiceOf(talk(SECONDS));
const parts = compareMouths(filmed(voice, trueManner()), voice, basis) ?? [];

describe("somebody's manner", () => {
  const told = matchOf(parts.map((sums) => ({ sums })));

  test("is found, and holds where it was not learned", () => {
    expect(parts).toHaveLength(Math.round((SECONDS * 25) / 125));
    const own = matchOfOwn(parts, undefined);
    expect(told.opening).toBeLessThan(0.8);
    expect(own.opening).toBeGreaterThan(told.opening + 0.1);
    expect(own.width).toBeGreaterThan(told.width + 0.03);
    const found = mannerOf(addSums(parts), undefined);
    const at = (name: "A" | "I") => found.opening.by[1 + CLASS_COUNT + CLASS_INDEX[name]];
    expect(at("I")).toBeGreaterThan(at("A"));
  });

  test("stays near the usual one if little was seen", () => {
    const usual = trueManner();
    const short = parts.slice(0, 1).map((sums) => ({ ...sums, frames: 3 }));
    const none = {
      ...addSums(short),
      gram: new Float64Array(68 * 68),
      cross: new Float64Array(136),
    };
    const own = mannerOf(none, usual);
    own.opening.by.forEach((value, i) => {
      expect(value).toBeCloseTo(usual.opening.by[i], 5);
    });
  });

  test("is not found in somebody who speaks as told", () => {
    const plain = compareMouths(filmed(voice), voice, basis) ?? [];
    const r = matchOf(plain.map((sums) => ({ sums })));
    expect(r.opening).toBeGreaterThan(0.85);
    expect(matchOfOwn(plain, undefined).opening).toBeGreaterThan(r.opening - 0.03);
  });

  test("is what several people have in common, though one was filmed for long", () => {
    const whole = addSums(parts);
    const plain = addSums(compareMouths(filmed(voice), voice, basis) ?? []);
    const long = { ...plain, ...scaled(plain, 50) };
    const both = mannerOfPeople([whole, long]);
    const r = matchOf([{ sums: whole, manner: both }]).opening;
    expect(r).toBeGreaterThan(told.opening + 0.05);
  });
});

function scaled(sums: (typeof parts)[number], by: number) {
  return {
    frames: by * sums.frames,
    gram: sums.gram.map((value) => by * value),
    cross: sums.cross.map((value) => by * value),
    squares: sums.squares.map((value) => by * value),
  };
}

test("a mouth that says something else gives nothing", () => {
  const other = filmed(voiceOf(talk(SECONDS, 7)));
  expect(compareMouths(other, voice, basis)).toBeUndefined();
  const still = { ...other, weights: new Float32Array(other.frameCount * CHANNEL_COUNT) };
  expect(compareMouths(still, voice, basis)).toBeUndefined();
});
