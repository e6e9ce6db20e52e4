import { expect, test } from "vitest";
import { randomOf } from "../../src/base/random.js";
import { CODED_BITS, decodePayload, encodePayload } from "../../src/mark/code.js";
import type { MarkPayload } from "../../src/mark/mark.js";

const random = randomOf(1, "codes");

function somePayload(): MarkPayload {
  const digit = () => Math.floor(16 * random.uniform()).toString(16);
  const id = Array.from({ length: 12 }, digit).join("");
  return { id, flags: Math.floor(256 * random.uniform()) };
}

/** Coded bits as they are read, the share of them that is wrong chosen by chance. */
function readBack(coded: Uint8Array, wrongShare: number): Float64Array {
  return Float64Array.from(coded, (bit) => {
    const sign = 2 * bit - 1;
    return random.uniform() < wrongShare ? -sign : sign;
  });
}

test("a payload is read back, whatever it is", () => {
  for (let i = 0; i < 50; i++) {
    const payload = somePayload();
    const coded = encodePayload(payload);
    expect(coded.length).toBe(CODED_BITS);
    expect(decodePayload(readBack(coded, 0))).toEqual(payload);
  }
});

test("also with an eighth of the bits flipped", () => {
  let right = 0;
  for (let i = 0; i < 100; i++) {
    const payload = somePayload();
    const read = decodePayload(readBack(encodePayload(payload), 0.125));
    if (read?.id === payload.id && read.flags === payload.flags) right++;
    // What is read wrongly is not given.
    else expect(read).toBeUndefined();
  }
  expect(right).toBeGreaterThanOrEqual(75);
});

test("and with noise as large as the bits, where sure bits count for more", () => {
  let right = 0;
  for (let i = 0; i < 100; i++) {
    const payload = somePayload();
    const coded = encodePayload(payload);
    const noisy = Float64Array.from(coded, (bit) => 2 * bit - 1 + random.normal());
    if (decodePayload(noisy)?.id === payload.id) right++;
  }
  expect(right).toBeGreaterThanOrEqual(95);
});

test("noise is nothing", () => {
  for (let i = 0; i < 300; i++) {
    const noise = Float64Array.from({ length: CODED_BITS }, () => random.normal());
    expect(decodePayload(noise)).toBeUndefined();
  }
});

test("two payloads that differ in one bit differ in many that are drawn", () => {
  const one = encodePayload({ id: "0123456789ab", flags: 0 });
  const other = encodePayload({ id: "0123456789aa", flags: 0 });
  const apart = one.reduce((sum, bit, i) => sum + (bit ^ other[i]), 0);
  expect(apart).toBeGreaterThan(15);
});
