import { expect, test } from "vitest";
import { crc32, pack, unpack } from "../../src/base/packed.js";
import { bytesOf } from "../../src/base/text.js";

const value = {
  name: "Ä “x”",
  list: [1, null, true],
  nested: {
    a: Float32Array.of(1.5, -2),
    b: Uint8ClampedArray.of(1, 2, 3),
    c: Float64Array.of(0.1),
  },
};

test("what was packed is unpacked, arrays of every type included", () => {
  const unpacked = unpack("TESTTEST", 3, pack("TESTTEST", 3, value));
  expect(unpacked).toEqual({ value });
});

test("other files, other versions and damage are told apart", () => {
  const bytes = pack("TESTTEST", 3, value);
  expect(unpack("TESTTEST", 3, bytesOf("hello"))).toEqual({ problem: "magic" });
  expect(unpack("TESTTEST", 4, bytes)).toEqual({ problem: "version" });
  for (const at of [17, 60, bytes.length - 1]) {
    const damaged = bytes.slice();
    damaged[at] ^= 4;
    expect(unpack("TESTTEST", 3, damaged)).toEqual({ problem: "damaged" });
  }
  expect(unpack("TESTTEST", 3, bytes.slice(0, -8))).toEqual({ problem: "damaged" });
});

test("CRC-32 has its published check value", () => {
  expect(crc32(bytesOf("123456789"))).toBe(0xcbf43926);
});

test("a tree whose check sum was made to fit, but that is none, is damaged", () => {
  const forge = (tree: string) => {
    const bytes = pack("TESTTEST", 3, "x".repeat(tree.length - 2));
    bytes.set(new TextEncoder().encode(tree), 20);
    new DataView(bytes.buffer).setUint32(12, crc32(bytes.subarray(16)), true);
    return unpack("TESTTEST", 3, bytes);
  };
  expect(forge('{"a":1}')).toEqual({ value: { a: 1 } });
  for (const tree of [
    ...['{"a":1,}', '{"$":"f16","at":0,"length":1}', '{"$":"f32","at":0,"length":1e9}'],
    ...['{"$":"f32","at":-64,"length":1}', '{"$":"f32","at":3,"length":1}'],
  ]) {
    expect(forge(tree), tree).toEqual({ problem: "damaged" });
  }
});
