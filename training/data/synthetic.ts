/** @file Much synthetic speech: sentences, voices and styles by chance. */
import type { Random } from "../../src/base/random.js";
import { CLASS_INDEX } from "../../src/voice/classes.js";
import { HEARING_HZ } from "../../src/voice/mel.js";
import type { UtteranceKind } from "./corpus.js";
import type { Espeak, SpeakingStyle, Speech } from "./espeak.js";
import { VARIANTS } from "./languages.js";
import { joined, type SpokenUtterance } from "./sound.js";

/** What to speak. */
export interface SpeakingPlan {
  readonly voice: string;
  readonly sentences: readonly string[];
  readonly seconds: number;
  readonly kind: UtteranceKind;
  /** Least and most words per minute. */
  readonly rate: readonly [number, number];
}

/** Silence before and after, seconds, at most: people do not speak from first to last sample. */
const REST_SECONDS = 0.4;
/** What is shorter is not worth it, seconds. */
const SHORTEST_SECONDS = 0.5;

/** Sentences in random order and styles until there are enough seconds. */
export function* speakMuch(
  espeak: Espeak,
  plan: SpeakingPlan,
  random: Random,
): Generator<SpokenUtterance> {
  let queue: string[] = [];
  let left = plan.seconds;
  let silent = 0;
  for (let number = 0; left > 0; number++) {
    if (queue.length === 0) queue = shuffled(plan.sentences, random);
    const text = queue.pop() ?? "";
    const style: SpeakingStyle = {
      voice: plan.voice,
      variant: pick(VARIANTS, random),
      wordsPerMinute: Math.round(between(plan.rate[0], plan.rate[1], random)),
      pitch: Math.round(between(20, 85, random)),
      range: Math.round(between(20, 90, random)),
    };
    const speech = withRest(espeak.speak(text, style), random);
    const seconds = speech.samples.length / HEARING_HZ;
    if (seconds < SHORTEST_SECONDS) {
      // A voice that says nothing must not keep us here for ever.
      if (++silent > 20) throw new Error(`The voice ${plan.voice} says nothing.`);
      continue;
    }
    left -= seconds;
    yield {
      id: `espeak-${plan.kind}-${plan.voice}-${number}`,
      speaker: `espeak-${style.variant || "plain"}-${style.pitch}`,
      ...{ language: plan.voice, kind: plan.kind },
      ...{ samples: speech.samples, spans: speech.spans },
    };
  }
}

function withRest({ samples, spans }: Speech, random: Random) {
  const before = Math.round(random.uniform() * REST_SECONDS * HEARING_HZ);
  const after = Math.round(random.uniform() * REST_SECONDS * HEARING_HZ);
  const shift = before / HEARING_HZ;
  const end = (before + samples.length) / HEARING_HZ;
  const classes = [CLASS_INDEX.sil];
  return {
    samples: joined([new Float32Array(before), samples, new Float32Array(after)]),
    spans: [
      { start: 0, end: shift, classes },
      ...spans.map((span) => ({ ...span, start: span.start + shift, end: span.end + shift })),
      { start: end, end: end + after / HEARING_HZ, classes },
    ],
  };
}

/** One of the values. */
export function pick<T>(values: readonly T[], random: Random): T {
  return values[Math.floor(random.uniform() * values.length)];
}

/** Evenly between two numbers. */
export function between(low: number, high: number, random: Random): number {
  return low + (high - low) * random.uniform();
}

/** The same values in random order. @source Fisher & Yates 1938, as by Durstenfeld 1964. */
export function shuffled<T>(values: readonly T[], random: Random): T[] {
  const out = values.slice();
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random.uniform() * (i + 1));
    [out[i], out[j]] = [out[j], out[i]];
  }
  return out;
}
