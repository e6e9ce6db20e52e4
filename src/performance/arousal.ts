/**
 * @file How aroused a voice sounds, over time. That much a voice tells; whether its speaker is glad
 * or angry it does not, and nothing is claimed of it here.
 */
import { clamp, gaussianSmooth, smoothstep } from "../base/curves.js";
import type { Sounds } from "../voice/voice.js";
import type { EmotionCue } from "./emotion.js";
import type { Phrasing } from "./phrases.js";

/** Arousal changes over this: a Gaussian's sigma, hops. */
const SIGMA = 130;
/** Spread of the pitch of a flat and of a lively speaker, semitones. */
const MELODY = [1.2, 4.5] as const;
/** Semitones over the speaker's middle, and loudness, that count as fully aroused. */
const HIGH = 5;
const LOUD = [0.35, 0.85] as const;
/** A joyful tint at most, beginning at this arousal; and how often it is looked at, seconds. */
const TINT = 0.3;
const TINT_FROM = 0.5;
const CUE_SECONDS = 2;

/**
 * Arousal 0..1, 0.5 = an ordinary talker; shape [hops].
 *
 * @source Pitch's height and range and loudness go with arousal: Juslin & Laukka 2003.
 */
export function readArousal({ hopCount }: Sounds, phrasing: Phrasing): Float32Array {
  const { speech, loudness, pitch } = phrasing;
  const spoken = gaussianSmooth(speech, SIGMA);
  const meanOf = (of: (hop: number) => number) =>
    gaussianSmooth(
      Float32Array.from({ length: hopCount }, (_, hop) => speech[hop] * of(hop)),
      SIGMA,
    ).map((sum, hop) => sum / (spoken[hop] + 0.05));
  const [n, sum, squares] = pitch.reduce(
    ([count, total, square], value) =>
      value === 0 ? [count, total, square] : [count + 1, total + value, square + value * value],
    [0, 0, 0],
  );
  const mean = n > 0 ? sum / n : 0;
  const spread = n > 0 ? Math.sqrt(Math.max(0, squares / n - mean * mean)) : 0;
  const melody = smoothstep(MELODY[0], MELODY[1], spread);
  const high = meanOf((hop) => clamp(pitch[hop] / HIGH, -1, 1));
  const loud = meanOf((hop) => smoothstep(LOUD[0], LOUD[1], loudness[hop]));
  return high.map((value, hop) =>
    clamp(0.15 + 0.45 * melody + 0.3 * value + 0.35 * (loud[hop] - 0.3), 0, 1),
  );
}

/** What may be shown of it: a little joy where the voice is lively. */
export function tintOf(arousal: Float32Array, { hopSeconds }: Sounds): EmotionCue[] {
  const cues: EmotionCue[] = [];
  for (let seconds = 0; seconds < arousal.length * hopSeconds; seconds += CUE_SECONDS) {
    const here = arousal[Math.floor(seconds / hopSeconds)];
    const happy = (TINT * Math.max(0, here - TINT_FROM)) / (1 - TINT_FROM);
    cues.push({ seconds, mix: { happy: Math.round(100 * happy) / 100 } });
  }
  return cues;
}
