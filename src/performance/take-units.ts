/**
 * @file Units of takes as files: degrees where people read them, and four digits behind the point.
 */
import { HEAD_SIZE, type Take } from "./take.js";

const DEGREE = Math.PI / 180;

/** Head curves in a file: name, place in `Take.head`, unit. */
export const HEAD_CURVES = [
  ["pitch", 0, DEGREE],
  ["yaw", 1, DEGREE],
  ["roll", 2, DEGREE],
  ["x", 3, 1],
  ["y", 4, 1],
  ["z", 5, 1],
] as const;

/** What 1 in a file is in memory, by the name of a curve. */
export function unitOf(curve: string): number {
  return /^(head\.(pitch|yaw|roll)|gaze\.)/.test(curve) ? DEGREE : 1;
}

/**
 * Rounds a take, in place, to what its file holds: so that a film is the same whether its take went
 * through a file or not.
 */
export function roundTake(take: Take): Take {
  const roundColumn = (data: Float32Array, size: number, at: number, unit = 1) => {
    for (let i = at; i < data.length; i += size) data[i] = round(data[i] / unit) * unit;
  };
  roundColumn(take.weights, 1, 0);
  for (const [, at, unit] of HEAD_CURVES) roundColumn(take.head, HEAD_SIZE, at, unit);
  roundColumn(take.gaze, 1, 0, DEGREE);
  roundColumn(take.breath, 1, 0);
  return take;
}

/** A number as files hold it. */
export function round(value: number): number {
  return Math.round(value * 1e4) / 1e4 || 0;
}
