/** @file Parts of a plane: what joins, side by side. */
import type { Plane } from "./plane.js";

/** What joins, side by side. */
export interface Part {
  readonly area: number;
  /** Sum of its values, and its highest row. */
  readonly sum: number;
  readonly top: number;
  readonly touchesBorder: boolean;
}

/** The parts of a plane. */
export interface Parts {
  /** Number of the part of each sample; none has the number of parts. */
  readonly labels: Uint32Array;
  readonly list: readonly Part[];
}

/** Finds what joins of the samples that belong. */
export function findParts(plane: Plane, belongs: (value: number) => boolean): Parts {
  const { data, width, height } = plane;
  const none = 0xffffffff;
  const labels = new Uint32Array(data.length).fill(none);
  const list: Part[] = [];
  const open = new Int32Array(data.length);
  for (let start = 0; start < data.length; start++) {
    if (labels[start] !== none || !belongs(data[start])) continue;
    const label = list.length;
    let [count, sum, top, touchesBorder] = [0, 0, height, false];
    open[count++] = start;
    labels[start] = label;
    for (let next = 0; next < count; next++) {
      const i = open[next];
      const x = i % width;
      const y = (i - x) / width;
      sum += data[i];
      top = Math.min(top, y);
      if (x === 0 || y === 0 || x === width - 1 || y === height - 1) touchesBorder = true;
      const enter = (j: number) => {
        if (labels[j] !== none || !belongs(data[j])) return;
        labels[j] = label;
        open[count++] = j;
      };
      if (x > 0) enter(i - 1);
      if (x < width - 1) enter(i + 1);
      if (y > 0) enter(i - width);
      if (y < height - 1) enter(i + width);
    }
    list.push({ area: count, sum, top, touchesBorder });
  }
  return { labels, list };
}
