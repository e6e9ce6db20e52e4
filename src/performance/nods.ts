/**
 * @file Nods that go with accents, and lead them.
 *
 * @source Sizes and the lead measured on ten talkers (training/motion_statistics): the head leads the
 *   voice by about 170 ms.
 */
import { randomOf } from "../base/random.js";
import type { Voice } from "../voice/voice.js";
import type { Accent } from "./phrases.js";

/** The head is ahead of the voice, seconds. */
export const LEAD_SECONDS = 0.17;
/** A nod at full strength, degrees; down for so long, back for so long, seconds. */
const NOD_DEG = 3.1;
const NOD_DOWN = 0.15;
const NOD_BACK = 0.34;

/** One nod. */
export interface Nod {
  /** When it is lowest, seconds. */
  readonly seconds: number;
  /** Degrees: pitch, yaw, roll. */
  readonly size: readonly number[];
}

/** A nod for most accents, deeper for stronger ones; sometimes more of a tilt or a turn. */
export function drawNods(accents: readonly Accent[], voice: Voice, seed: number): Nod[] {
  const chance = randomOf(seed, "head nods");
  const nods: Nod[] = [];
  for (const { hop, strength } of accents) {
    const wanted = chance.uniform() < 0.45 + 0.5 * strength;
    const depth = NOD_DEG * strength * (0.6 + 0.6 * chance.uniform());
    const side = chance.normal();
    if (!wanted) continue;
    nods.push({
      seconds: hop * voice.hopSeconds - LEAD_SECONDS + NOD_DOWN,
      size: [depth, 0.25 * depth * side, 0.2 * depth * chance.normal()],
    });
  }
  return nods;
}

/** What nods add to the head at a time, degrees. @param axis - 0 pitch, 1 yaw, 2 roll. */
export function nodAt(nods: readonly Nod[], seconds: number, axis: number): number {
  let sum = 0;
  for (const nod of nods) {
    const t = seconds - nod.seconds;
    if (t < -2 * NOD_DOWN || t > 2.5 * NOD_BACK) continue;
    const width = t < 0 ? NOD_DOWN : NOD_BACK;
    sum += nod.size[axis] * Math.exp(-2 * (t / width) ** 2);
  }
  return sum;
}
