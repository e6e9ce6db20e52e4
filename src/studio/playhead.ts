/** @file Where in frames that are still being made the picture is. */

/** What is shown may be so far behind what is known, seconds; then it jumps to the newest. */
const BEHIND_MOST = 0.4;
/** Sound comes in blocks and is acted in steps: so far behind is enough that frames do not run out, seconds. */
const BEHIND_BEST = 0.1;
/** Who is further behind runs faster by this share for each second that he is, and by so much at most. */
const HASTE = 1.5;
const HASTE_MOST = 0.18;

/** The place in the frames that is shown at a time: a clock that waits for frames, and catches up with them. */
export function makePlayhead(): (nowSeconds: number, knownSeconds: number) => number {
  let at = 0;
  let last: number | undefined;
  return (now, known) => {
    const behind = known - at;
    const haste = Math.min(HASTE_MOST, Math.max(0, HASTE * (behind - BEHIND_BEST)));
    // Nothing runs before there are frames.
    if (known > 0) at += (1 + haste) * (now - (last ?? now));
    last = now;
    if (behind > BEHIND_MOST) at = known - BEHIND_BEST;
    at = Math.min(at, known);
    return at;
  };
}
