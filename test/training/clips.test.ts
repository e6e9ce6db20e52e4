/** @file Clips and batches: what training shows the network, by property. */
import { describe, expect, test } from "vitest";
import { randomOf } from "../../src/base/random.js";
import { CLASS_COUNT } from "../../src/voice/classes.js";
import { MEL_BANDS, MEL_SILENCE } from "../../src/voice/mel.js";
import { makeClip } from "../../training/articulation/augment.js";
import { BATCH, CLIP_HOPS, makeBatches } from "../../training/articulation/batches.js";
import { type StoredUtterance, scaleMel, UNKNOWN_CLASS } from "../../training/data/corpus.js";

/** A recording whose classes change every 10 hops, and are heard in the band of their number. */
function utterance(id: string, hops: number): StoredUtterance {
  const random = randomOf(1, id);
  const classes = Uint8Array.from({ length: hops }, (_, hop) => Math.floor(hop / 10) % CLASS_COUNT);
  const mel = Float32Array.from({ length: hops * MEL_BANDS }, (_, i) => {
    const isHeard = i % MEL_BANDS === 2 * classes[Math.floor(i / MEL_BANDS)] + 8;
    return MEL_SILENCE + (isHeard ? 12 : 3) + random.normal();
  });
  const facts = { id, speaker: id, language: "en", kind: "real" as const };
  return { ...facts, hops, scaledMel: scaleMel(mel), classes };
}

const around = { talkers: [utterance("b", 500)], music: [utterance("m", 700)] };

describe("a clip", () => {
  const long = utterance("a", 900);
  const clips = Array.from({ length: 40 }, (_, i) => makeClip(long, 400, randomOf(i, "t"), around));

  test("comes from its chance alone", () => {
    expect(makeClip(long, 400, randomOf(3, "t"), around)).toEqual(clips[3]);
    expect(clips[4].rows).not.toEqual(clips[3].rows);
  });

  test("has the class of the place that each hop comes from", () => {
    for (const { classes, places } of clips) {
      places.forEach((place, hop) => {
        if (!Number.isNaN(place)) expect(classes[hop]).toBe(long.classes[Math.round(place)]);
      });
    }
  });

  test("runs forward at a tempo between 0.8 and 1.35", () => {
    for (const { places } of clips) {
      const known = [...places.keys()].filter((hop) => !Number.isNaN(places[hop]));
      const [first, last] = [known[0], known[known.length - 1]];
      if (known.length < 300) continue;
      const tempo = (places[last] - places[first]) / (last - first);
      expect(tempo).toBeGreaterThan(0.79);
      expect(tempo).toBeLessThan(1.36);
    }
  });

  test("is normalised as the ear normalises", () => {
    for (const { rows } of clips) {
      const mean = rows.reduce((sum, value) => sum + value, 0) / rows.length;
      expect(Math.abs(mean)).toBeLessThan(0.3);
      expect(Math.max(...rows)).toBeLessThan(12);
    }
  });

  test("is silent for a while now and then, and the ear is told so", () => {
    const paused = clips.filter(({ places }) => places.some(Number.isNaN));
    expect(paused.length).toBeGreaterThan(4);
    for (const { places, classes } of paused) {
      expect(classes.every((k, hop) => !Number.isNaN(places[hop]) || k === 0)).toBe(true);
    }
  });

  test("is now and then music without words: silence for the ear", () => {
    const many = Array.from({ length: 200 }, (_, i) =>
      makeClip(long, 50, randomOf(i, "words"), around),
    );
    const wordless = many.filter(({ places }) => places.every(Number.isNaN));
    expect(wordless.length).toBeGreaterThan(0);
    expect(wordless.length).toBeLessThan(40);
    for (const { classes } of wordless) expect(classes.every((k) => k === 0)).toBe(true);
  });

  test("of a short recording ends with hops that nobody knows", () => {
    const { classes, rows } = makeClip(utterance("s", 60), 400, randomOf(1, "s"), around);
    expect(classes.subarray(100).every((k) => k === UNKNOWN_CLASS)).toBe(true);
    expect(rows.subarray(100 * MEL_BANDS).every((value) => value === 0)).toBe(true);
  });
});

describe("a batch", () => {
  const sources = [{ utterances: [utterance("a", 900), utterance("c", 300)], share: 1 }];
  const batchOf = makeBatches({ ...around, sources }, 1);
  const batch = batchOf(17);

  test("is the same whenever it is asked for", () => {
    batchOf(3);
    expect(batchOf(17)).toEqual(batch);
  });

  test("wants probabilities, and weighs to 1 in all", () => {
    const { wanted, weight } = batch;
    for (let hop = 0; hop < BATCH * CLIP_HOPS; hop++) {
      const row = wanted.data.subarray(hop * CLASS_COUNT, (hop + 1) * CLASS_COUNT);
      const sum = row.reduce((a, b) => a + b);
      expect(sum).toBeCloseTo(weight.data[hop] > 0 ? 1 : 0, 5);
    }
    expect(weight.data.reduce((a, b) => a + b)).toBeCloseTo(1, 4);
  });
});
