/**
 * @file A style out of films of one person: a library of how head and brows moved, and habits of
 * mouth and lids in closed form, checked on stretches that were not learned from.
 */
import { CHANNEL_COUNT, CHANNEL_INDEX } from "../base/channels.js";
import { clamp } from "../base/curves.js";
import { FilmError } from "../base/errors.js";
import type { Assets } from "../base/ports.js";
import { BLINKS_PER_MINUTE } from "../performance/eyes.js";
import type { Manner, MouthMeasure } from "../performance/manner.js";
import {
  type Habits,
  type MotionClip,
  STYLE_FPS,
  type Style,
  type StyleSource,
} from "../performance/style.js";
import type { Take } from "../performance/take.js";
import { readBasis } from "../rig/basis.js";
import type { Voice } from "../voice/voice.js";
import type { Capture } from "./capture.js";
import {
  addSums,
  compareMouths,
  type MouthSums,
  mannerOf,
  matchOf,
  matchOfOwn,
  spreadsOf,
} from "./manner.js";
import { clipsOf } from "./motion-clip.js";
import { takeOfCapture } from "./take.js";

/** What one film tells of a person's manner; plain data. */
export interface FilmLesson {
  readonly source: StyleSource;
  readonly clips: readonly MotionClip[];
  /** Seconds of film in which the face is seen. */
  readonly seenSeconds: number;
  readonly blinks: number;
  /** What mouths did and would have done, in parts of the film; absent if they do not agree. */
  readonly mouth?: readonly MouthSums[] | undefined;
}

/**
 * How a style fares on what it was not learned from: spread of the lips over that of the filmed one's,
 * before and after; 1 = the same.
 */
export interface StyleScore {
  readonly opening: readonly [before: number, after: number];
  readonly width: readonly [before: number, after: number];
  /** How mouths go with the filmed ones, correlation: told from the voice alone, in the usual manner, in this one. */
  readonly r: {
    readonly opening: readonly [told: number, usual: number, own: number];
    readonly width: readonly [told: number, usual: number, own: number];
  };
  readonly blinksPerMinute: number;
}

/** Less than this of a face that speaks gives no style, seconds. */
const LEAST_SECONDS = 20;
/** A style holds so much: with habits and sources it stays under 1 MB. */
const MOST_SECONDS = 780;
/** Habits are believed by so much at this many seconds, and by more after. */
const HALF_SECONDS = 30;
/**
 * What is told from a voice moves the lips so much more than what is captured of a film: networks see
 * less than there is, and a table of people says what is usual (medians of 15 people).
 */
const TOLD_OVER_FILMED = { opening: 1.23, width: 1.23 } as const;
/** Nobody's mouth is made larger or smaller than this, against the usual. */
const MOUTH_LIMITS = [0.6, 1.6] as const;
const BLINK_LIMITS = [4, 50] as const;
/** So many seconds of usual blinking are believed beside what is seen. */
const USUAL_SECONDS = 60;

const { eyeBlinkLeft: BLINK } = CHANNEL_INDEX;

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
  const seen = capture.quality.filter((quality) => quality > 0).length / capture.fps;
  return {
    ...{ source: { ...source, seconds }, clips },
    ...{ seenSeconds: seen, blinks: countBlinks(filmed) },
    mouth: compareMouths(filmed, voice, await readBasis(on.assets)),
  };
}

/**
 * Makes a style of lessons.
 *
 * @param usual - How people in general make each sound: what somebody's own manner stays near.
 * @throws FilmError `style_too_short`, if there is too little of a face that speaks.
 */
export function makeStyle(
  name: string,
  basis: string,
  lessons: readonly FilmLesson[],
  usual?: Manner,
): { readonly style: Style; readonly score: StyleScore | undefined } {
  const seconds = lessons.reduce((sum, { source }) => sum + source.seconds, 0);
  if (seconds < LEAST_SECONDS) {
    const found = `${seconds.toFixed(0)} s of a face that speaks were found`;
    const message = `${found}; ${LEAST_SECONDS} s are the least, a minute is better.`;
    throw new FilmError("style_too_short", message, { seconds, films: lessons.length });
  }
  const parts = lessons.flatMap(({ mouth }) => mouth ?? []);
  const own = parts.length === 0 ? undefined : mannerFrom(parts, usual);
  const { habits, score } = habitsOf(lessons, parts, own?.r);
  const share = Math.min(1, MOST_SECONDS / seconds);
  const clips = lessons.flatMap((lesson) => lesson.clips.map((clip) => shortened(clip, share)));
  const sources = lessons.map(({ source }) => source);
  return { style: { name, basis, habits, manner: own?.manner ?? usual, clips, sources }, score };
}

/** A manner, opening and width each only if it holds where it was not learned. */
function mannerFrom(
  parts: readonly MouthSums[],
  usual: Manner | undefined,
): { readonly manner: Manner | undefined; readonly r: StyleScore["r"] } {
  const told = matchOf(parts.map((sums) => ({ sums })));
  const before = matchOf(parts.map((sums) => ({ sums, manner: usual })));
  const after = matchOfOwn(parts, usual);
  const learned = mannerOf(addSums(parts), usual);
  const r = (of: MouthMeasure) => [told[of], before[of], Math.max(before[of], after[of])] as const;
  const kept = (of: MouthMeasure) => (after[of] > before[of] ? learned[of] : usual?.[of]);
  const [opening, width] = [kept("opening"), kept("width")];
  const manner = opening && width && { opening, width };
  return { manner, r: { opening: r("opening"), width: r("width") } };
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
function habitsOf(
  lessons: readonly FilmLesson[],
  parts: readonly MouthSums[],
  r: StyleScore["r"] | undefined,
): { readonly habits: Habits; readonly score: StyleScore | undefined } {
  const seen = lessons.reduce((sum, { seenSeconds }) => sum + seenSeconds, 0);
  const blinks = lessons.reduce((sum, lesson) => sum + lesson.blinks, 0);
  const usual = (BLINKS_PER_MINUTE * USUAL_SECONDS) / 60;
  const blinksPerMinute = clamp(
    (60 * (blinks + usual)) / (seen + USUAL_SECONDS),
    BLINK_LIMITS[0],
    BLINK_LIMITS[1],
  );
  if (r === undefined) return { habits: { jaw: 1, lips: 1, blinksPerMinute }, score: undefined };
  // Every fifth part is held back.
  const [learned, held] = [false, true].map((is) => parts.filter((_, i) => (i % 5 === 4) === is));
  const gain = (of: MouthMeasure) => {
    const seconds = learned.reduce((sum, { frames }) => sum + frames, 0) / STYLE_FPS;
    const belief = seconds / (seconds + HALF_SECONDS);
    const wanted = clamp(ratioOf(learned, of) ** belief, MOUTH_LIMITS[0], MOUTH_LIMITS[1]);
    // What does not hold where it was not learned is no habit.
    const left = ratioOf(held, of);
    return Math.abs(Math.log(left / wanted)) < Math.abs(Math.log(left)) ? wanted : 1;
  };
  const habits = { jaw: gain("opening"), lips: gain("width"), blinksPerMinute };
  const before = { opening: 1 / ratioOf(held, "opening"), width: 1 / ratioOf(held, "width") };
  return {
    habits,
    score: {
      opening: [before.opening, before.opening * habits.jaw],
      width: [before.width, before.width * habits.lips],
      r,
      blinksPerMinute: (60 * blinks) / Math.max(seen, 1e-6),
    },
  };
}

/** Filmed spread against the usual for what is told. */
function ratioOf(parts: readonly MouthSums[], of: MouthMeasure): number {
  const { told, filmed } = spreadsOf(addSums(parts));
  return (TOLD_OVER_FILMED[of] * Math.max(filmed[of], 1e-4)) / Math.max(told[of], 1e-4);
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
