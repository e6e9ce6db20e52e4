/**
 * @file Edits: what somebody changes of a take by hand, as plain data that outlives the take.
 *
 * A take is acted, then edited: act it again, with other wishes or another seed, and the same edit lies over
 * the new one. So an edit never says what a curve is, only where it is pushed, by keys in lanes: the few that
 * people think in. Single channels are reached by a take's keyframes, which say what they are.
 */
import type { EmotionCue } from "./emotion.js";
import type { Key } from "./keys.js";

/** Lanes by name: how far a key may push, either way. Shares of a pose, or degrees. */
export const EDIT_LIMITS = {
  /** Opens the mouth; below 0 all that opens it becomes smaller, at −1 nothing does. Shut lips stay shut. */
  mouth: 1,
  /** Smiles; frowns below 0. */
  smile: 1,
  /** Closes the eyes; below 0 blinks become smaller and eyes wide. */
  lids: 1,
  /** Raises the brows; lowers them below 0. */
  brows: 1,
  /** Adds to where the eyes look: to the subject's left, and down, degrees. */
  "gaze.yaw": 25,
  "gaze.pitch": 15,
  /** Adds to the head: turned to the subject's left, bowed, tilted to its right, degrees. Eyes hold their goal. */
  "head.yaw": 15,
  "head.pitch": 15,
  "head.roll": 15,
} as const;

/** Name of a lane. */
export type EditLane = keyof typeof EDIT_LIMITS;

/** All lanes. */
export const EDIT_LANES = Object.keys(EDIT_LIMITS) as readonly EditLane[];

/** An edit. */
export interface Edit {
  /**
   * Keys by lane, within `EDIT_LIMITS`, in any order. Between two keys the way is smooth; beyond the first and
   * the last the push is gone within a quarter of a second, and the take is as it was acted.
   */
  readonly lanes: { readonly [Lane in EditLane]?: readonly Key[] | undefined };
  /**
   * What is felt from when on, in any order; it takes the place of what the direction says from its first cue on.
   * Feelings are acted, not laid on: a take that exists already keeps those it has.
   */
  readonly emotion?: readonly EmotionCue[] | undefined;
}

/** What is felt once an edit has its say: the direction's cues up to the edit's first, then the edit's. */
export function feltWith(
  emotion: readonly EmotionCue[] | "auto" | undefined,
  edit: Edit | undefined,
): readonly EmotionCue[] | "auto" {
  const added = (edit?.emotion ?? []).toSorted((a, b) => a.seconds - b.seconds);
  if (added.length === 0) return emotion ?? [];
  const before = emotion === "auto" ? [] : (emotion ?? []);
  const kept = before.filter(({ seconds }) => seconds < added[0].seconds);
  // Whatever comes first is felt before the film begins: that must be what is not of the edit.
  const first = kept.length === 0 && added[0].seconds > 0 ? [{ seconds: 0, mix: {} }] : kept;
  return [...first, ...added];
}
