/** @file The frame becomes the portrait again where the last one was painted. */

/**
 * Copies what lies within spans.
 *
 * @param from - Address of the picture's first pixel; its rows are `fromBytes` long.
 * @param spans - i32 per row: where its span begins and where it ends, px; nothing if that is before.
 */
export function copySpans(
  from: usize,
  fromBytes: i32,
  to: usize,
  toBytes: i32,
  spans: usize,
  rows: i32,
): void {
  for (let y = 0; y < rows; y++, spans += 8, from += fromBytes, to += toBytes) {
    const start = load<i32>(spans);
    const count = load<i32>(spans, 4) - start;
    if (count <= 0) continue;
    const at = (<usize>start) << 2;
    memory.copy(to + at, from + at, (<usize>count) << 2);
  }
}
