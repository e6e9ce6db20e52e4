/** @file A film's own clock: its frames may follow each other unevenly. */
import { quantile } from "../base/curves.js";

/** When a film's frames are shown. */
export interface FilmClock {
  /** Frames a second, where they follow each other as usual. */
  readonly fps: number;
  /** When each frame is first shown, seconds, on the film's clock. */
  readonly times: Float64Array;
}

/** Most frames follow each other so, if any interval is usual, as shares of the median. */
const USUAL = [0.5, 1.5] as const;
const MOST_SHARE = 0.6;

/**
 * Frames a second where they follow each other as they usually do: films that stand still for a while
 * have as many as before. @param mean - For films that have no usual interval.
 */
export function rateOf(times: Float64Array, mean: number): number {
  const gaps = times.subarray(1).map((time, i) => time - times[i]);
  const middle = quantile(gaps, 0.5);
  const usual = gaps.filter((gap) => gap > USUAL[0] * middle && gap < USUAL[1] * middle);
  if (usual.length === 0 || usual.length < MOST_SHARE * gaps.length) return mean;
  return usual.length / usual.reduce((sum, gap) => sum + gap, 0);
}

/**
 * Which place between a film's frames shows an instant; below 0 before the first, and beyond the last
 * after it. A frame shows the middle of its time.
 */
export function placeOf({ times, fps }: FilmClock, seconds: number): number {
  const shown = seconds - 0.5 / fps;
  let [low, high] = [0, times.length - 1];
  if (shown <= times[low]) return (shown - times[low]) * fps;
  if (shown >= times[high]) return high + (shown - times[high]) * fps;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (times[middle] <= shown) low = middle;
    else high = middle;
  }
  return low + (shown - times[low]) / (times[high] - times[low]);
}
