/**
 * @file A live performance that is told otherwise while it runs: another one is begun with the last seconds of sound, and
 * goes on where the first one was.
 *
 * Head, brows and eyes come over within some frames; the mouth is the sound's, and is at once what it will be.
 */
import { CHANNEL_COUNT, CHANNELS } from "../base/channels.js";
import type { AnalyzeOn } from "../voice/voice.js";
import { type LivePerformance, performLive } from "./live.js";
import type { Direction } from "./performance.js";
import { HEAD_SIZE, type Take } from "./take.js";

/** A live performance whose direction may change. */
export interface DirectedPerformance extends LivePerformance {
  /** From the next frames on; of several, the last one counts. The rate of frames stays. */
  direct(direction: Direction): void;
}

/** What another performance hears first, seconds: as much as it listens to. */
const HEARD_SECONDS = 4;
/** Frames over which the old pose goes. */
const BLEND_FRAMES = 10;
/** What follows the sound is not held back. */
const SPOKEN = CHANNELS.map((name) => /^(?:jaw|mouth|tongue|cheekPuff)/.test(name));

/** Begins to act, as `performLive`. */
export function directLive(
  sampleRateHz: number,
  on: AnalyzeOn,
  direction: Direction = {},
): DirectedPerformance {
  const fps = direction.fps ?? 25;
  const begin = (how: Direction) => performLive(sampleRateHz, on, { ...how, fps });
  let acting = begin(direction);
  let wanted: Direction | undefined;
  /** The last seconds of sound, and all samples that came. */
  let heard = new Float32Array(0);
  let total = 0;
  /** Frames that were given, and the frame that the performance of now gives next. */
  let [given, next] = [0, 0];
  /** The last frame that was given, and the last one before the change. */
  let [last, pose]: [Take | undefined, Take | undefined] = [undefined, undefined];
  let blended = BLEND_FRAMES;
  const keep = (samples: Float32Array) => {
    const most = Math.ceil(HEARD_SECONDS * sampleRateHz);
    const all = new Float32Array(heard.length + samples.length);
    all.set(heard);
    all.set(samples, heard.length);
    heard = all.slice(Math.max(0, all.length - most));
    total += samples.length;
  };
  /** Another performance, which begins where a frame does. @returns What it hears first. */
  const change = (how: Direction): Float32Array => {
    const from = total - heard.length;
    next = Math.ceil((from / sampleRateHz) * fps);
    acting = begin(how);
    [pose, blended] = [last, 0];
    return heard.slice(Math.round((next / fps) * sampleRateHz) - from);
  };
  const hand = (take: Take | undefined): Take | undefined => {
    if (take === undefined) return undefined;
    const skipped = Math.min(take.frameCount, Math.max(0, given - next));
    next += take.frameCount;
    const fresh = cutTake(take, skipped);
    given += fresh.frameCount;
    if (fresh.frameCount === 0) return undefined;
    if (pose !== undefined) blended += comeOver(fresh, pose, blended);
    last = cutTake(fresh, fresh.frameCount - 1);
    return fresh;
  };
  return {
    direct(how) {
      wanted = how;
    },
    async push(samples) {
      keep(samples);
      // Who is to hear it is known only then.
      const sound = wanted === undefined ? samples : change(wanted);
      wanted = undefined;
      return hand(await acting.push(sound));
    },
    finish: async () => hand(await acting.finish()),
  };
}

/** A take without its first frames. */
function cutTake({ layers: _, keyframes: __, edit: ___, ...take }: Take, from: number): Take {
  return {
    ...take,
    frameCount: take.frameCount - from,
    weights: take.weights.slice(CHANNEL_COUNT * from),
    head: take.head.slice(HEAD_SIZE * from),
    gaze: take.gaze.slice(2 * from),
    breath: take.breath.slice(from),
  };
}

/**
 * Lets a pose go, in place.
 *
 * @param done - Frames in which it has gone already.
 * @returns Frames that were changed.
 */
function comeOver(take: Take, pose: Take, done: number): number {
  const count = Math.max(0, Math.min(take.frameCount, BLEND_FRAMES - done));
  for (let i = 0; i < count; i++) {
    const share = (done + i + 1) / (BLEND_FRAMES + 1);
    const mix = (values: Float32Array, from: Float32Array, size: number, isHeld = true) => {
      for (let k = 0; k < size; k++) {
        if (!isHeld && SPOKEN[k]) continue;
        const at = size * i + k;
        values[at] = from[k] + share * (values[at] - from[k]);
      }
    };
    mix(take.weights, pose.weights, CHANNEL_COUNT, false);
    mix(take.head, pose.head, HEAD_SIZE);
    mix(take.gaze, pose.gaze, 2);
    mix(take.breath, pose.breath, 1);
  }
  return count;
}
