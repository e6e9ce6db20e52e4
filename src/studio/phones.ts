/** @file What is said when, for the timeline. */
import type { Voice } from "../index.js";
import { CLASS_COUNT, SOUND_CLASSES } from "../voice/classes.js";
import type { Phone } from "./jobs.js";

/** The likeliest class of each hop; runs of one are one sound, silence is none. */
export function phonesOf({ classes, hopCount, hopSeconds }: Voice): Phone[] {
  const phones: Phone[] = [];
  let run = 0;
  let start = 0;
  for (let hop = 0; hop <= hopCount; hop++) {
    const now = hop < hopCount ? likeliest(classes, hop * CLASS_COUNT) : 0;
    if (now === run) continue;
    const name = SOUND_CLASSES[run] ?? "sil";
    if (name !== "sil") {
      phones.push({ name, startSeconds: start * hopSeconds, endSeconds: hop * hopSeconds });
    }
    run = now;
    start = hop;
  }
  return phones;
}

function likeliest(classes: Float32Array, at: number): number {
  let best = 0;
  for (let i = 1; i < CLASS_COUNT; i++) {
    if ((classes[at + i] ?? 0) > (classes[at + best] ?? 0)) best = i;
  }
  return best;
}
