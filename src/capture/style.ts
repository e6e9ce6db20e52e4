/**
 * @file A style out of films of one person: a library of how head and brows moved, and habits of
 * mouth and lids in closed form, checked on stretches that were not learned from.
 */
import { CHANNEL_COUNT, CHANNEL_INDEX } from "../base/channels.js";
import { clamp, correlationAt } from "../base/curves.js";
import { FilmError } from "../base/errors.js";
import type { Assets } from "../base/ports.js";
import { BLINKS_PER_MINUTE } from "../performance/eyes.js";
import { perform } from "../performance/performance.js";
import {
  type Habits,
  type MotionClip,
  STYLE_FPS,
  type Style,
  type StyleSource,
} from "../performance/style.js";
import type { Take } from "../performance/take.js";
import { type Blendshape, deltaOf, readBasis } from "../rig/basis.js";
import { POINT } from "../rig/topology.js";
import type { Voice } from "../voice/voice.js";
import type { Capture } from "./capture.js";
import { partingOf } from "./lips.js";
import { clipsOf } from "./motion-clip.js";
import { takeOfCapture } from "./take.js";

/** What one film tells of a person's manner; plain data. */
export interface FilmLesson {
  readonly source: StyleSource;
  readonly clips: readonly MotionClip[];
  /** Seconds of film in which the face is seen. */
  readonly seenSeconds: number;
  readonly blinks: number;
  /** What mouths did and would have done, in two parts of the film; absent if they do not agree. */
  readonly mouth?: { readonly learned: MouthSums; readonly held: MouthSums } | undefined;
}

/** Spreads of the mouth over so many seconds: of the filmed one, and as told from the voice. */
export interface MouthSums {
  readonly seconds: number;
  readonly filmed: { readonly opening: number; readonly width: number };
  readonly told: { readonly opening: number; readonly width: number };
  /** Correlation of filmed and told. */
  readonly r: { readonly opening: number; readonly width: number };
}

/**
 * How a style fares on what it was not learned from: spread of the lips over that of the filmed one's,
 * before and after; 1 = the same.
 */
export interface StyleScore {
  readonly opening: readonly [before: number, after: number];
  readonly width: readonly [before: number, after: number];
  readonly r: { readonly opening: number; readonly width: number };
  readonly blinksPerMinute: number;
}

/** Less than this of a face that speaks gives no style, seconds. */
const LEAST_SECONDS = 20;
/** A style holds so much: with habits and sources it stays under 1 MB. */
const MOST_SECONDS = 780;
/** Mouths that follow the sound less than this are dubbed, or hidden. */
const LEAST_MATCH = 0.3;
/** Sound and picture of a film may be apart by so many frames. */
const LAG_FRAMES = 8;
/** The last part of every film is not learned from. */
const HELD_SHARE = 0.2;
/** Habits are believed by so much at this many seconds, and by more after. */
const HALF_SECONDS = 30;
/**
 * What is told from a voice moves the lips so much more than what is captured of a film: networks see
 * less than there is, and a table of people says what is usual (medians of 14 films).
 */
const TOLD_OVER_FILMED = { opening: 1.29, width: 1.17 } as const;
/** Nobody's mouth is made larger or smaller than this, against the usual. */
const MOUTH_LIMITS = [0.6, 1.6] as const;
const BLINK_LIMITS = [4, 50] as const;
/** So many seconds of usual blinking are believed beside what is seen. */
const USUAL_SECONDS = 60;

const { jawOpen: JAW, mouthClose: CLOSE, eyeBlinkLeft: BLINK } = CHANNEL_INDEX;
const { mouthLeft: LEFT, mouthRight: RIGHT } = POINT;

/** Learns from one film. @param startSeconds - When its sound begins on the film's clock. */
export async function learnFromFilm(
  capture: Capture,
  voice: Voice,
  startSeconds: number,
  source: Omit<StyleSource, "seconds">,
  on: { readonly assets: Assets },
): Promise<FilmLesson> {
  const clips = clipsOf(capture, voice, startSeconds, "own");
  const seconds = clips.reduce((sum, { frameCount }) => sum + frameCount, 0) / STYLE_FPS;
  const filmed = takeOfCapture(capture, { fps: STYLE_FPS, startSeconds });
  const told = perform(voice, { fps: STYLE_FPS, mode: "speech" });
  const seen = capture.quality.filter((quality) => quality > 0).length / capture.fps;
  return {
    ...{ source: { ...source, seconds }, clips },
    ...{ seenSeconds: seen, blinks: countBlinks(filmed) },
    mouth: compareMouths(filmed, told, await readBasis(on.assets)),
  };
}

/**
 * Makes a style of lessons.
 *
 * @throws FilmError `style_too_short`, if there is too little of a face that speaks.
 */
export function makeStyle(
  name: string,
  basis: string,
  lessons: readonly FilmLesson[],
): { readonly style: Style; readonly score: StyleScore | undefined } {
  const seconds = lessons.reduce((sum, { source }) => sum + source.seconds, 0);
  if (seconds < LEAST_SECONDS) {
    const found = `${seconds.toFixed(0)} s of a face that speaks were found`;
    const message = `${found}; ${LEAST_SECONDS} s are the least, a minute is better.`;
    throw new FilmError("style_too_short", message, { seconds, films: lessons.length });
  }
  const { habits, score } = habitsOf(lessons);
  const share = Math.min(1, MOST_SECONDS / seconds);
  const clips = lessons.flatMap((lesson) => lesson.clips.map((clip) => shortened(clip, share)));
  const sources = lessons.map(({ source }) => source);
  return { style: { name, basis, habits, clips, sources }, score };
}

/** The first share of a clip. */
function shortened({ frameCount, motion, sound }: MotionClip, share: number): MotionClip {
  const kept = Math.max(1, Math.floor(share * frameCount));
  return {
    frameCount: kept,
    motion: motion.slice(0, (motion.length / frameCount) * kept),
    sound: sound.slice(0, (sound.length / frameCount) * kept),
  };
}

/** Habits, and how they fare on the parts that were held back. */
function habitsOf(lessons: readonly FilmLesson[]): {
  readonly habits: Habits;
  readonly score: StyleScore | undefined;
} {
  const mouths = lessons.flatMap(({ mouth }) => mouth ?? []);
  const seen = lessons.reduce((sum, { seenSeconds }) => sum + seenSeconds, 0);
  const blinks = lessons.reduce((sum, lesson) => sum + lesson.blinks, 0);
  const usual = (BLINKS_PER_MINUTE * USUAL_SECONDS) / 60;
  const blinksPerMinute = clamp(
    (60 * (blinks + usual)) / (seen + USUAL_SECONDS),
    BLINK_LIMITS[0],
    BLINK_LIMITS[1],
  );
  const gain = (of: "opening" | "width") => {
    const seconds = mouths.reduce((sum, { learned }) => sum + learned.seconds, 0);
    const belief = seconds / (seconds + HALF_SECONDS);
    const ratio = ratioOf(
      mouths.map(({ learned }) => learned),
      of,
    );
    const wanted = clamp(ratio ** belief, MOUTH_LIMITS[0], MOUTH_LIMITS[1]);
    // What does not hold where it was not learned is no habit.
    const held = ratioOf(
      mouths.map((mouth) => mouth.held),
      of,
    );
    return Math.abs(Math.log(held / wanted)) < Math.abs(Math.log(held)) ? wanted : 1;
  };
  const habits = { jaw: gain("opening"), lips: gain("width"), blinksPerMinute };
  if (mouths.length === 0) return { habits: { ...habits, jaw: 1, lips: 1 }, score: undefined };
  const held = mouths.map((mouth) => mouth.held);
  const before = { opening: 1 / ratioOf(held, "opening"), width: 1 / ratioOf(held, "width") };
  return {
    habits,
    score: {
      opening: [before.opening, before.opening * habits.jaw],
      width: [before.width, before.width * habits.lips],
      r: { opening: meanOf(held, "opening"), width: meanOf(held, "width") },
      blinksPerMinute: (60 * blinks) / Math.max(seen, 1e-6),
    },
  };
}

/** Filmed spread against the usual for what is told, films weighted by their length; 1 without any. */
function ratioOf(sums: readonly MouthSums[], of: "opening" | "width"): number {
  const total = sums.reduce((sum, { seconds }) => sum + seconds, 0);
  if (total === 0) return 1;
  const log = sums.reduce((sum, { seconds, filmed, told }) => {
    return sum + seconds * Math.log(Math.max(filmed[of], 1e-4) / Math.max(told[of], 1e-4));
  }, 0);
  return TOLD_OVER_FILMED[of] * Math.exp(log / total);
}

function meanOf(sums: readonly MouthSums[], of: "opening" | "width"): number {
  const total = sums.reduce((sum, { seconds }) => sum + seconds, 0);
  return sums.reduce((sum, { seconds, r }) => sum + seconds * r[of], 0) / Math.max(total, 1e-6);
}

/** Compares two mouths; nothing if they do not say the same. */
function compareMouths(
  filmed: Take,
  told: Take,
  basis: readonly Blendshape[],
): FilmLesson["mouth"] {
  const count = Math.min(filmed.frameCount, told.frameCount);
  const parting = basis.map((shape, c) => (c === CLOSE ? 0 : partingOf(shape)));
  const widening = basis.map((shape) => deltaOf(shape, LEFT, 0) - deltaOf(shape, RIGHT, 0));
  const curves = (take: Take) => ({
    opening: openingOf(take, parting),
    width: sumOf(take, widening),
  });
  const [theirs, ours] = [curves(filmed), curves(told)];
  let [lag, best] = [0, -1];
  for (let k = -LAG_FRAMES; k <= LAG_FRAMES; k++) {
    const r = correlationAt(theirs.opening, ours.opening, k);
    if (r > best) [lag, best] = [k, r];
  }
  if (best < LEAST_MATCH) return undefined;
  const cut = Math.round(count * (1 - HELD_SHARE));
  const agreement = (of: "opening" | "width", from: number, to: number) =>
    correlationAt(theirs[of].subarray(from, to), ours[of].subarray(from, to), lag) || 0;
  const part = (from: number, to: number): MouthSums => ({
    seconds: (to - from) / STYLE_FPS,
    filmed: { opening: spread(theirs.opening, from, to), width: spread(theirs.width, from, to) },
    told: { opening: spread(ours.opening, from, to), width: spread(ours.width, from, to) },
    r: { opening: agreement("opening", from, to), width: agreement("width", from, to) },
  });
  return { learned: part(0, cut), held: part(cut, count) };
}

/** A weighted sum of the channels, by frame. */
function sumOf({ weights, frameCount }: Take, shares: readonly number[]): Float32Array {
  return Float32Array.from({ length: frameCount }, (_, frame) =>
    shares.reduce((sum, share, c) => sum + share * weights[frame * CHANNEL_COUNT + c], 0),
  );
}

/** How far the lips are apart, cm on the canonical face. */
function openingOf(take: Take, parting: readonly number[]): Float32Array {
  const { weights } = take;
  return sumOf(take, parting).map((value, frame) => {
    const at = frame * CHANNEL_COUNT;
    return value * (1 - clamp(weights[at + CLOSE] / Math.max(weights[at + JAW], 0.05), 0, 1));
  });
}

function spread(curve: Float32Array, from: number, to: number): number {
  const part = curve.subarray(from, to);
  const mean = part.reduce((sum, value) => sum + value, 0) / part.length;
  return Math.sqrt(part.reduce((sum, value) => sum + (value - mean) ** 2, 0) / part.length);
}

/** Lids that go down over half and come up again. */
function countBlinks({ weights, frameCount }: Take): number {
  let [count, isShut] = [0, false];
  for (let frame = 0; frame < frameCount; frame++) {
    const lid = weights[frame * CHANNEL_COUNT + BLINK];
    if (!isShut && lid > 0.5) count++;
    isShut = isShut ? lid > 0.3 : lid > 0.5;
  }
  return count;
}
