/**
 * @file Frames by the clock, of a take that may still be growing: what a live view shows.
 *
 * What follows the head is computed from the take's past, so some of that is kept while takes come in
 * pieces (performance/live.ts).
 */
import { assert } from "../base/assert.js";
import type { Picture } from "../base/picture.js";
import { makeTake, type Take } from "../performance/take.js";
import type { Rig } from "../rig/rig.js";
import { type Moment, momentsOf } from "./moment.js";
import { makeRenderer, type Renderer } from "./renderer.js";

/** One frame of a live view. */
export interface LiveFrame {
  /** Counted from the first frame that was given. */
  readonly index: number;
  /** Reused by the next frame. */
  readonly picture: Picture;
}

/** Draws one face at whatever time is asked for. */
export interface LiveDrawer {
  /** Puts another rig in the place of the one that is drawn. */
  wear(rig: Rig): void;
  /** Plays this from its frame 0 on, and forgets what was before. */
  play(take: Take): void;
  /** Adds frames behind those that are known; at the same rate. */
  append(take: Take): void;
  /**
   * The frame that is shown at a time; the nearest there is.
   *
   * @param seconds - Since the first frame that was given.
   * @returns Nothing before there is a take, or if it is the frame that was drawn last.
   */
  draw(seconds: number): LiveFrame | undefined;
}

/** What is kept of frames that were shown, seconds: hair still swings from what is older than one. */
const KEPT_SECONDS = 3;

/** Begins without a take. */
export function makeLiveDrawer(rig: Rig): LiveDrawer {
  let renderer: Renderer = makeRenderer(rig);
  let take: Take | undefined;
  let momentAt: ((index: number) => Moment) | undefined;
  /** Where the take begins among all frames that were given. */
  let first = 0;
  let shown = -1;
  const replace = (by: Take, from: number) => {
    take = by;
    momentAt = momentsOf(by);
    first = from;
  };
  return {
    wear(other) {
      renderer = makeRenderer(other);
      shown = -1;
    },
    play(other) {
      replace(other, 0);
      shown = -1;
    },
    append(more) {
      if (take === undefined) return replace(more, 0);
      const from = Math.max(first, shown - Math.ceil(KEPT_SECONDS * take.fps));
      replace(joined(take, from - first, more), from);
    },
    draw(seconds) {
      if (take === undefined || momentAt === undefined || take.frameCount === 0) return undefined;
      const wanted = Math.floor(seconds * take.fps) - first;
      const index = Math.min(take.frameCount - 1, Math.max(0, wanted));
      if (first + index === shown) return undefined;
      shown = first + index;
      return { index: shown, picture: renderer.render(momentAt(index)) };
    },
  };
}

/** A take from some frame on, and another behind it. */
function joined(before: Take, from: number, behind: Take): Take {
  assert(before.fps === behind.fps, `${before.fps} frames a second, got ${behind.fps}`);
  const kept = before.frameCount - from;
  const take = makeTake(before.fps, kept + behind.frameCount, before.seed);
  for (const name of ["weights", "head", "gaze", "breath"] as const) {
    const size = take[name].length / take.frameCount;
    take[name].set(before[name].subarray(from * size));
    take[name].set(behind[name], kept * size);
  }
  return take;
}
