/** @file Our own mistakes: stop at once instead of computing on. */

/** Crashes if `condition` is false. @param expected - What had to hold, as the rest of "expected …". */
export function assert(condition: boolean, expected: string): asserts condition {
  if (!condition) throw new Error(`expected ${expected}`);
}
