import { expect, test } from "vitest";
import { makePowerSpectrum, makeRealTransform } from "../../src/base/fft.js";
import { noise } from "../voice/signals.js";

const SIZES = [4, 8, 64, 512];

test.each(SIZES)("the transform of %i samples is the sum that defines it", (size) => {
  const samples = Float64Array.from(noise(1, size, 1));
  const re = new Float64Array(size / 2 + 1);
  const im = new Float64Array(size / 2 + 1);
  makeRealTransform(size)(samples, re, im);
  for (let k = 0; k <= size / 2; k++) {
    let real = 0;
    let imaginary = 0;
    samples.forEach((x, n) => {
      real += x * Math.cos((2 * Math.PI * k * n) / size);
      imaginary -= x * Math.sin((2 * Math.PI * k * n) / size);
    });
    expect(re[k]).toBeCloseTo(real, 9);
    expect(im[k]).toBeCloseTo(imaginary, 9);
  }
});

test.each(SIZES)("power is kept: Parseval for %i samples", (size) => {
  const samples = Float64Array.from(noise(1, size, 1));
  const power = makePowerSpectrum(size)(samples, new Float64Array(size / 2 + 1));
  const doubled = power.reduce((sum, p) => sum + 2 * p, 0) - power[0] - power[size / 2];
  expect(doubled / size).toBeCloseTo(
    samples.reduce((sum, x) => sum + x * x, 0),
    9,
  );
});

test("a tone on a bin is in that bin alone", () => {
  const samples = Float64Array.from({ length: 512 }, (_, n) =>
    Math.cos((2 * Math.PI * 37 * n) / 512),
  );
  const power = makePowerSpectrum(512)(samples, new Float64Array(257));
  expect(power[37]).toBeCloseTo(256 ** 2, 6);
  power[37] = 0;
  expect(Math.max(...power)).toBeLessThan(1e-18);
});

test("a size that is no power of two is refused", () => {
  expect(() => makeRealTransform(400)).toThrow("a power of two");
});
