import { expect, test } from "vitest";
import { randomOf } from "../../src/base/random.js";
import { factor, invert, nearestRotation, solve, solveWithin } from "../../src/base/solve.js";

const chance = randomOf(3, "solve");
const randomMatrix = (n: number) => Float64Array.from({ length: n * n }, () => chance.normal());

test("a solution solves, and the inverse inverts", () => {
  const n = 12;
  const matrix = randomMatrix(n);
  const x = Float64Array.from({ length: n }, () => chance.normal());
  const b = x.map((_, i) => x.reduce((sum, value, j) => sum + matrix[i * n + j] * value, 0));
  const factored = factor(matrix, n);
  solve(factored, b).forEach((value, i) => {
    expect(value).toBeCloseTo(x[i], 9);
  });
  const inverse = invert(factored);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += matrix[i * n + k] * inverse[k * n + j];
      expect(sum).toBeCloseTo(i === j ? 1 : 0, 9);
    }
  }
});

test("the nearest rotation of a scaled rotation is that rotation, also of a mirrored cloud", () => {
  const [a, b] = [0.4, -0.7];
  const r = [
    Math.cos(a),
    -Math.sin(a) * Math.cos(b),
    Math.sin(a) * Math.sin(b),
    Math.sin(a),
    Math.cos(a) * Math.cos(b),
    -Math.cos(a) * Math.sin(b),
    0,
    Math.sin(b),
    Math.cos(b),
  ];
  const { rotation, trace } = nearestRotation(r.map((x) => 3 * x));
  rotation.forEach((value, i) => {
    expect(value).toBeCloseTo(r[i], 9);
  });
  expect(trace).toBeCloseTo(9, 9);
  const mirrored = nearestRotation([2, 0, 0, 0, 1, 0, 0, 0, -0.5]);
  expect(mirrored.trace).toBeCloseTo(2.5, 9);
  const m = mirrored.rotation;
  const det =
    m[0] * (m[4] * m[8] - m[5] * m[7]) -
    m[1] * (m[3] * m[8] - m[5] * m[6]) +
    m[2] * (m[3] * m[7] - m[4] * m[6]);
  expect(det).toBeCloseTo(1, 9);
});

test("a fit within bounds cannot be bettered by any one weight, and leaves alone what is not free", () => {
  const n = 9;
  const rows = Array.from({ length: 14 }, () => Float64Array.from({ length: n }, chance.normal));
  const gram = Float64Array.from({ length: n * n }, (_, i) =>
    rows.reduce((sum, row) => sum + row[Math.floor(i / n)] * row[i % n], 0),
  );
  const wanted = Float64Array.from({ length: n }, () => 6 * chance.normal());
  const isFree = Uint8Array.from({ length: n }, (_, i) => (i === 4 ? 0 : 1));
  const out = new Float64Array(n).fill(0.2);
  solveWithin(gram, wanted, out, { most: 0.8, sweeps: 400, isFree });
  expect(out[4]).toBe(0.2);
  const uphill = out.map((_, i) => {
    return out.reduce((sum, value, j) => sum + gram[i * n + j] * value, -wanted[i]);
  });
  out.forEach((value, i) => {
    if (i === 4) return;
    expect(value).toBeGreaterThanOrEqual(0);
    expect(value).toBeLessThanOrEqual(0.8);
    if (value === 0) expect(uphill[i]).toBeGreaterThan(-1e-6);
    else if (value === 0.8) expect(uphill[i]).toBeLessThan(1e-6);
    else expect(uphill[i]).toBeCloseTo(0, 6);
  });
  expect(new Set(out.map((value) => Math.sign(value) + Math.sign(0.8 - value))).size).toBe(2);
});
