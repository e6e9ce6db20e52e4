/** @file The bytes of .onnx files: messages and half precision, by value. */
import { describe, expect, test } from "vitest";
import { decodeHalves, encodeHalves } from "../../src/onnx/float16.js";
import { ProtobufWriter, readProtobuf } from "../../src/onnx/protobuf.js";

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));

describe("protobuf", () => {
  test("writes the examples of the encoding guide", () => {
    expect(new ProtobufWriter().integer(1, 150).toBytes()).toEqual(hex("08 96 01"));
    const text = new ProtobufWriter().text(2, "testing");
    expect(text.toBytes()).toEqual(hex("12 07 74 65 73 74 69 6e 67"));
    const inner = new ProtobufWriter().message(3, new ProtobufWriter().integer(1, 150));
    expect(inner.toBytes()).toEqual(hex("1a 03 08 96 01"));
  });

  test("writes negative numbers in ten bytes", () => {
    const bytes = new ProtobufWriter().integer(1, -1).toBytes();
    expect(bytes).toEqual(hex("08 ff ff ff ff ff ff ff ff ff 01"));
  });

  test("reads back what it writes", () => {
    const message = new ProtobufWriter()
      .integer(20, 2 ** 40)
      .text(3, "e")
      .integer(1, 0)
      .toBytes();
    expect(readProtobuf(message)).toEqual([
      { field: 20, kind: "integer", value: 2 ** 40 },
      { field: 3, kind: "bytes", value: Uint8Array.of(101) },
      { field: 1, kind: "integer", value: 0 },
    ]);
  });

  test("reads floats and refuses wire types it does not know", () => {
    expect(readProtobuf(hex("1d 00 00 80 bf"))).toEqual([{ field: 3, kind: "float32", value: -1 }]);
    expect(() => readProtobuf(hex("09 00 00 00 00 00 00 00 00"))).toThrow("wire type 1");
  });
});

describe("halves", () => {
  test("every half but NaN comes back from float32 as it was", () => {
    const all = Uint16Array.from({ length: 0x10000 }, (_, bits) => bits);
    const numbers = all.filter((bits) => (bits & 0x7fff) <= 0x7c00);
    expect(encodeHalves(decodeHalves(numbers))).toEqual(numbers);
  });

  test("known values", () => {
    const values = Float32Array.of(1, -2, 65504, 2 ** -24, 2 ** -14, 0.333251953125, -0);
    const bits = [0x3c00, 0xc000, 0x7bff, 0x0001, 0x0400, 0x3555, 0x8000];
    expect([...encodeHalves(values)]).toEqual(bits);
  });

  test("ties go to the even neighbour, and what is too large becomes infinite", () => {
    const step = 2 ** -10; // of halves between 1 and 2
    const values = Float32Array.of(1 + step / 2, 1 + (3 * step) / 2, 2 - step / 2, 65520, 65519);
    expect([...encodeHalves(values)]).toEqual([0x3c00, 0x3c02, 0x4000, 0x7c00, 0x7bff]);
  });
});
