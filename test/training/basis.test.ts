/** @file The expression shapes: anatomy, and what is learned from faces whose shapes are known. */
import { describe, expect, test } from "vitest";
import { CHANNEL_COUNT, CHANNEL_INDEX, CHANNELS, type Channel } from "../../src/base/channels.js";
import { randomOf } from "../../src/base/random.js";
import { readCanonicalFace } from "../../src/portrait/canonical.js";
import { readBasis } from "../../src/rig/basis.js";
import { anatomyOf } from "../../training/basis/anatomy.js";
import type { Clip } from "../../training/basis/clip.js";
import { lengthOf, planeOf } from "../../training/basis/compose.js";
import { explainedBy } from "../../training/basis/evaluate.js";
import { explainClip } from "../../training/basis/explain.js";
import { mapFace, mirrored, reachOf } from "../../training/basis/face-map.js";
import { learnShapes } from "../../training/basis/shapes.js";
import { sized } from "../../training/basis/size.js";
import { licenceOf } from "../../training/films.js";
import { assets } from "../support/machine.js";

const canonical = await readCanonicalFace(assets);
const face = mapFace(canonical);
const anatomy = anatomyOf(face);
const shape = (name: Channel) => anatomy[CHANNEL_INDEX[name]];

describe("anatomy", () => {
  test("is the same on both sides", () => {
    for (const name of CHANNELS.filter((channel) => channel.endsWith("Left"))) {
      const other = name.replace("Left", "Right") as Channel;
      const off = mirrored(face, shape(name)).map((value, i) => value - shape(other)[i]);
      expect(lengthOf(off), name).toBe(0);
    }
  });

  test("opens the jaw and leaves the brows where they are", () => {
    expect(shape("jawOpen")[3 * 152 + 1]).toBeLessThan(-1.5);
    for (const brow of [105, 334, 10]) {
      expect(lengthOf(shape("jawOpen").slice(3 * brow, 3 * brow + 3))).toBe(0);
    }
  });

  test("brings lips that the jaw has parted together again", () => {
    const gap = (of: Float64Array) => of[3 * 13 + 1] - of[3 * 14 + 1];
    const left = gap(shape("jawOpen")) + gap(shape("mouthClose"));
    expect(Math.abs(left)).toBeLessThan(0.1 * gap(shape("jawOpen")));
  });

  test("shuts the lids", () => {
    const at = (v: number) => face.at(v)[1] + shape("eyeBlinkLeft")[3 * v + 1];
    for (const [upper, lower] of [
      [386, 374],
      [385, 380],
      [387, 373],
    ]) {
      expect(face.at(upper)[1] - face.at(lower)[1]).toBeGreaterThan(0.3);
      expect(Math.abs(at(upper) - at(lower))).toBeLessThan(0.12);
    }
  });
});

/** People whose smile goes more outward than anatomy says, and who show few other expressions. */
const SHOWN_NAMES = ["jawOpen", "mouthSmileLeft", "mouthSmileRight", "browInnerUp"] as const;
const TRUE_SHAPES = anatomy.map((of, c) => {
  const plane = planeOf(of);
  if (!CHANNELS[c].startsWith("mouthSmile")) return plane;
  return plane.map((value, i) => (i % 2 === 0 ? 1.4 : 0.7) * value);
});

function clipOfPerson(seed: number): Clip {
  const chance = randomOf(seed, "person");
  const neutral = Float64Array.from({ length: face.count * 2 }, (_, i) => {
    return face.at(i >> 1)[i & 1] + 0.2 * chance.normal();
  });
  const frames = Array.from({ length: 80 }, () => {
    const weights = new Float32Array(CHANNEL_COUNT);
    for (const name of SHOWN_NAMES) {
      weights[CHANNEL_INDEX[name]] = Math.max(0, 1.6 * chance.uniform() - 0.6);
    }
    const [y, p, r] = [chance.normal(), chance.normal(), chance.normal()].map((v) => 0.5 * v);
    const turns = Float64Array.of(y, p, r, y * y, p * p, y * p);
    const points = Float32Array.from(neutral, (value, i) => {
      let sum = value + 0.02 * chance.normal();
      // Who bows seems to lift everything.
      if (i % 2 === 1) sum += 0.1 * p;
      for (const name of SHOWN_NAMES) {
        const c = CHANNEL_INDEX[name];
        sum += weights[c] * TRUE_SHAPES[c][i];
      }
      return sum;
    });
    return { weights, turns, points };
  });
  return {
    ...{ name: `${seed}`, speaker: `${seed}`, frameCount: frames.length },
    faces: frames.map(({ points }) => points),
    // Labels are noisy, and have a floor.
    scores: frames.map(({ weights }) =>
      weights.map((value) => (value > 0 ? value + 0.1 * chance.uniform() : 0.02)),
    ),
    turns: frames.map(({ turns }) => turns),
  };
}

describe("learned from people whose shapes are known", () => {
  const clips = [1, 2, 3, 4].map(clipOfPerson);
  const learned = learnShapes(clips, face);
  const cosine = (name: Channel, to: Float64Array) => {
    const own = planeOf(learned.shapes[CHANNEL_INDEX[name]]);
    const dot = own.reduce((sum, value, i) => sum + value * to[i], 0);
    return dot / (lengthOf(own) * lengthOf(to));
  };

  test("a shape goes the way it was filmed, not the way anatomy had it", () => {
    for (const name of ["mouthSmileLeft", "mouthSmileRight"] as const) {
      const c = CHANNEL_INDEX[name];
      expect(cosine(name, TRUE_SHAPES[c])).toBeGreaterThan(0.985);
      expect(cosine(name, TRUE_SHAPES[c])).toBeGreaterThan(
        cosine(name, planeOf(anatomy[c])) + 0.005,
      );
    }
    expect(cosine("jawOpen", planeOf(shape("jawOpen")))).toBeGreaterThan(0.99);
  });

  test("what nobody showed stays anatomy", () => {
    for (const name of ["mouthPressLeft", "cheekPuff", "eyeWideRight"] as const) {
      expect(learned.support[CHANNEL_INDEX[name]].share, name).toBe(0);
      const off = learned.shapes[CHANNEL_INDEX[name]].map((value, i) => value - shape(name)[i]);
      expect(lengthOf(off), name).toBeLessThan(0.02 * lengthOf(shape(name)));
    }
  });

  test("both sides are mirror images, and nothing moves beyond an expression's reach", () => {
    const [left, right] = (["mouthSmileLeft", "mouthSmileRight"] as const).map(
      (name) => learned.shapes[CHANNEL_INDEX[name]],
    );
    expect(lengthOf(mirrored(face, left).map((value, i) => value - right[i]))).toBeLessThan(1e-9);
    const reach = reachOf(face);
    learned.shapes.forEach((of, c) => {
      if (learned.support[c].share < 0.9) return;
      reach[c].forEach((share, v) => {
        if (share > 0 || reach[c][face.mirror[v]] > 0) return;
        const moved = lengthOf(planeOf(of.slice(3 * v, 3 * v + 3)));
        expect(moved, `${CHANNELS[c]} at ${v}`).toBeLessThan(0.05);
      });
    });
  });

  test("explains somebody else better than anatomy does", () => {
    const stranger = [clipOfPerson(9)];
    const by = (shapes: readonly Float64Array[]) =>
      explainedBy(stranger, shapes.map(planeOf), learned.turning);
    const [ours, theirs] = [by(learned.shapes), by(anatomy)];
    expect(ours.all).toBeGreaterThan(theirs.all);
    expect(ours.lips).toBeGreaterThan(0.99);
  });

  test("finds how much of each expression a frame shows", () => {
    const [clip] = clips;
    const drawn = learned.shapes.map(planeOf);
    const costs = { label: 0.02, any: 0.01 };
    const { weights } = explainClip(clip, drawn, learned.turning, { costs, rounds: 2 });
    const jaw = CHANNEL_INDEX.jawOpen;
    const off = weights.map((row, frame) => Math.abs(row[jaw] - (clip.scores[frame][jaw] - 0.05)));
    expect(off.reduce((sum, value) => sum + value, 0) / off.length).toBeLessThan(0.08);
  });
});

test("the shapes that ship are sized as animators expect, and symmetric", async () => {
  const basis = await readBasis(assets);
  const dense = basis.map(({ index, delta }) => {
    const out = new Float64Array(face.count * 3);
    index.forEach((point, i) => {
      out.set(delta.subarray(3 * i, 3 * i + 3), 3 * point);
    });
    return out;
  });
  CHANNELS.forEach((name, c) => {
    if (name === "tongueOut") return;
    const off = sized(name, dense[c]).map((value, i) => value - dense[c][i]);
    expect(lengthOf(off), name).toBeLessThan(0.02 * lengthOf(dense[c]));
    const other = dense[CHANNELS.indexOf(name.replace("Left", "Right") as Channel)];
    if (!/^(eye|brow|cheek|nose|mouth[A-Z]).*Left$/.test(name)) return;
    const asymmetry = mirrored(face, dense[c]).map((value, i) => value - other[i]);
    expect(lengthOf(asymmetry), name).toBeLessThan(0.01 * lengthOf(other));
  });
});

test.each([
  ["obama_weekly_green_47s.mp4", "obama", /public domain/],
  ["styletalk_obama_clip1.mp4", "obama", /public domain/],
  ["grid_C_video202512080.mp4", "grid C", /CC BY/],
  ["bbaf3s.mp4", "grid s1", /CC BY/],
  ["azure_avatar_status0_speaking.mp4", "azure b", /MIT/],
])("%s may be learned from", (name, speaker, licence) => {
  const known = licenceOf(name);
  expect(known?.speaker).toBe(speaker);
  expect(known?.licence).toMatch(licence);
});

test("films of unknown origin may not", () => {
  for (const name of ["retalk_man_bw_6s.mp4", "lp_d10_woman_singing_15s.mp4", "holiday.mp4"]) {
    expect(licenceOf(name)).toBeUndefined();
  }
});
