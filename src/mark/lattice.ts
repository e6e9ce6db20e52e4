/** @file How tiles may lie in a picture: shifts by which it is like itself, whatever they are. */
import { makeSquareTransform } from "../base/fft.js";
import type { Plane } from "../base/plane.js";
import type { Lattice } from "./fold.js";

/** Side of what is looked at, px; smaller pictures are surrounded by nothing, of larger ones the middle counts. */
const SIDE = 1024;
/** Shifts that can be a tile's side, px. */
const SHIFT_LEAST = 44;
const SHIFT_MOST = 340;
/** Peaks that are looked at, … */
const PEAKS = 10;
/** … and how far from each other they are, px. */
const PEAK_RADIUS = 6;
/** Two sides of a tile are at least so far from lying in one line: sine of the angle. */
const LEAST_SINE = 0.6;
/** One side of a tile is at most so much longer than the other. */
const LONGEST_RATIO = 2.2;
/** Lattices that are worth a closer look. */
const LATTICES = 3;

/** A shift and how like itself the picture is there, in standard deviations. */
interface Peak {
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

/** @param whitened - As `makeWhitener` gives it. @returns The likeliest first; maybe none. */
export function findLattices(whitened: Plane): Lattice[] {
  const likeness = selfLikeness(whitened);
  const peaks = peaksOf(likeness);
  const pairs: { readonly lattice: Lattice; readonly score: number }[] = [];
  for (const [i, a] of peaks.entries()) {
    for (const b of peaks.slice(i + 1)) {
      if (!canSpan(a, b)) continue;
      pairs.push({ lattice: latticeOf(a, b), score: scoreOf(likeness, a, b) });
    }
  }
  pairs.sort((one, other) => other.score - one.score);
  return pairs.slice(0, LATTICES).map(({ lattice }) => lattice);
}

/** How like itself a picture is, at shifts from −SIDE / 2 to SIDE / 2, around, shape [SIDE, SIDE]. */
function selfLikeness({ data, width, height }: Plane): Float64Array {
  const re = new Float64Array(SIDE * SIDE);
  const im = new Float64Array(SIDE * SIDE);
  const [across, down] = [Math.min(width, SIDE), Math.min(height, SIDE)];
  const [left, top] = [(width - across) >> 1, (height - down) >> 1];
  for (let y = 0; y < down; y++) {
    const from = (top + y) * width + left;
    for (let x = 0; x < across; x++) re[y * SIDE + x] = data[from + x];
  }
  const transform = makeSquareTransform(SIDE);
  transform.forward(re, im);
  // The power's square root: half way to white, so that broad likeness does not drown the peaks.
  for (let i = 0; i < re.length; i++) {
    re[i] = Math.hypot(re[i], im[i]);
    im[i] = 0;
  }
  re[0] = 0;
  transform.inverse(re, im);
  return normalize(re);
}

/** Divides likenesses by their standard deviation among the shifts that count, in place. */
function normalize(likeness: Float64Array): Float64Array {
  let power = 0;
  let count = 0;
  for (const [x, y] of shiftsThatCount()) {
    power += likeness[indexOf(x, y)] ** 2;
    count++;
  }
  const deviation = Math.sqrt(power / count) + Number.MIN_VALUE;
  for (let i = 0; i < likeness.length; i++) likeness[i] /= deviation;
  return likeness;
}

/** One of each two opposite shifts. */
function* shiftsThatCount(): Generator<readonly [number, number]> {
  for (let y = 0; y <= SHIFT_MOST; y++) {
    for (let x = y === 0 ? 0 : -SHIFT_MOST; x <= SHIFT_MOST; x++) {
      const squared = x * x + y * y;
      if (squared >= SHIFT_LEAST ** 2 && squared <= SHIFT_MOST ** 2) yield [x, y];
    }
  }
}

function indexOf(x: number, y: number): number {
  return ((y + SIDE) % SIDE) * SIDE + ((x + SIDE) % SIDE);
}

function peaksOf(likeness: Float64Array): Peak[] {
  const tops: Peak[] = [];
  for (const [x, y] of shiftsThatCount()) {
    const height = likeness[indexOf(x, y)];
    if (height < (tops[PEAKS * 4]?.height ?? 0)) continue;
    if (!isTop(likeness, x, y)) continue;
    tops.push({ x, y, height });
    tops.sort((a, b) => b.height - a.height);
    tops.length = Math.min(tops.length, PEAKS * 4 + 1);
  }
  const peaks: Peak[] = [];
  for (const top of tops) {
    const isNear = ({ x, y }: Peak) => Math.hypot(x - top.x, y - top.y) < PEAK_RADIUS;
    if (!peaks.some(isNear)) peaks.push(top);
  }
  return peaks.slice(0, PEAKS).map((peak) => sharpen(likeness, peak));
}

function isTop(likeness: Float64Array, x: number, y: number): boolean {
  const here = likeness[indexOf(x, y)];
  return (
    here >= likeness[indexOf(x - 1, y)] &&
    here >= likeness[indexOf(x + 1, y)] &&
    here >= likeness[indexOf(x, y - 1)] &&
    here >= likeness[indexOf(x, y + 1)]
  );
}

/** Between the pixels, by parabolas. */
function sharpen(likeness: Float64Array, { x, y, height }: Peak): Peak {
  const offset = (before: number, after: number) => {
    const bend = before - 2 * height + after;
    return bend < 0 ? (before - after) / (2 * bend) : 0;
  };
  const at = (dx: number, dy: number) => likeness[indexOf(x + dx, y + dy)];
  return {
    x: x + offset(at(-1, 0), at(1, 0)),
    y: y + offset(at(0, -1), at(0, 1)),
    height,
  };
}

function canSpan(a: Peak, b: Peak): boolean {
  const [lengthA, lengthB] = [Math.hypot(a.x, a.y), Math.hypot(b.x, b.y)];
  const sine = Math.abs(a.x * b.y - a.y * b.x) / (lengthA * lengthB);
  const ratio = Math.max(lengthA, lengthB) / Math.min(lengthA, lengthB);
  return sine >= LEAST_SINE && ratio <= LONGEST_RATIO;
}

/** Both sides, their sum and their difference: in a lattice, all of them are peaks. */
function scoreOf(likeness: Float64Array, a: Peak, b: Peak): number {
  const around = (x: number, y: number) => {
    let best = 0;
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        best = Math.max(best, likeness[indexOf(Math.round(x) + dx, Math.round(y) + dy)]);
      }
    }
    return best;
  };
  return a.height + b.height + around(a.x + b.x, a.y + b.y) + around(a.x - b.x, a.y - b.y);
}

/** The side that lies more across goes to the right, the other one down. */
function latticeOf(a: Peak, b: Peak): Lattice {
  const isAcross = Math.abs(a.x * b.y) >= Math.abs(a.y * b.x);
  const [across, down] = isAcross ? [a, b] : [b, a];
  const [flip, turn] = [Math.sign(across.x) || 1, Math.sign(down.y) || 1];
  return {
    right: [across.x * flip, across.y * flip],
    down: [down.x * turn, down.y * turn],
  };
}
