/**
 * @file What the eyes do: look at the viewer most of the time, glance away, flicker, blink.
 *
 * Always by chance from a seed, never averaged: the mean of all glances is a stare.
 */
import { CHANNEL_COUNT, CHANNEL_INDEX } from "../base/channels.js";
import { clamp, smoothstep } from "../base/curves.js";
import { type Random, randomOf } from "../base/random.js";
import type { Voice } from "../voice/voice.js";
import type { Phrasing } from "./phrases.js";
import { HEAD_SIZE, type Take } from "./take.js";

const DEGREE = Math.PI / 180;

/** Where the eyes look, degrees against the viewer: to the subject's left, and down. */
export interface GazeGoal {
  readonly yaw: number;
  readonly pitch: number;
}

/** Where the eyes go: at the viewer, at him but for glances, or at a place. */
export type GazeHabit = "camera" | "natural" | GazeGoal;

/** A glance at a place until the next. */
interface Glance {
  readonly seconds: number;
  /** Degrees: yaw, pitch. */
  readonly yaw: number;
  readonly pitch: number;
  readonly isAway: boolean;
}

/** Dwell on the viewer and away, seconds: mean of an exponential, and its least. */
const DWELL = { camera: 3.4, away: 0.75 } as const;
/** A glance away is this large, degrees: from, to. */
const AWAY_DEG = [4, 9] as const;
/** Flicker about the place looked at: every so often, by so much. */
const FLICKER_SECONDS = [0.35, 1.1] as const;
const FLICKER_DEG = 0.45;
/** Lids cover the eye fully at this downward gaze, degrees of eyeLookDown = 1. */
const LID_DEG = 28;

/**
 * Writes the eyes' goals, against the viewer, into a take.
 *
 * @returns When they shift, seconds.
 */
export function actGaze(take: Take, habit: GazeHabit): readonly number[] {
  const chance = randomOf(take.seed, "gaze");
  const end = take.frameCount / take.fps;
  const glances = drawGlances(end, habit, chance);
  const flickers = drawFlickers(end, chance);
  let k = 0;
  let j = 0;
  for (let frame = 0; frame < take.frameCount; frame++) {
    const seconds = (frame + 0.5) / take.fps;
    while (k + 1 < glances.length && glances[k + 1].seconds <= seconds) k++;
    while (j + 1 < flickers.length && flickers[j + 1].seconds <= seconds) j++;
    const at = saccade(glances, k, seconds);
    take.gaze[2 * frame] = (at.yaw + flickers[j].yaw) * DEGREE;
    take.gaze[2 * frame + 1] = (at.pitch + flickers[j].pitch) * DEGREE;
  }
  return glances.slice(1).map(({ seconds }) => seconds);
}

/** Of a turn of the head aside, eyes that hold their goal take back so much. */
export const HELD_YAW = 0.9;
/** … and of a nod. */
export const HELD_PITCH = 0.8;

/**
 * Turns the irises of a take whose head is done towards goals, and writes the lids' answer.
 *
 * @param yaw - Goals against the viewer, radians, shape [frames]; 0 if absent.
 */
export function lookWith(take: Take, yaw?: Float32Array, pitch?: Float32Array): void {
  for (let frame = 0; frame < take.frameCount; frame++) {
    const head = frame * HEAD_SIZE;
    const across = (yaw?.[frame] ?? 0) - HELD_YAW * take.head[head + 1];
    const along = (pitch?.[frame] ?? 0) - HELD_PITCH * take.head[head];
    lookFrame(take, frame, across, along);
  }
}

/** Turns the irises in one frame, against the face, radians, and writes the lids' answer. */
export function lookFrame(take: Take, frame: number, yaw: number, pitch: number): void {
  take.gaze[2 * frame] = yaw;
  take.gaze[2 * frame + 1] = pitch;
  writeLids(take, frame, yaw, pitch);
}

/**
 * Where eyes that look so, in a head that is turned so, look against the viewer: what `lookWith` undoes.
 *
 * @param gaze - Irises against the face, radians, shape [frames, 2].
 * @param head - As in a take, shape [frames, 6].
 */
export function gazeGoals(gaze: Float32Array, head: Float32Array): Float32Array {
  return gaze.map((angle, i) => {
    const row = (i >> 1) * HEAD_SIZE;
    return angle + (i % 2 === 0 ? HELD_YAW * head[row + 1] : HELD_PITCH * head[row]);
  });
}

function drawGlances(end: number, habit: GazeHabit, chance: Random): Glance[] {
  const goal = typeof habit === "string" ? { yaw: 0, pitch: 0 } : habit;
  const home: Glance = { seconds: 0, ...goal, isAway: false };
  const glances = [home];
  if (habit !== "natural") return glances;
  let t = 0;
  for (;;) {
    t += DWELL.camera * (0.35 - 0.65 * Math.log(1 - chance.uniform()));
    if (t >= end) return glances;
    const size = AWAY_DEG[0] + (AWAY_DEG[1] - AWAY_DEG[0]) * chance.uniform() ** 2;
    // Mostly sideways and down; straight up looks like an appeal to heaven.
    const side = chance.uniform() < 0.5 ? -1 : 1;
    const tilt = clamp(0.25 + 0.4 * chance.normal(), -0.5, 0.9);
    glances.push({
      seconds: t,
      yaw: side * size * Math.cos(tilt),
      pitch: size * Math.sin(tilt),
      isAway: true,
    });
    t += DWELL.away * (0.4 - 0.6 * Math.log(1 - chance.uniform()));
    glances.push({ ...home, seconds: t });
  }
}

interface Flicker {
  readonly seconds: number;
  readonly yaw: number;
  readonly pitch: number;
}

function drawFlickers(end: number, chance: Random): Flicker[] {
  const flickers: Flicker[] = [{ seconds: 0, yaw: 0, pitch: 0 }];
  for (let t = 0; t < end; ) {
    t += FLICKER_SECONDS[0] + (FLICKER_SECONDS[1] - FLICKER_SECONDS[0]) * chance.uniform();
    const yaw = FLICKER_DEG * clamp(chance.normal(), -1.8, 1.8);
    const pitch = 0.6 * FLICKER_DEG * clamp(chance.normal(), -1.8, 1.8);
    flickers.push({ seconds: t, yaw, pitch });
  }
  return flickers;
}

/**
 * The eye on its way from the last glance to this one.
 *
 * @source Saccades last 25 ms + 2.4 ms per degree (the main sequence; Carpenter 1988).
 */
function saccade(glances: readonly Glance[], k: number, seconds: number) {
  const to = glances[k];
  const from = glances[Math.max(0, k - 1)];
  const size = Math.hypot(to.yaw - from.yaw, to.pitch - from.pitch);
  const length = 0.025 + 0.0024 * size;
  const t = smoothstep(0, length, seconds - to.seconds);
  return {
    yaw: from.yaw + (to.yaw - from.yaw) * t,
    pitch: from.pitch + (to.pitch - from.pitch) * t,
  };
}

/** Lids ride on the eyes; the channels of both eyes say what the irises do. */
function writeLids(take: Take, frame: number, yaw: number, pitch: number): void {
  const at = frame * CHANNEL_COUNT;
  const set = (name: keyof typeof CHANNEL_INDEX, value: number) => {
    take.weights[at + CHANNEL_INDEX[name]] = clamp(value, 0, 1);
  };
  const vertical = pitch / DEGREE / LID_DEG;
  const lateral = yaw / DEGREE / 30;
  for (const side of ["Left", "Right"] as const) {
    set(`eyeLookDown${side}`, vertical);
    set(`eyeLookUp${side}`, -vertical);
    set(`eyeLookOut${side}`, side === "Left" ? lateral : -lateral);
    set(`eyeLookIn${side}`, side === "Left" ? -lateral : lateral);
  }
}

/** Blinks a minute, and the spread of the logarithm of the time between two. */
export const BLINKS_PER_MINUTE = 22;
const BLINK_SPREAD = 0.8;
const BLINK_GAP_SECONDS = [0.4, 9] as const;
/** A blink waits for a better moment this long, seconds. */
const BLINK_PATIENCE = 0.7;

/**
 * Writes blinks: log-normal intervals, drawn towards ends of phrases and shifts of gaze, away from
 * accents.
 *
 * @param shifts - When the gaze shifts, seconds.
 * @param rateAt - At a time in seconds: 1 = as people do, 0 = never.
 */
export function actBlinks(
  take: Take,
  voice: Voice,
  phrasing: Phrasing,
  shifts: readonly number[],
  rateAt: (seconds: number) => number,
): void {
  const chance = randomOf(take.seed, "blinks");
  const end = take.frameCount / take.fps;
  const openings = [...shifts, ...phrasing.phrases.map((p) => p.end * voice.hopSeconds + 0.08)];
  const accents = phrasing.accents.filter(({ strength }) => strength > 0.5);
  // Mean of a log-normal is exp(μ + σ²/2).
  const usual = Math.log(60 / BLINKS_PER_MINUTE) - (BLINK_SPREAD * BLINK_SPREAD) / 2;
  let t = 0.4 + 1.6 * chance.uniform();
  while (t < end) {
    const rate = rateAt(t);
    if (rate <= 0) {
      t += 1;
      continue;
    }
    const better = openings.find((o) => o >= t - 0.15 && o <= t + BLINK_PATIENCE);
    let at = better ?? t;
    const stressed = accents.find(({ hop }) => Math.abs(hop * voice.hopSeconds - at) < 0.12);
    if (stressed !== undefined) at = stressed.hop * voice.hopSeconds + 0.2;
    writeBlink(take, at, chance);
    const gap = Math.exp(usual + BLINK_SPREAD * chance.normal()) / rate;
    t = at + clamp(gap, BLINK_GAP_SECONDS[0], BLINK_GAP_SECONDS[1] / Math.max(rate, 0.5));
  }
}

/**
 * One blink: quick down, a moment shut, slower up; a little squint with it.
 *
 * @source Durations after VanderWerf et al. 2003 and our own tracks: 0.12–0.17 s over a quarter shut.
 */
function writeBlink(take: Take, seconds: number, chance: Random): void {
  const down = 0.07 + 0.025 * chance.uniform();
  const shut = 0.025 + 0.03 * chance.uniform();
  const up = 0.14 + 0.06 * chance.uniform();
  const depth = chance.uniform() < 0.12 ? 0.75 + 0.2 * chance.uniform() : 1;
  const first = Math.max(0, Math.floor((seconds - down) * take.fps));
  const last = Math.min(take.frameCount - 1, Math.ceil((seconds + shut + up) * take.fps));
  const middle = Math.round((seconds + shut / 2) * take.fps - 0.5);
  for (let frame = first; frame <= last; frame++) {
    const t = (frame + 0.5) / take.fps - seconds;
    let closed = depth * Math.min(smoothstep(-down, 0, t), 1 - smoothstep(shut, shut + up, t));
    // However few frames a blink has, one of them is shut.
    if (frame === middle) closed = depth;
    for (const side of ["Left", "Right"] as const) {
      const blink = frame * CHANNEL_COUNT + CHANNEL_INDEX[`eyeBlink${side}`];
      take.weights[blink] = Math.max(take.weights[blink], closed);
      const squint = frame * CHANNEL_COUNT + CHANNEL_INDEX[`eyeSquint${side}`];
      take.weights[squint] = Math.max(take.weights[squint], 0.1 * closed);
    }
  }
}
