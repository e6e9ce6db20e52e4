/**
 * @file How the head moves with a voice: a posture per phrase, nods that lead the accents, and the
 * small restlessness of anybody alive. Never still, never jittering.
 *
 * @source Sizes and spectra measured on ten talkers (training/motion_statistics): most of the motion
 *   is slower than half a hertz; the head leads the voice by about 170 ms.
 */
import { clamp, sampleAt } from "../base/curves.js";
import { type Random, randomOf } from "../base/random.js";
import type { Voice } from "../voice/voice.js";
import { drawNods, LEAD_SECONDS, nodAt } from "./nods.js";
import type { Phrasing } from "./phrases.js";
import { HEAD_SIZE, type Take } from "./take.js";

const DEGREE = Math.PI / 180;
/** Spread of a phrase's posture: pitch, yaw, roll in degrees; x, y, z in cm. */
const POSTURE = [1.9, 3.1, 1.9, 0.12, 0.05, 0.25] as const;
/** Spread of the restless motion, same units. */
const RESTLESS = [1, 1.1, 0.65, 0.05, 0.03, 0.1] as const;
/** Restless motion in silence against speech. */
const IDLE = 0.5;
/** Bands of the restless motion, Hz, and their share of its variance. */
const BANDS = [
  { from: 0.12, to: 0.5, share: 0.62 },
  { from: 0.5, to: 1, share: 0.24 },
  { from: 1, to: 2, share: 0.1 },
  { from: 2, to: 3.2, share: 0.04 },
] as const;
const WAVES_PER_BAND = 7;
/** Time constant at which a new posture is taken, seconds. */
const SETTLE = 0.28;
/** The spring moves in steps of at most this, seconds, however long a frame is. */
const SPRING_SECONDS = 0.01;

/** Writes head poses into a take. @param energy - 1 = as people do, 0 = nearly still. */
export function actHead(take: Take, voice: Voice, phrasing: Phrasing, energy: number): void {
  const posture = postures(take, voice, phrasing, randomOf(take.seed, "head posture"));
  const waves = RESTLESS.map((_, axis) => drawWaves(randomOf(take.seed, `head restless ${axis}`)));
  const nods = drawNods(phrasing.accents, voice, take.seed);
  for (let frame = 0; frame < take.frameCount; frame++) {
    const seconds = (frame + 0.5) / take.fps;
    const lively = IDLE + (1 - IDLE) * sampleAt(phrasing.speech, seconds / voice.hopSeconds);
    for (let axis = 0; axis < HEAD_SIZE; axis++) {
      let value = posture[axis][frame] + RESTLESS[axis] * lively * sumWaves(waves[axis], seconds);
      if (axis < 3) value += nodAt(nods, seconds, axis);
      const unit = axis < 3 ? DEGREE : 1;
      take.head[frame * HEAD_SIZE + axis] = energy * value * unit;
    }
  }
}

/**
 * Postures per frame: each phrase (and each long breath within one) takes a new one, shortly before
 * it begins; pauses bring the head half way back.
 */
function postures(take: Take, voice: Voice, phrasing: Phrasing, chance: Random): Float32Array[] {
  const goals = postureGoals(voice, phrasing, take.frameCount / take.fps, chance);
  return POSTURE.map((spread, axis) => {
    const curve = new Float32Array(take.frameCount);
    let x = 0;
    let v = 0;
    let next = 0;
    let goal = 0;
    const steps = Math.ceil(1 / take.fps / SPRING_SECONDS);
    const h = 1 / take.fps / steps;
    const omega = 1 / SETTLE;
    for (let frame = 0; frame < take.frameCount; frame++) {
      for (let k = 1; k <= steps; k++) {
        const seconds = (frame - 0.5) / take.fps + k * h;
        while (next < goals.length && goals[next].seconds <= seconds) {
          goal = goals[next++].pose[axis];
        }
        v += h * (omega * omega * (goal - x) - 2 * omega * v);
        x += h * v;
      }
      curve[frame] = spread * x;
    }
    return curve;
  });
}

interface Goal {
  readonly seconds: number;
  /** In spreads, shape [6]. */
  readonly pose: readonly number[];
}

/** Within a phrase the posture changes at least this often, seconds. */
const POSTURE_SECONDS = 2.2;

function postureGoals(voice: Voice, phrasing: Phrasing, end: number, chance: Random): Goal[] {
  const goals: Goal[] = [];
  let last: readonly number[] = POSTURE.map(() => 0);
  const add = (seconds: number, size: number) => {
    const away = POSTURE.map(() => clamp(chance.normal(), -1.8, 1.8) * size);
    // Turning and tilting go together, as necks do.
    away[2] = 0.5 * away[2] - 0.5 * away[1] * size;
    last = away.map((value, axis) => 0.25 * last[axis] + value);
    goals.push({ seconds, pose: last });
  };
  for (const { start, end: stop } of phrasing.phrases) {
    const from = start * voice.hopSeconds - LEAD_SECONDS - 0.15;
    const to = stop * voice.hopSeconds;
    add(Math.max(0, from), 1);
    for (
      let t = from + POSTURE_SECONDS;
      t < to - 0.6;
      t += POSTURE_SECONDS * (0.7 + 0.6 * chance.uniform())
    ) {
      add(t, 0.9);
    }
    goals.push({ seconds: to + 0.1, pose: last.map((value) => 0.5 * value) });
  }
  goals.sort((a, b) => a.seconds - b.seconds);
  fillIdle(goals, end, chance);
  return goals;
}

/** In long silences the head still shifts now and then. */
function fillIdle(goals: Goal[], end: number, chance: Random): void {
  const times = [0, ...goals.map(({ seconds }) => seconds), end];
  for (let k = 0; k + 1 < times.length; k++) {
    for (let t = times[k] + 2.5; t < times[k + 1] - 1; t += 2 + 2 * chance.uniform()) {
      goals.push({ seconds: t, pose: POSTURE.map(() => 0.55 * clamp(chance.normal(), -1.5, 1.5)) });
    }
  }
  goals.sort((a, b) => a.seconds - b.seconds);
}

interface Wave {
  readonly omega: number;
  readonly phase: number;
  readonly size: number;
}

/** Waves of chance frequency and phase whose sum has unit variance and the bands' shares. */
function drawWaves(chance: Random): Wave[] {
  return BANDS.flatMap(({ from, to, share }) =>
    Array.from({ length: WAVES_PER_BAND }, () => ({
      omega: 2 * Math.PI * (from + (to - from) * chance.uniform()),
      phase: 2 * Math.PI * chance.uniform(),
      size: Math.sqrt((2 * share) / WAVES_PER_BAND),
    })),
  );
}

function sumWaves(waves: readonly Wave[], seconds: number): number {
  let sum = 0;
  for (const { omega, phase, size } of waves) sum += size * Math.sin(omega * seconds + phase);
  return sum;
}
