/**
 * @file How people move to what they sing: nods on the beat, a sway over several, the head back and
 * the eyes shut on long high notes, brows that rise with the pitch.
 *
 * Nothing of it in speech; and of the beat only as much as there is one.
 */
import { CHANNEL_COUNT, CHANNEL_INDEX, type Channel } from "../base/channels.js";
import { clamp, gaussianSmooth, mix, sampleAt, smoothstep } from "../base/curves.js";
import { randomOf } from "../base/random.js";
import { type Beats, findBeats } from "../voice/beat.js";
import { findHeld, type VoiceMode } from "../voice/singing.js";
import type { Voice } from "../voice/voice.js";
import { type Phrasing, spansOf } from "./phrases.js";
import { HEAD_SIZE, type Take } from "./take.js";

const DEGREE = Math.PI / 180;

/** Sizes by what is done: degrees, cm and weights at full strength. */
interface Groove {
  /** A nod on a strong beat, and on the others. */
  readonly nod: readonly [number, number];
  /** Sway: roll, yaw and the way sideways. */
  readonly roll: number;
  readonly yaw: number;
  readonly side: number;
  /** Chin forward, and brows up, on strong beats that are sung. */
  readonly chin: number;
  readonly brow: number;
  /** Beats are felt no quicker than this, seconds: else every other one is. */
  readonly quickest: number;
}

const GROOVES: Readonly<Record<"rap" | "song", Groove>> = {
  song: { nod: [1.3, 0.8], roll: 2.2, yaw: 1, side: 0.35, chin: 0.1, brow: 0.06, quickest: 0.5 },
  rap: { nod: [3, 1.8], roll: 1.1, yaw: 1.2, side: 0.2, chin: 0.35, brow: 0.22, quickest: 0.42 },
};
/** A beat this strong is danced to in full, and one this weak not at all. */
const STRENGTH = [0.12, 0.45] as const;
/** The head is lowest a little before the beat, seconds; and its nod takes this share of a beat. */
const AHEAD = 0.02;
const NOD_SHARE = 0.22;
/** Beats of a sway, there and back. */
const SWAY_BEATS = 4;
/** Without voice the head moves so much to the beat. */
const RESTING = 0.75;

/** From here on a note is long, and from here on high, hops and semitones; then eyes may shut. */
const LONG_HOPS = [55, 110] as const;
const HIGH = [1.5, 6] as const;
const SHUT = 0.9;
const SHUT_CHANCE = 0.75;
/** How far the head goes back on a high or loud note, degrees, and how slowly: sigma, hops. */
const BACK_DEG = 4;
const BACK_SIGMA = 22;
/** Brows on the highest notes, and how slowly: sigma, hops. */
const BROWS_UP = 0.45;
const BROW_SIGMA = 12;

/** How much is moved; 1 = as people do. */
export interface GrooveEnergy {
  readonly head: number;
  readonly expression: number;
}

/** Moves a take to its music, if it sings or raps. */
export function actGroove(
  take: Take,
  voice: Voice,
  phrasing: Phrasing,
  mode: VoiceMode,
  energy: GrooveEnergy,
): void {
  if (mode === "speech") return;
  const groove = GROOVES[mode];
  const beats = findBeats(voice.onsets);
  if (beats !== undefined) dance(take, voice, phrasing, beats, groove, energy);
  if (mode === "song") feelNotes(take, voice, phrasing, energy);
}

/** Nods and sways. */
function dance(
  take: Take,
  voice: Voice,
  phrasing: Phrasing,
  beats: Beats,
  groove: Groove,
  energy: GrooveEnergy,
): void {
  const size = smoothstep(STRENGTH[0], STRENGTH[1], beats.strength);
  if (size === 0) return;
  const every = beats.periodSeconds < groove.quickest ? 2 : 1;
  const times = beats.times.filter((_, k) => k % every === 0);
  const chance = randomOf(take.seed, "groove");
  const sizes = times.map(() => 0.75 + 0.5 * chance.uniform());
  const side = chance.uniform() < 0.5 ? -1 : 1;
  let k = 0;
  for (let frame = 0; frame < take.frameCount; frame++) {
    const seconds = (frame + 0.5) / take.fps + AHEAD;
    while (k + 1 < times.length && times[k + 1] <= seconds) k++;
    const gap = (times[k + 1] ?? times[k] + beats.periodSeconds * every) - times[k];
    const phase = k + clamp((seconds - times[k]) / gap, 0, 1);
    const sung = clamp(sampleAt(phrasing.speech, seconds / voice.hopSeconds), 0, 1);
    const lively = size * mix(RESTING, 1, sung);
    const near = Math.round(phase);
    const width = NOD_SHARE * gap;
    const peak = Math.exp(-2 * (((phase - near) * gap) / width) ** 2);
    const isStrong = near % 2 === 0;
    const nod = (isStrong ? groove.nod[0] : groove.nod[1]) * (sizes[near] ?? 1) * peak;
    const sway = side * Math.sin((2 * Math.PI * phase) / SWAY_BEATS);
    const head = take.head.subarray(frame * HEAD_SIZE, (frame + 1) * HEAD_SIZE);
    const moved = energy.head * lively;
    // A nod goes down and up about where the head would be.
    head[0] += moved * DEGREE * (nod - 0.35 * groove.nod[1]);
    head[1] += moved * DEGREE * groove.yaw * side * Math.sin((Math.PI * phase) / SWAY_BEATS);
    head[2] += moved * DEGREE * groove.roll * sway;
    head[3] -= moved * groove.side * sway;
    head[5] += moved * groove.chin * peak;
    if (isStrong) {
      const brow = energy.expression * lively * sung * groove.brow * peak;
      lift(take, frame, "browInnerUp", brow);
      lift(take, frame, "browOuterUpLeft", brow);
      lift(take, frame, "browOuterUpRight", brow);
    }
  }
}

/** What long and high notes do to head, brows and eyes. */
function feelNotes(take: Take, voice: Voice, phrasing: Phrasing, energy: GrooveEnergy): void {
  const { hopCount, hopSeconds } = voice;
  const held = findHeld(voice);
  const chance = randomOf(take.seed, "notes");
  const high = Float32Array.from({ length: hopCount }, (_, hop) =>
    phrasing.pitch[hop] === 0 ? 0 : held[hop] * smoothstep(HIGH[0], HIGH[1], phrasing.pitch[hop]),
  );
  const shut = new Float32Array(hopCount);
  for (const { start, end } of spansOf(held.map((value) => (value > 0.5 ? 1 : 0)))) {
    const long = smoothstep(LONG_HOPS[0], LONG_HOPS[1], end - start);
    const top = Math.max(...high.subarray(start, end));
    const isShut = chance.uniform() < SHUT_CHANCE * long * (0.4 + 0.6 * top);
    if (isShut) shut.fill(1, start + 15, Math.max(start + 15, end - 12));
  }
  const lids = gaussianSmooth(shut, 9);
  const loud = gaussianSmooth(phrasing.loudness, BACK_SIGMA);
  const back = gaussianSmooth(high, BACK_SIGMA);
  const brows = gaussianSmooth(high, BROW_SIGMA);
  for (let frame = 0; frame < take.frameCount; frame++) {
    const hop = (frame + 0.5) / take.fps / hopSeconds - 0.5;
    const rise = sampleAt(back, hop) * (0.6 + 0.5 * sampleAt(loud, hop));
    take.head[frame * HEAD_SIZE] -= energy.head * DEGREE * BACK_DEG * rise;
    const brow = energy.expression * BROWS_UP * sampleAt(brows, hop);
    lift(take, frame, "browInnerUp", brow);
    lift(take, frame, "browOuterUpLeft", 0.5 * brow);
    lift(take, frame, "browOuterUpRight", 0.5 * brow);
    const lid = Math.min(1, energy.expression) * SHUT * sampleAt(lids, hop);
    for (const name of ["eyeBlinkLeft", "eyeBlinkRight"] as const) {
      const at = frame * CHANNEL_COUNT + CHANNEL_INDEX[name];
      take.weights[at] = Math.max(take.weights[at], lid);
    }
  }
}

function lift(take: Take, frame: number, name: Channel, more: number): void {
  const at = frame * CHANNEL_COUNT + CHANNEL_INDEX[name];
  take.weights[at] = clamp(take.weights[at] + more, 0, 1);
}
