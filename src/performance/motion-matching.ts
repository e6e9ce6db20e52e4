/**
 * @file Motion for a voice out of a style: stretches of real motion whose sound was alike, joined so
 * that nothing jumps.
 *
 * Heads and brows given a voice have many right answers, and the mean of them is a frozen face. So
 * nothing is averaged: what is played is what somebody did, chosen by likeness of the sound, by how
 * well it follows on what is being done, by not having been seen lately, and a little by chance.
 *
 * @source Motion matching: Büttner & Clavet 2015; joins by inertialisation: Bollo 2018.
 */
import { clamp, mix, sampleRow } from "../base/curves.js";
import { type Random, randomOf } from "../base/random.js";
import {
  MOTION_SIZE,
  type MotionClip,
  SOUND,
  SOUND_SIZE,
  STYLE_CHANNELS,
  type Style,
} from "./style.js";
import { HEAD_SIZE } from "./take.js";

/** Every so many frames of a clip a stretch may begin. */
const STRIDE = 2;
/** When sounds are compared, frames from the join. */
const EAR_FRAMES = [-10, -5, 0, 5, 10, 15, 20, 25, 30, 37, 45] as const;
/** How much each sound counts, in the order of `SOUND`. */
const EAR_WEIGHTS = [1.2, 1.4, 0.8, 1.6] as const;
/** A stretch lasts at least and at most so long, frames. */
const LEAST_FRAMES = 24;
const MOST_FRAMES = 70;
/** What a posture and a speed that do not fit cost, per spread and per spread a second. */
const POSTURE_COST = 0.25;
const SPEED_COST = 0.02;
/** What was played within so many frames of it costs this, and is forgotten so slowly, frames. */
const SEEN_FRAMES = 40;
const SEEN_COST = 4;
const FORGOTTEN_FRAMES = 700;
/** Chance counts so much against everything else. */
const CHANCE_COST = 0.35;
/** A join is felt for so long: time constant, frames. */
const JOIN_FRAMES = 5;
/**
 * Heads are quick where the voice is loud: motion is played at this pace in silence, and at full
 * loudness, so many frames ahead of it.
 *
 * @source Speed of the head against loudness on ten films: r 0.45, 0.22 s ahead; see
 *   docs/measurements.md.
 */
const PACE = [0.55, 1.4] as const;
const AHEAD_FRAMES = 6;
/** Of the way to another pace so much is gone in a frame. */
const PACE_SHARE = 0.35;
const LOUDNESS = SOUND.indexOf("loudness");

/** One frame of a style that a stretch may begin with. */
interface Place {
  readonly clip: MotionClip;
  readonly clipIndex: number;
  readonly frame: number;
  readonly isMirrored: boolean;
}

/** What was played, and when. */
interface Played {
  readonly clipIndex: number;
  readonly from: number;
  to: number;
  /** Counted from the first frame of all. */
  readonly at: number;
}

/** Plays a style, frame after frame; it need not know how the voice goes on. */
export interface MotionPlayer {
  /**
   * The motion in the next frame.
   *
   * @param sound - What is heard, as of `soundOf`, as far as it is known, shape [known, 4].
   * @param at - Which frame of it is next.
   * @returns Head and `STYLE_CHANNELS`, shape [19]; reused by the next call.
   */
  next(sound: Float32Array, at: number): Float32Array;
}

/** Makes a player. @param seed - Same seed and sound, same motion. */
export function playStyle(style: Style, seed: number): MotionPlayer {
  const chance = randomOf(seed, "motion");
  const spreads = spreadsOf(style.clips);
  const stretches: Played[] = [];
  const now = new Float32Array(MOTION_SIZE);
  const speed = new Float32Array(MOTION_SIZE);
  const seam = { offset: new Float32Array(MOTION_SIZE), rate: new Float32Array(MOTION_SIZE) };
  const row = new Float32Array(MOTION_SIZE);
  let place: Place | undefined;
  /** Frames of the clip played and frames made since the stretch began, and since the first of all. */
  let [played, k, count] = [0, 0, 0];
  let pace = 1;
  const join = (sound: Float32Array, at: number) => {
    place = choose(style, sound, at, count, { now, speed }, spreads, stretches, chance);
    begin(seam, place, now, speed, count === 0);
    stretches.push({ clipIndex: place.clipIndex, at: count, from: place.frame, to: place.frame });
    [played, k] = [0, 0];
    return place;
  };
  return {
    next(sound, at) {
      const own = place === undefined || isOver(sound, at, place, played) ? join(sound, at) : place;
      readMotion(own, played, row);
      // A critically damped spring takes up what the join left over.
      const fade = Math.exp(-k / JOIN_FRAMES);
      for (let c = 0; c < MOTION_SIZE; c++) {
        const { offset, rate } = seam;
        row[c] += fade * (offset[c] + k * (rate[c] + offset[c] / JOIN_FRAMES));
        speed[c] = row[c] - now[c];
        now[c] = row[c];
      }
      pace += PACE_SHARE * (paceAt(sound, at) - pace);
      played += pace;
      k++;
      count++;
      stretches[stretches.length - 1].to = own.frame + Math.ceil(played);
      return row;
    },
  };
}

/** How fast motion wants to be played at a frame. */
function paceAt(sound: Float32Array, at: number): number {
  const last = sound.length / SOUND_SIZE - 1;
  const loudness = sound[Math.min(last, at + AHEAD_FRAMES) * SOUND_SIZE + LOUDNESS];
  return mix(PACE[0], PACE[1], clamp(loudness, 0, 1));
}

/**
 * Plays a style to a whole voice.
 *
 * @param sound - What is heard, as of `soundOf`, shape [frames, 4].
 * @param seed - Same seed, same motion.
 * @returns Head and `STYLE_CHANNELS` at `STYLE_FPS`, shape [frames, 19].
 */
export function matchMotion(style: Style, sound: Float32Array, seed: number): Float32Array {
  const frameCount = sound.length / SOUND_SIZE;
  const out = new Float32Array(frameCount * MOTION_SIZE);
  const player = playStyle(style, seed);
  for (let at = 0; at < frameCount; at++) out.set(player.next(sound, at), at * MOTION_SIZE);
  return out;
}

/** Spread of each column over all clips, at least a little, shape [19]. */
function spreadsOf(clips: readonly MotionClip[]): Float32Array {
  const [sums, squares] = [new Float64Array(MOTION_SIZE), new Float64Array(MOTION_SIZE)];
  let count = 0;
  for (const { motion, frameCount } of clips) {
    count += frameCount;
    motion.forEach((value, i) => {
      sums[i % MOTION_SIZE] += value;
      squares[i % MOTION_SIZE] += value * value;
    });
  }
  return Float32Array.from(squares, (square, c) =>
    Math.max(0.01, Math.sqrt(Math.max(0, square / count - (sums[c] / count) ** 2))),
  );
}

/** Where a stretch begins best. */
function choose(
  { clips }: Style,
  sound: Float32Array,
  at: number,
  count: number,
  state: { readonly now: Float32Array; readonly speed: Float32Array },
  spreads: Float32Array,
  played: readonly Played[],
  chance: Random,
): Place {
  const wanted = earOf(sound, at);
  let best: Place | undefined;
  let least = Number.POSITIVE_INFINITY;
  const there = new Float32Array(MOTION_SIZE);
  const next = new Float32Array(MOTION_SIZE);
  clips.forEach((clip, clipIndex) => {
    for (let frame = 0; frame + LEAST_FRAMES < clip.frameCount; frame += STRIDE) {
      let cost = CHANCE_COST * -Math.log(1 - chance.uniform());
      cost += unlikeness(wanted, clip.sound, frame) + boredom(played, clipIndex, frame, count);
      if (cost >= least) continue;
      for (const isMirrored of [false, true]) {
        const place = { clip, clipIndex, frame, isMirrored };
        let join = 0;
        if (count > 0) {
          readMotion(place, 0, there);
          readMotion(place, 1, next);
          join = misfitOf(there, next, state.now, state.speed, spreads);
        } else if (isMirrored) join = chance.uniform() < 0.5 ? -0.01 : 0.01;
        if (cost + join < least) {
          least = cost + join;
          best = place;
        }
      }
    }
  });
  return best ?? { clip: clips[0], clipIndex: 0, frame: 0, isMirrored: false };
}

/** What is heard about a frame, shape [ears, 4]. */
function earOf(sound: Float32Array, at: number): Float32Array {
  const out = new Float32Array(EAR_FRAMES.length * SOUND_SIZE);
  const last = sound.length / SOUND_SIZE - 1;
  EAR_FRAMES.forEach((offset, k) => {
    const from = clamp(at + offset, 0, last) * SOUND_SIZE;
    out.set(sound.subarray(from, from + SOUND_SIZE), k * SOUND_SIZE);
  });
  return out;
}

function unlikeness(wanted: Float32Array, sound: Float32Array, frame: number): number {
  const last = sound.length / SOUND_SIZE - 1;
  let sum = 0;
  for (let k = 0; k < EAR_FRAMES.length; k++) {
    const from = Math.min(last, Math.max(0, frame + EAR_FRAMES[k])) * SOUND_SIZE;
    for (let c = 0; c < SOUND_SIZE; c++) {
      sum += EAR_WEIGHTS[c] * (sound[from + c] - wanted[k * SOUND_SIZE + c]) ** 2;
    }
  }
  return sum / EAR_FRAMES.length;
}

/** What was seen lately is not wanted again. */
function boredom(played: readonly Played[], clipIndex: number, frame: number, at: number): number {
  let sum = 0;
  for (let i = played.length - 1; i >= 0; i--) {
    const one = played[i];
    const age = at - one.at;
    if (age > 4 * FORGOTTEN_FRAMES) break;
    if (one.clipIndex !== clipIndex) continue;
    if (frame > one.from - SEEN_FRAMES && frame < one.to) {
      sum += SEEN_COST * Math.exp(-age / FORGOTTEN_FRAMES);
    }
  }
  return sum;
}

function misfitOf(
  there: Float32Array,
  next: Float32Array,
  now: Float32Array,
  speed: Float32Array,
  spreads: Float32Array,
): number {
  let sum = 0;
  for (let c = 0; c < MOTION_SIZE; c++) {
    const posture = (there[c] - now[c]) / spreads[c];
    const pace = (25 * (next[c] - there[c] - speed[c])) / spreads[c];
    // The head is one body; a brow more or less is seen less.
    const share = c < HEAD_SIZE / 2 ? 1 : 0.2;
    sum += share * (POSTURE_COST * posture * posture + SPEED_COST * pace * pace);
  }
  return sum;
}

/** Whether a stretch has been played to its end: where a phrase begins or ends, or its clip does. */
function isOver(sound: Float32Array, at: number, { clip, frame }: Place, k: number): boolean {
  if (k >= MOST_FRAMES || frame + k >= clip.frameCount) return true;
  if (k < LEAST_FRAMES) return false;
  const [before, after] = [at - 1, at].map((i) => sound[i * SOUND_SIZE] > 0.5);
  return before !== after;
}

/** What a join must make up for. */
function begin(
  { offset, rate }: { offset: Float32Array; rate: Float32Array },
  place: Place,
  now: Float32Array,
  speed: Float32Array,
  isFirst: boolean,
): void {
  const there = new Float32Array(MOTION_SIZE);
  const next = new Float32Array(MOTION_SIZE);
  readMotion(place, 0, there);
  readMotion(place, 1, next);
  for (let c = 0; c < MOTION_SIZE; c++) {
    // The frame at the join is one later than `now`.
    offset[c] = isFirst ? 0 : now[c] + speed[c] - there[c];
    rate[c] = isFirst ? 0 : speed[c] - (next[c] - there[c]);
  }
}

/** Columns whose left and right are exchanged in a mirror. */
const MIRRORED = mirroredColumns();

function mirroredColumns(): readonly number[] {
  const other = (name: string) =>
    name.endsWith("Left") ? name.replace(/Left$/, "Right") : name.replace(/Right$/, "Left");
  const names: readonly string[] = STYLE_CHANNELS;
  return [
    ...[0, 1, 2, 3, 4, 5],
    ...names.map((name) => HEAD_SIZE + Math.max(0, names.indexOf(other(name)))),
  ];
}

/** Yaw, roll and the way sideways change their sign in a mirror. */
const SIGN = [1, -1, -1, -1, 1, 1] as const;

/** A stretch so many frames after its beginning, also between two; beyond its clip's end the last. */
function readMotion({ clip, frame, isMirrored }: Place, later: number, out: Float32Array): void {
  if (!isMirrored) {
    sampleRow(clip.motion, frame + later, out);
    return;
  }
  const row = sampleRow(clip.motion, frame + later, new Float32Array(MOTION_SIZE));
  for (let c = 0; c < MOTION_SIZE; c++) out[c] = (c < HEAD_SIZE ? SIGN[c] : 1) * row[MIRRORED[c]];
}
