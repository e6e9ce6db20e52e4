/** @file A quantile of many numbers without sorting them. */

/**
 * The `q`-quantile, linear between ranks; reorders `values` in place.
 *
 * @param values - At least one number, no NaN.
 * @param q - 0 = smallest, 1 = largest.
 * @source Hoare 1961, "Algorithm 65: Find"; the pivot is the median of three.
 */
export function selectQuantile(values: Float32Array, q: number): number {
  const rank = q * (values.length - 1);
  const lower = Math.floor(rank);
  const value = select(values, lower);
  if (lower === rank) return value;
  // Everything behind that rank is larger, so the next rank is the least of it.
  let above = values[lower + 1];
  for (let i = lower + 2; i < values.length; i++) if (values[i] < above) above = values[i];
  return value + (above - value) * (rank - lower);
}

/** Puts the number of a rank in its place, no larger ones before and no smaller ones behind it. */
function select(values: Float32Array, rank: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = middle(values[low], values[(low + high) >> 1], values[high]);
    let i = low;
    let j = high;
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i > j) break;
      const swapped = values[i];
      values[i++] = values[j];
      values[j--] = swapped;
    }
    if (rank <= j) high = j;
    else if (rank >= i) low = i;
    else break;
  }
  return values[rank];
}

function middle(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
