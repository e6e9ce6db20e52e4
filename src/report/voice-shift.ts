/** @file Whether a film's sound is the voice it was made from, and where it lies. */

import { correlationAt } from "../base/curves.js";
import type { Footage } from "../base/footage.js";
import type { Voice } from "../voice/voice.js";
import type { Finding } from "./measure.js";

/** How far the sounds are shifted against each other to find the best place, hops of 10 ms. */
const REACH = 300;
/** Loudnesses that agree less than this are of different sounds. */
const LEAST_LIKENESS = 0.6;
/** What is quieter does not count, dB. */
const FLOOR_DB = -60;

/** How much later the given voice sounds in the film than at its beginning, ms. */
export function voiceShift(
  { audio, video }: Pick<Footage, "audio" | "video">,
  heard: Voice | undefined,
  given: Voice | undefined,
): Finding {
  const name = "voiceShift";
  if (heard === undefined || audio === undefined) return { name, note: "The film has no sound." };
  if (given === undefined) return { name, note: "No voice was given." };
  const [film, voice] = [heard, given].map(({ levelDb }) =>
    levelDb.map((level) => Math.max(level, FLOOR_DB)),
  );
  const least = 0.5 * Math.min(film.length, voice.length);
  let best = { shift: 0, likeness: Number.NEGATIVE_INFINITY };
  for (let shift = -REACH; shift <= REACH; shift++) {
    const shared = Math.min(voice.length, film.length - shift) - Math.max(0, -shift);
    if (shared < least) continue;
    const likeness = correlationAt(film, voice, shift);
    if (likeness > best.likeness) best = { shift, likeness };
  }
  if (best.likeness < LEAST_LIKENESS) {
    return { name, note: "The film's sound is not the voice that was given." };
  }
  const startMs = 1000 * (audio.startSeconds - video.startSeconds);
  return { name, value: startMs + 10 * best.shift };
}
