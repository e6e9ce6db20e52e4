import { expect, test } from "vitest";
import { randomOf } from "../../src/base/random.js";
import { factor, invert, nearestRotation, solve } from "../../src/base/solve.js";

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
