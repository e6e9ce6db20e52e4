/** @file Whether a head moves to the beat of what it sings. */
import { gaussianSmooth } from "../base/curves.js";
import { findBeats } from "../voice/beat.js";
import type { Finding } from "./measure.js";
import { anglesOf, type Track } from "./track.js";

/** A turning point so far from a beat is half on it: a Gaussian's sigma, seconds. */
const NEAR_SECONDS = 0.07;
/** The network's noise makes turning points of its own: a Gaussian's sigma, seconds. */
const CALM_SECONDS = 0.08;
/** A beat weaker than this is none, see `Beats.strength`. */
const LEAST_STRENGTH = 0.12;
/** Shorter songs tell nothing, seconds. */
const LEAST_SECONDS = 5;
/** Places between two beats that tell what chance would score. */
const CONTROLS = 8;

/**
 * How much nearer to the beats than by chance the head slows down and turns round, 0 = as by chance.
 *
 * @source Beat alignment score: Li et al. 2021, "AI Choreographer"; here less the score of beats
 *   that are shifted, since any tempo has beats near everything.
 * @param onsets - Of a song's sound, see voice/beat.ts; nothing, if nobody sings.
 * @param startSeconds - When the sound begins on the film's clock.
 */
export function measureBeat(
  track: Track,
  onsets: Float32Array | undefined,
  startSeconds: number,
): Finding {
  if (onsets === undefined) return { name: "beatAlign", note: "Nobody sings." };
  const beats = findBeats(onsets);
  if (beats === undefined || beats.strength < LEAST_STRENGTH) {
    return { name: "beatAlign", note: "There is no steady beat." };
  }
  const turns = turningPoints(track);
  const times = beats.times.map((time) => time + startSeconds);
  const [from, to] = [times[0], times[times.length - 1]];
  const within = turns.filter((time) => time >= from && time <= to);
  if (within.length < 4 || to - from < LEAST_SECONDS) {
    return { name: "beatAlign", note: "There is too little song or motion." };
  }
  const chance = Array.from({ length: CONTROLS }, (_, k) => k / CONTROLS).reduce(
    (sum, share) => sum + nearness(within, times, share * beats.periodSeconds) / CONTROLS,
    0,
  );
  return { name: "beatAlign", value: nearness(within, times, 0) - chance };
}

/** When the head is slower than just before and just after, seconds. */
function turningPoints(track: Track): number[] {
  const { fps, frameCount, times } = track;
  const angles = anglesOf(track).map((curve) => gaussianSmooth(curve, CALM_SECONDS * fps));
  const speed = Float32Array.from({ length: Math.max(0, frameCount - 1) }, (_, i) =>
    Math.hypot(...angles.map((curve) => curve[i + 1] - curve[i])),
  );
  const found: number[] = [];
  for (let i = 1; i + 1 < speed.length; i++) {
    if (speed[i] >= speed[i - 1] || speed[i] > speed[i + 1]) continue;
    found.push((times[i] + times[i + 1]) / 2 + 0.5 / fps);
  }
  return found;
}

/** How near to a beat, shifted by so much, the given times are, 0..1. */
function nearness(moments: readonly number[], beats: readonly number[], shift: number): number {
  const sum = moments.reduce((total, moment) => {
    const away = Math.min(...beats.map((beat) => Math.abs(beat + shift - moment)));
    return total + Math.exp(-0.5 * (away / NEAR_SECONDS) ** 2);
  }, 0);
  return sum / moments.length;
}
