/** @file Lips against sound, on curves whose lag and likeness are known. */
import { describe, expect, test } from "vitest";
import { correlationAt } from "../../src/base/curves.js";
import { randomOf } from "../../src/base/random.js";
import { measureLipSync, peakOf } from "../../src/report/lip-sync.js";
import { measureLips } from "../../src/report/lips.js";
import { speechOf } from "./tracks.js";

const STEPS = 1000;

/** Syllables by chance: a new target every 170 ms. */
function babble(seed: number, count = STEPS): Float32Array {
  const random = randomOf(seed, "babble");
  const targets = Array.from({ length: Math.ceil(count / 17) + 2 }, () => random.uniform());
  return Float32Array.from({ length: count }, (_, i) => {
    const [k, t] = [Math.floor(i / 17), (i % 17) / 17];
    return targets[k] + (targets[k + 1] - targets[k]) * t * t * (3 - 2 * t);
  });
}

/** The same curve later by some steps, its ends drawn out. */
function later(curve: Float32Array, steps: number): Float32Array {
  return curve.map((_, i) => curve[Math.min(curve.length - 1, Math.max(0, i - steps))]);
}

function findingsOf(...given: Parameters<typeof measureLips>) {
  const { findings } = measureLips(...given);
  return new Map(findings.map((finding) => [finding.name, finding]));
}

describe("lips that do what is said", () => {
  test.each([0, 7, -20, 35])("are found %s steps late, with r = 1", (steps) => {
    const expected = babble(1);
    const sync = measureLipSync(speechOf(STEPS, { expected, aperture: later(expected, steps) }));
    expect(sync?.offsetMs).toBe(10 * steps);
    expect(sync?.match).toBeGreaterThan(0.99);
    expect(sync && sync.match - sync.chance).toBeGreaterThan(0.5);
  });

  test("match as well with another gain and another rest", () => {
    const expected = babble(2);
    const aperture = expected.map((value) => 0.03 + 0.1 * value);
    expect(measureLipSync(speechOf(STEPS, { expected, aperture }))?.match).toBeGreaterThan(0.999);
  });

  test("match less where half of what they do is their own", () => {
    const [expected, own] = [babble(3), babble(4)];
    const aperture = expected.map((value, i) => value + own[i]);
    const match = measureLipSync(speechOf(STEPS, { expected, aperture }))?.match;
    expect(Math.abs(match! - Math.SQRT1_2)).toBeLessThan(0.12);
  });
});

describe("lips that do something else", () => {
  const pairs = Array.from({ length: 30 }, (_, k) => {
    const speech = { expected: babble(100 + k), aperture: babble(200 + k) };
    return measureLipSync(speechOf(STEPS, speech))!;
  });

  test("match no better than chance, in the mean of many", () => {
    const mean = pairs.reduce((sum, { match, chance }) => sum + match - chance, 0) / pairs.length;
    expect(Math.abs(mean)).toBeLessThan(0.05);
  });

  test("rarely come near a verdict, though every peak is a chance for one", () => {
    expect(pairs.filter(({ match, chance }) => match - chance > 0.2).length).toBeLessThan(3);
  });

  test("have no offset", () => {
    const findings = findingsOf(
      speechOf(STEPS, { expected: babble(100), aperture: babble(200) }),
      undefined,
    );
    expect(findings.get("lipOffset")).toMatchObject({ note: expect.stringContaining("another") });
    expect(findings.get("lipMatch")?.value).toBeDefined();
  });
});

test("lips that stand still, and films under four seconds, are not measured", () => {
  expect(measureLipSync(speechOf(STEPS, { expected: babble(1) }))).toBeUndefined();
  const short = { expected: babble(1, 390), aperture: babble(1, 390) };
  expect(measureLipSync(speechOf(390, short))).toBeUndefined();
  expect(findingsOf(speechOf(390, short), undefined).get("lipMatch")?.value).toBeUndefined();
});

test("of two peaks alike the nearer is taken", () => {
  const wave = Float32Array.from({ length: 300 }, (_, i) => Math.sin((2 * Math.PI * (i + 5)) / 25));
  const base = Float32Array.from({ length: 300 }, (_, i) => Math.sin((2 * Math.PI * i) / 25));
  expect(peakOf(wave, base)?.lag).toBe(-5);
});

describe("correlation", () => {
  const a = Float32Array.of(1, 2, 4, 3, 5, 9);

  test("is Pearson's, shifted", () => {
    expect(correlationAt(a, a, 0)).toBeCloseTo(1, 12);
    const inverse = a.map((value) => 3 - 2 * value);
    expect(correlationAt(a, inverse, 0)).toBeCloseTo(-1, 12);
    expect(correlationAt(Float32Array.of(7, 7, ...a), a, 2)).toBeCloseTo(1, 12);
    expect(correlationAt(Float32Array.of(1, 2, 3), Float32Array.of(1, 3, 2), 0)).toBeCloseTo(0.5);
  });

  test("is no number for a flat curve", () => {
    expect(correlationAt(a, new Float32Array(6).fill(2), 0)).toBeNaN();
  });
});

describe("closures", () => {
  /** Loud all the while; p at 2, 4, 6 and 8 s, 60 ms each, and lips that close by some of them. */
  const at = (starts: readonly number[], length: number, inside: number, outside: number) =>
    Float32Array.from({ length: STEPS }, (_, i) =>
      starts.some((start) => i >= start && i < start + length) ? inside : outside,
    );
  const closing = at([200, 400, 600, 800], 6, 0.9, 0);

  test("that are made and those that are missed are counted, these as moments", () => {
    const speech = speechOf(STEPS, { closing, openness: at([197, 405, 801], 4, 0.05, 0.6) });
    const { findings, moments } = measureLips(speech, undefined);
    expect(findings.find(({ name }) => name === "closureRecall")?.value).toBe(0.75);
    expect(moments).toEqual([expect.objectContaining({ name: "closureRecall", seconds: 6.03 })]);
  });

  test("without a reason are counted against the others", () => {
    const speech = speechOf(STEPS, { closing, openness: at([200, 300, 400, 500], 4, 0.05, 0.6) });
    expect(findingsOf(speech, undefined).get("closurePrecision")?.value).toBe(0.5);
  });

  test("are judged without the offset of the lips as a whole", () => {
    const expected = babble(5).map((value, i) => (closing[i] > 0 ? -1 : value));
    const [aperture, openness] = [
      later(expected, 20),
      later(at([200, 400, 600, 800], 6, 0, 1), 20),
    ];
    const speech = speechOf(STEPS, { expected, closing, aperture, openness });
    const findings = findingsOf(speech, undefined);
    expect(findings.get("lipOffset")?.value).toBe(200);
    expect(findings.get("closureRecall")?.value).toBe(1);
    expect(findings.get("closurePrecision")?.value).toBe(1);
  });

  test("are not judged by fewer than three", () => {
    const speech = speechOf(STEPS, { closing: at([200, 400], 6, 0.9, 0) });
    expect(findingsOf(speech, undefined).get("closureRecall")).toEqual({
      name: "closureRecall",
      note: "Only 2 sure p, b or m in the film.",
    });
  });
});

describe("silence", () => {
  const level = new Float32Array(STEPS).fill(-20).fill(-80, 300, 500);

  test("is measured inside its edges, over the portrait's rest, % of the eyes' distance", () => {
    const aperture = new Float32Array(STEPS).fill(0.2).fill(0.07, 320, 490);
    const findings = findingsOf(speechOf(STEPS, { level, aperture }), 0.05);
    expect(findings.get("silenceGap")?.value).toBeCloseTo(2, 5);
    expect(findings.get("silenceMotion")?.value).toBeCloseTo(0, 5);
  });

  test("has motion where lips go on", () => {
    const aperture = Float32Array.from({ length: STEPS }, (_, i) => 0.1 + 0.03 * Math.sin(i / 8));
    const findings = findingsOf(speechOf(STEPS, { level, aperture }), 0.05);
    expect(findings.get("silenceMotion")?.value).toBeCloseTo(100 * 0.03 * Math.SQRT1_2, 0);
  });

  test("that is too short says nothing", () => {
    const short = new Float32Array(STEPS).fill(-20).fill(-80, 300, 328);
    const findings = findingsOf(speechOf(STEPS, { level: short }), 0.05);
    expect(findings.get("silenceGap")?.value).toBeUndefined();
  });
});
