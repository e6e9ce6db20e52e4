/** @file Keys of an edit, changed one at a time; edits stay as they were, so that each can be gone back to. */
import {
  curveOfKeys,
  EDIT_LANES,
  EDIT_LIMITS,
  type Edit,
  type EditLane,
  EMOTIONS,
  type EmotionCue,
  type EmotionMix,
  type EmotionName,
  type Key,
} from "../index.js";
import type { Settings } from "./jobs.js";

/** A lane that keys can be set in. */
export type KeyLane = EditLane | "emotion";

/** A key: its lane, and its place among the lane's keys. */
export interface KeyPlace {
  readonly lane: KeyLane;
  readonly index: number;
}

/** An edit that changes nothing. */
export const NO_EDIT: Edit = { lanes: {} };

/** A feeling that is there can be made no smaller: its name would be lost. */
const FEELING_LEAST = 0.05;
/** Where the playhead is a key begins with this share of what its lane may push: so it is seen. */
const FIRST_SHARE = 0.5;
const FIRST_FEELING: EmotionMix = { happy: 0.8 };

/** How far a lane's keys go: −limit to limit, feelings from 0 to 1. */
export function rangeOf(lane: KeyLane): readonly [least: number, most: number] {
  return lane === "emotion" ? [0, 1] : [-EDIT_LIMITS[lane], EDIT_LIMITS[lane]];
}

/** Keys of a lane in the order of their places; of feelings the strongest one's intensity. */
export function keysOf(edit: Edit, lane: KeyLane): readonly Key[] {
  if (lane !== "emotion") return edit.lanes[lane] ?? [];
  return (edit.emotion ?? []).map(({ seconds, mix }) => ({ seconds, value: strengthOf(mix) }));
}

/** True if a lane has keys, or any lane if none is named. */
export function hasKeys(edit: Edit, lane?: KeyLane): boolean {
  const lanes = lane === undefined ? ([...EDIT_LANES, "emotion"] as const) : [lane];
  return lanes.some((name) => keysOf(edit, name).length > 0);
}

/** The key at a place; undefined where none is. */
export function keyAt(edit: Edit, { lane, index }: KeyPlace): Key | undefined {
  return keysOf(edit, lane)[index];
}

/** What is felt at a place of the lane of feelings; undefined elsewhere. */
export function mixAt(edit: Edit, place: KeyPlace | undefined): EmotionMix | undefined {
  return place?.lane === "emotion" ? edit.emotion?.[place.index]?.mix : undefined;
}

/** The strongest feeling of a mix; neutral if there is none. */
export function strongestOf(mix: EmotionMix): EmotionName {
  return EMOTIONS.reduce((best, name) => {
    return name !== "neutral" && (mix[name] ?? 0) > (mix[best] ?? 0) ? name : best;
  }, "neutral");
}

/** Intensity of the strongest feeling, 0..1. */
export function strengthOf(mix: EmotionMix): number {
  return mix[strongestOf(mix)] ?? 0;
}

/**
 * Adds a key.
 *
 * @param value - If it is not said, one that leaves a lane that has keys as it is, and is seen in another.
 * @param ground - What is felt where no key says anything else.
 * @returns The edit, and where its new key is.
 */
export function addKey(
  edit: Edit,
  lane: KeyLane,
  seconds: number,
  value?: number,
  ground: EmotionMix = {},
): readonly [Edit, KeyPlace] {
  const place = { lane, index: keysOf(edit, lane).length };
  if (lane === "emotion") {
    const before = feltAt(edit, seconds, ground);
    const mix = strengthOf(before) > 0 ? before : FIRST_FEELING;
    const cue = { seconds, mix: value === undefined ? mix : scaled(mix, value) };
    return [{ ...edit, emotion: [...(edit.emotion ?? []), cue] }, place];
  }
  const keys = keysOf(edit, lane);
  const usual = keys.length > 0 ? pushAt(keys, seconds) : FIRST_SHARE * EDIT_LIMITS[lane];
  const key = { seconds, value: within(lane, value ?? usual) };
  return [{ ...edit, lanes: { ...edit.lanes, [lane]: [...keys, key] } }, place];
}

/** Moves a key in time and value, both within their bounds. */
export function moveKey(edit: Edit, { lane, index }: KeyPlace, to: Key): Edit {
  const seconds = Math.max(0, to.seconds);
  if (lane === "emotion") {
    const move = ({ mix }: EmotionCue) => ({ seconds, mix: scaled(mix, to.value) });
    return { ...edit, emotion: replaced(edit.emotion ?? [], index, move) };
  }
  const key = { seconds, value: within(lane, to.value) };
  const keys = replaced(keysOf(edit, lane), index, () => key);
  return { ...edit, lanes: { ...edit.lanes, [lane]: keys } };
}

/** Changes what is felt at a key of feelings. */
export function feelAt(edit: Edit, { index }: KeyPlace, mix: EmotionMix): Edit {
  return { ...edit, emotion: replaced(edit.emotion ?? [], index, (cue) => ({ ...cue, mix })) };
}

/** Takes a key away. */
export function removeKey(edit: Edit, { lane, index }: KeyPlace): Edit {
  if (lane === "emotion") {
    return { ...edit, emotion: (edit.emotion ?? []).filter((_, i) => i !== index) };
  }
  const keys = keysOf(edit, lane).filter((_, i) => i !== index);
  return { ...edit, lanes: { ...edit.lanes, [lane]: keys } };
}

/** What is felt when, by the ground and an edit over it, in the order of time. */
export function feelingsOf(edit: Edit, ground: EmotionMix): readonly EmotionCue[] {
  const cues = (edit.emotion ?? []).toSorted((a, b) => a.seconds - b.seconds);
  return [{ seconds: 0, mix: ground }, ...cues];
}

/** Settings as the sliders show them while a key is chosen: what is felt at a key of feelings, not the ground. */
export function seenThrough(settings: Settings, place: KeyPlace | undefined): Settings {
  return { ...settings, emotion: mixAt(settings.edit, place) ?? settings.emotion };
}

/** Changes settings as sliders do that show them so. */
export function changeThrough(
  settings: Settings,
  place: KeyPlace | undefined,
  of: (settings: Settings) => Settings,
): Settings {
  const changed = of(seenThrough(settings, place));
  if (place === undefined || mixAt(settings.edit, place) === undefined) return changed;
  const edit = feelAt(changed.edit, place, changed.emotion);
  return { ...changed, emotion: settings.emotion, edit };
}

function feltAt(edit: Edit, seconds: number, ground: EmotionMix): EmotionMix {
  return feelingsOf(edit, ground).findLast((cue) => cue.seconds <= seconds)?.mix ?? ground;
}

/** What keys push at a time: one frame of one second stands for it. */
function pushAt(keys: readonly Key[], seconds: number): number {
  const moved = keys.map((key) => ({ ...key, seconds: key.seconds - seconds + 0.5 }));
  return curveOfKeys(moved, { fps: 1, frameCount: 1 })[0] ?? 0;
}

function scaled(mix: EmotionMix, value: number): EmotionMix {
  const strength = strengthOf(mix);
  if (strength === 0) return mix;
  const share = Math.max(FEELING_LEAST, Math.min(1, value)) / strength;
  const parts = Object.entries(mix).map(([name, size]) => [name, rounded(share * size)] as const);
  return Object.fromEntries(parts);
}

function within(lane: KeyLane, value: number): number {
  const [least, most] = rangeOf(lane);
  return rounded(Math.max(least, Math.min(most, value)));
}

/** Three digits behind the point are more than anybody sees. */
function rounded(value: number): number {
  return Math.round(1000 * value) / 1000;
}

function replaced<Item>(items: readonly Item[], index: number, of: (item: Item) => Item): Item[] {
  return items.map((item, i) => (i === index ? of(item) : item));
}
