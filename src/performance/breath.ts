/** @file The chest: quick in before a phrase, slowly out while speaking, a calm tide in silence. */
import { smoothstep } from "../base/curves.js";
import { randomOf } from "../base/random.js";
import type { Voice } from "../voice/voice.js";
import type { Phrasing } from "./phrases.js";
import type { Take } from "./take.js";

/** A breath at rest, seconds. */
const TIDE_SECONDS = 4;
const TIDE_SIZE = 0.45;
/** How long before a phrase the breath is taken, seconds. */
const INTAKE_SECONDS = 0.45;
/** Time constants of filling and emptying, seconds. */
const FILL = 0.22;
const EMPTY = 1.6;

/** Writes the breath into a take. */
export function actBreath(take: Take, voice: Voice, phrasing: Phrasing): void {
  const phase = 2 * Math.PI * randomOf(take.seed, "breath").uniform();
  const h = voice.hopSeconds;
  const spoken = phrasing.phrases.map(({ start, end }) => ({ from: start * h, to: end * h }));
  let level = 0.2;
  let next = 0;
  for (let frame = 0; frame < take.frameCount; frame++) {
    const t = (frame + 0.5) / take.fps;
    while (next < spoken.length && spoken[next].to < t) next++;
    const phrase = spoken[next];
    const untilStart = phrase === undefined ? Infinity : phrase.from - t;
    const speaking = untilStart <= 0;
    const tide = TIDE_SIZE * (0.5 - 0.5 * Math.cos((2 * Math.PI * t) / TIDE_SECONDS + phase));
    const intake = smoothstep(INTAKE_SECONDS, 0.1, untilStart);
    const goal = speaking ? 0.05 : tide + (1 - tide) * intake;
    const pace = goal > level && intake > 0 ? FILL : EMPTY;
    level += (goal - level) * (1 - Math.exp(-1 / take.fps / pace));
    take.breath[frame] = level;
  }
}
