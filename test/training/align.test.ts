import { describe, expect, it } from "vitest";
import { CLASS_COUNT, CLASS_INDEX } from "../../src/voice/classes.js";
import { alignClasses } from "../../training/articulation/align.js";
import { UNKNOWN_CLASS } from "../../training/data/corpus.js";

const { sil, A, PP, SS, I } = CLASS_INDEX;

/** What a network says that hears these classes, fairly surely. */
function heard(classes: readonly number[], certain = 0.9): Float32Array {
  const chances = new Float32Array(classes.length * CLASS_COUNT);
  chances.fill((1 - certain) / (CLASS_COUNT - 1));
  classes.forEach((own, hop) => {
    chances[hop * CLASS_COUNT + own] = certain;
  });
  return chances;
}

const spans = (...parts: readonly (readonly [number, number])[]) =>
  parts.flatMap(([own, hops]) => new Array<number>(hops).fill(own));

describe("alignClasses", () => {
  it("moves boundaries to where the sounds are heard", () => {
    const truth = spans([sil, 10], [PP, 6], [A, 14], [SS, 9], [sil, 11]);
    const labels = spans([sil, 15], [PP, 3], [A, 17], [SS, 3], [sil, 12]);
    expect([...alignClasses(heard(truth), Uint8Array.from(labels))]).toEqual(truth);
  });

  it("keeps the order of the labels whatever is heard", () => {
    const labels = spans([sil, 8], [A, 10], [PP, 5], [I, 10], [sil, 8]);
    const elsewhere = heard(spans([I, 20], [SS, 21]), 0.3);
    const order = [...alignClasses(elsewhere, Uint8Array.from(labels))].filter(
      (own, hop, all) => own !== UNKNOWN_CLASS && own !== all[hop - 1],
    );
    expect([sil, A, PP, I, sil].join(" ")).toContain(order.join(" "));
  });

  it("does not move a sound further than it reaches", () => {
    const labels = spans([A, 40], [PP, 6], [I, 40]);
    const late = heard(spans([A, 70], [PP, 6], [I, 10]));
    const placed = alignClasses(late, Uint8Array.from(labels));
    const first = placed.indexOf(I);
    expect(first).toBeLessThanOrEqual(40 + 6 + 15);
  });

  it("lets go of a pause that is not there", () => {
    const truth = spans([A, 15], [SS, 15]);
    const labels = spans([A, 13], [sil, 4], [SS, 13]);
    expect([...alignClasses(heard(truth), Uint8Array.from(labels))]).toEqual(truth);
  });

  it("marks what was not said as unknown", () => {
    const labels = spans([A, 12], [PP, 8], [SS, 12]);
    const swallowed = heard(spans([A, 16], [SS, 16]), 0.995);
    const placed = alignClasses(swallowed, Uint8Array.from(labels));
    expect(placed.includes(PP)).toBe(false);
    expect(placed.includes(UNKNOWN_CLASS)).toBe(true);
    expect(placed[0]).toBe(A);
    expect(placed[31]).toBe(SS);
  });
});
