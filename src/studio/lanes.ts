/** @file The timeline's lanes: their names and heights, which layer each shows, and which keys it takes. */
import type { LayerName } from "../index.js";
import { type KeyLane, rangeOf } from "./edit-keys.js";

/** What lanes show. */
export type LaneName = "voice" | "phones" | "emotion" | "lips" | "lids" | "gaze" | "head" | "brows";

/** A lane of the timeline. */
export interface Lane {
  readonly name: LaneName;
  readonly heightPx: number;
  /** What can be acted anew. */
  readonly layer?: LayerName;
  /** Lanes of keys that can be chosen here; none where nothing is to be changed. */
  readonly keyed: readonly KeyLane[];
}

const KEYED_PX = 30;

/** All lanes, from the top. */
export const LANES: readonly Lane[] = [
  { name: "voice", heightPx: 36, keyed: [] },
  { name: "phones", heightPx: 18, keyed: [] },
  { name: "emotion", heightPx: KEYED_PX, layer: "emotion", keyed: ["emotion"] },
  { name: "lips", heightPx: KEYED_PX, keyed: ["mouth", "smile"] },
  { name: "lids", heightPx: KEYED_PX, layer: "lids", keyed: ["lids"] },
  { name: "gaze", heightPx: KEYED_PX, layer: "gaze", keyed: ["gaze.yaw", "gaze.pitch"] },
  {
    ...{ name: "head", heightPx: KEYED_PX, layer: "head" },
    keyed: ["head.yaw", "head.pitch", "head.roll"],
  },
  { name: "brows", heightPx: KEYED_PX, layer: "brows", keyed: ["brows"] },
];
/** Between two lanes. */
export const GAP_PX = 4;
/** Keys at the ends of a lane's range stay so far inside of it. */
const INSET_PX = 4;

/** A lane's place from the top of the first, px. */
export function topOf(lane: Lane): number {
  return LANES.slice(0, LANES.indexOf(lane)).reduce(
    (sum, { heightPx }) => sum + heightPx + GAP_PX,
    0,
  );
}

/** Height of all lanes, px. */
export const LANES_HEIGHT_PX = LANES.reduce((sum, { heightPx }) => sum + heightPx + GAP_PX, 0);

/** Which lane is at so many px from the top; undefined beyond the last. */
export function laneAt(y: number): Lane | undefined {
  return LANES.findLast((lane) => y >= topOf(lane) && y < LANES_HEIGHT_PX);
}

/** What is shown at the bottom and at the top of a lane: who bows, and who looks down, goes down. */
export function shownRange(keyed: KeyLane): readonly [bottom: number, top: number] {
  const [least, most] = rangeOf(keyed);
  return keyed.endsWith(".pitch") ? [most, least] : [least, most];
}

/** How high in its lane a key is shown, px from the lanes' top. */
export function heightOf(lane: Lane, keyed: KeyLane, value: number): number {
  const [bottom, top] = shownRange(keyed);
  const share = (value - bottom) / (top - bottom);
  return topOf(lane) + INSET_PX + (1 - share) * (lane.heightPx - 2 * INSET_PX);
}

/** The value that is shown so high: the way back of `heightOf`, also beyond the range. */
export function valueAt(lane: Lane, keyed: KeyLane, y: number): number {
  const [bottom, top] = shownRange(keyed);
  const share = 1 - (y - topOf(lane) - INSET_PX) / (lane.heightPx - 2 * INSET_PX);
  return bottom + share * (top - bottom);
}
