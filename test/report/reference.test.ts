/** @file A film against a real one: the same mouth, another face's, another mouth. */
import { expect, test } from "vitest";
import { distanceToReference } from "../../src/report/reference.js";
import { lips, type Move, reportOf, speechOf, trackOf } from "./tracks.js";

const COUNT = 100;
/** A gap that never repeats itself, % of the eyes' distance. */
const gap = (seconds: number) =>
  6 +
  3 * Math.sin(2 * Math.PI * 2.3 * seconds) +
  2 * Math.sin(2 * Math.PI * (1.1 + seconds) * seconds);

function filmOf(move: Move, aperture = gap) {
  const curve = Float32Array.from({ length: 390 }, (_, i) => aperture(i / 100) / 100);
  return reportOf(trackOf(COUNT, move), [], { speech: speechOf(390, { aperture: curve }) });
}

const talking = lips((frame) => gap(frame / 25));
const film = filmOf(talking);

test("a film is at no distance from itself, and matches itself", () => {
  const { apertureMatch, mouthDistance } = distanceToReference(film, film);
  expect(apertureMatch).toBeCloseTo(1, 6);
  expect(mouthDistance).toBe(0);
});

test("another size, place, tilt and rest of the mouth make no distance", () => {
  const moved: Move = (frame, landmark, x, y) => {
    const [u, v] = talking(frame, landmark, x, y);
    const [cos, sin] = [2 * Math.cos(0.2), 2 * Math.sin(0.2)];
    const lower = landmark === 17 ? v + 8 : v;
    return [30 + frame + cos * u - sin * lower, 70 + sin * u + cos * lower, 0];
  };
  expect(distanceToReference(filmOf(moved), film).mouthDistance).toBeLessThan(1e-3);
});

test("a mouth that stands still is away by as much as the other moves", () => {
  const { mouthDistance } = distanceToReference(
    filmOf((_, __, x, y) => [x, y, 0]),
    film,
  );
  const gaps = Array.from({ length: COUNT }, (_, frame) => gap(frame / 25));
  const mean = gaps.reduce((a, b) => a + b) / COUNT;
  // Two of the mouth's twenty points move, each by half of the gap.
  const moved = gaps.reduce((sum, value) => sum + Math.abs(value - mean) / 2, 0) / COUNT;
  expect(mouthDistance).toBeCloseTo((2 / 20) * moved, 3);
});

test("a film that runs 80 ms ahead matches, one that runs 300 ms ahead does not", () => {
  const ahead = (seconds: number) => filmOf(talking, (at) => gap(at + seconds));
  expect(distanceToReference(ahead(0.08), film).apertureMatch).toBeGreaterThan(0.98);
  expect(distanceToReference(ahead(0.3), film).apertureMatch).toBeLessThan(0.8);
});

test("without sound there are only mouths to compare", () => {
  const mute = reportOf(film.track);
  expect(distanceToReference(mute, film)).toEqual({ apertureMatch: undefined, mouthDistance: 0 });
});
