/** @file Parts of a plane: what joins, and what is known of each. */
import { expect, test } from "vitest";
import { findParts } from "../../src/base/parts.js";

const LETTERS = ["a..bb", "aa..b", ".....", ".cc.."];
const plane = {
  width: 5,
  height: 4,
  data: Float32Array.from(LETTERS.join(""), (letter) => (letter === "." ? 0 : 0.5)),
};

test("corners do not join; areas, sums, tops and borders are told", () => {
  const { labels, list } = findParts(plane, (value) => value > 0);
  expect(list).toEqual([
    { area: 3, sum: 1.5, top: 0, touchesBorder: true },
    { area: 3, sum: 1.5, top: 0, touchesBorder: true },
    { area: 2, sum: 1, top: 3, touchesBorder: true },
  ]);
  const drawn = Array.from(labels, (label) => "abc"[label] ?? ".").join("");
  expect(drawn).toBe(LETTERS.join(""));
});

test("what lies within does not touch the border", () => {
  const ring = { width: 5, height: 5, data: new Float32Array(25).fill(1) };
  ring.data[12] = 0;
  const { list } = findParts(ring, (value) => value < 0.5);
  expect(list).toEqual([{ area: 1, sum: 0, top: 2, touchesBorder: false }]);
});
