/**
 * @file What a landmark network sees of what is drawn: less than there is. So what it saw of somebody
 * is enlarged by as much before a portrait wears it.
 *
 * @source Shapes drawn on five portraits and seen again, and five films re-acted by four portraits:
 *   the gap between the lips and the head's tilt come back whole, see docs/measurements.md.
 */
import type { Channel } from "../base/channels.js";

/** Corners of the mouth and rounded lips, and brows. */
const WIDTH = 0.72;
const BROWS = 0.62;
/** Turns of the head: pitch, yaw, roll. */
const TURNS = [0.8, 0.7, 1] as const;

/** The share of a channel's motion that is seen, 0..1. */
export function seenOfChannel(name: Channel): number {
  if (name.startsWith("brow")) return BROWS;
  return /^mouth(Smile|Frown|Stretch|Dimple|Pucker|Left|Right)/.test(name) ? WIDTH : 1;
}

/** The share of the head's motion along an axis of `Take.head` that is seen, 0..1. */
export function seenOfHead(axis: number): number {
  return TURNS[axis] ?? 1;
}
