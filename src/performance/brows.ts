/** @file Brows, and the rest of the upper face, with the melody of the voice. */
import { CHANNEL_COUNT, CHANNEL_INDEX, type Channel } from "../base/channels.js";
import { clamp, smoothstep } from "../base/curves.js";
import { type Random, randomOf } from "../base/random.js";
import type { Voice } from "../voice/voice.js";
import type { Accent, Phrasing } from "./phrases.js";
import type { Take } from "./take.js";

/** How often an accent lifts the brows, and how far at most. */
const LIFT_CHANCE = 0.4;
const LIFT_SIZE = 0.42;
/** How often a low, strong accent draws them together instead. */
const FROWN_CHANCE = 0.25;
const FROWN_SIZE = 0.22;
/** Slow drift of the brows' rest, and its pace in seconds. */
const DRIFT = 0.035;
const DRIFT_SECONDS = [3.1, 7.3, 11.9] as const;

/** Writes brows and cheeks into a take. @param energy - 1 = as people do. */
export function actBrows(take: Take, voice: Voice, phrasing: Phrasing, energy: number): void {
  const chance = randomOf(take.seed, "brows");
  const phases = DRIFT_SECONDS.map(() => 2 * Math.PI * chance.uniform());
  for (let frame = 0; frame < take.frameCount; frame++) {
    const seconds = (frame + 0.5) / take.fps;
    let drift = 0;
    DRIFT_SECONDS.forEach((period, k) => {
      drift += Math.sin((2 * Math.PI * seconds) / period + phases[k]) / 3;
    });
    raise(take, frame, "browInnerUp", energy * DRIFT * (0.6 + drift));
    raise(take, frame, "browOuterUpLeft", energy * DRIFT * (0.4 + drift));
    raise(take, frame, "browOuterUpRight", energy * DRIFT * (0.4 + drift));
  }
  for (const accent of phrasing.accents) actAccent(take, voice, accent, energy, chance);
}

function actAccent(take: Take, voice: Voice, accent: Accent, energy: number, chance: Random): void {
  const pick = chance.uniform();
  const vary = 0.7 + 0.6 * chance.uniform();
  const length = 0.2 + 0.3 * chance.uniform();
  const lean = 0.25 * chance.normal();
  const at = accent.hop * voice.hopSeconds - 0.06;
  const melody = clamp(0.35 + accent.rise / 8, 0, 1);
  if (pick < LIFT_CHANCE * (0.4 + melody)) {
    const size = energy * LIFT_SIZE * accent.strength * melody * vary;
    bump(take, at, length, "browInnerUp", size);
    bump(take, at, length, "browOuterUpLeft", 0.8 * size * clamp(1 + lean, 0, 2));
    bump(take, at, length, "browOuterUpRight", 0.8 * size * clamp(1 - lean, 0, 2));
    bump(take, at, length, "eyeWideLeft", 0.25 * size);
    bump(take, at, length, "eyeWideRight", 0.25 * size);
  } else if (pick > 1 - FROWN_CHANCE * accent.strength) {
    const size = energy * FROWN_SIZE * accent.strength * vary;
    bump(take, at, length, "browDownLeft", size * clamp(1 + lean, 0, 2));
    bump(take, at, length, "browDownRight", size * clamp(1 - lean, 0, 2));
  }
}

/** A rise and fall about a time, the fall slower. */
function bump(take: Take, seconds: number, length: number, name: Channel, size: number): void {
  const rise = 0.4 * length;
  const fall = 0.8 * length;
  const first = Math.max(0, Math.floor((seconds - rise) * take.fps));
  const last = Math.min(take.frameCount - 1, Math.ceil((seconds + fall + 0.1) * take.fps));
  for (let frame = first; frame <= last; frame++) {
    const t = (frame + 0.5) / take.fps - seconds;
    const shape = Math.min(smoothstep(-rise, 0, t), 1 - smoothstep(0.1, 0.1 + fall, t));
    raise(take, frame, name, size * shape);
  }
}

function raise(take: Take, frame: number, name: Channel, value: number): void {
  const i = frame * CHANNEL_COUNT + CHANNEL_INDEX[name];
  take.weights[i] = Math.min(1, take.weights[i] + Math.max(0, value));
}
