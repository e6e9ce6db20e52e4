/**
 * @file What is felt, over time, on a face that speaks: feelings come and go as faces do it, never
 * quite even and never quite still, and leave the sounds as they are.
 */
import { CHANNEL_COUNT, CHANNELS, setChannels } from "../base/channels.js";
import { clamp, gaussianSmooth, mix, sampleAt, smoothstep } from "../base/curves.js";
import { type Random, randomOf } from "../base/random.js";
import type { Voice } from "../voice/voice.js";
import { readArousal, tintOf } from "./arousal.js";
import {
  EMOTIONS,
  type EmotionCue,
  type EmotionName,
  type EmotionPreset,
  PRESETS,
} from "./emotion.js";
import type { Phrasing } from "./phrases.js";
import { HEAD_SIZE, type Take } from "./take.js";

const DEGREE = Math.PI / 180;
/** A feeling comes within so long, brows first, and the corners of the mouth last, seconds. */
const ONSET_SECONDS = 0.55;
const DELAY_SECONDS: Readonly<Record<string, number>> = { brow: 0, eye: 0.03, nose: 0.05 };
const DELAY_ELSE = 0.09;
/** It swells and ebbs by this, so slowly: a Gaussian's sigma, seconds. */
const SWELL = 0.22;
const SWELL_SECONDS = 0.9;
/** One side feels it more, by up to about this. */
const LEANING = 0.14;
/** How loud a voice is moves its feeling: quiet, and loud. */
const VOICED = [0.75, 1.12] as const;
const VOICED_SIGMA = 30;
/** Motion of the head of a calm and of an aroused voice, against usual. */
const ROUSED = [0.75, 1.3] as const;
/** However sad, somebody moves and blinks this much of what is usual. */
const MOTION_MIN = 0.3;
const BLINK_MIN = 0.2;
/** Silence shows what speech must not; it begins after this: a Gaussian's sigma, hops. */
const SILENT_SIGMA = 18;

/** What a mood does to face and head. */
export interface Mood {
  /** Blinks against usual, at a time in seconds. */
  blinkAt(seconds: number): number;
  /** Motion of the head against usual, shape [frames]. */
  livelyOf(take: Take): Float32Array;
  /** Writes the mood's posture into a take. */
  bend(take: Take, energy: number): void;
  /** Writes the mood's face into a take. */
  show(take: Take, energy: number): void;
}

/** A feeling that comes up, and when. */
interface Feeling {
  readonly preset: EmotionPreset;
  /** Shape [hops]. */
  readonly intensity: Float32Array;
}

/** A mood over a voice. @param cues - "auto" shows how aroused the voice sounds, and no more. */
export function makeMood(
  cues: readonly EmotionCue[] | "auto",
  voice: Voice,
  phrasing: Phrasing,
  seed: number,
): Mood {
  const arousal = cues === "auto" ? readArousal(voice, phrasing) : undefined;
  const told = arousal === undefined ? (cues as readonly EmotionCue[]) : tintOf(arousal, voice);
  const feelings = feelingsOf(told, voice);
  const chance = randomOf(seed, "emotion");
  const lean = leaningOf(chance);
  const tiltSign = chance.uniform() < 0.5 ? -1 : 1;
  const hopAt = (seconds: number) => seconds / voice.hopSeconds - 0.5;
  const weigh = (seconds: number, of: (preset: EmotionPreset) => number, rest: number) =>
    feelings.reduce((sum, { preset, intensity }) => {
      return sum + sampleAt(intensity, hopAt(seconds)) * (of(preset) - rest);
    }, rest);
  return {
    blinkAt: (seconds) => {
      const blink = weigh(seconds, (preset) => preset.blink, 1);
      return Math.max(BLINK_MIN, blink);
    },
    livelyOf: ({ frameCount, fps }) =>
      Float32Array.from({ length: frameCount }, (_, frame) => {
        const seconds = (frame + 0.5) / fps;
        const roused =
          arousal === undefined ? 1 : mix(ROUSED[0], ROUSED[1], sampleAt(arousal, hopAt(seconds)));
        return (
          roused *
          Math.max(
            MOTION_MIN,
            weigh(seconds, (preset) => preset.motion, 1),
          )
        );
      }),
    bend(take, energy) {
      for (let frame = 0; frame < take.frameCount; frame++) {
        const seconds = (frame + 0.5) / take.fps;
        const bow = weigh(seconds, (preset) => preset.bow, 0);
        const tilt = weigh(seconds, (preset) => preset.tilt, 0);
        take.head[frame * HEAD_SIZE] = energy * DEGREE * bow;
        take.head[frame * HEAD_SIZE + 2] = energy * DEGREE * tiltSign * tilt;
      }
    },
    show(take, energy) {
      if (feelings.length === 0) return;
      const swell = drawSwell(take, chance);
      const speech = gaussianSmooth(phrasing.speech, SILENT_SIGMA);
      const loudness = gaussianSmooth(phrasing.loudness, VOICED_SIGMA);
      const moves = feelings.flatMap(movesOf);
      for (let frame = 0; frame < take.frameCount; frame++) {
        const hop = hopAt((frame + 0.5) / take.fps);
        const spoken = clamp(sampleAt(speech, hop), 0, 1);
        const voiced = mix(1, mix(VOICED[0], VOICED[1], sampleAt(loudness, hop)), spoken);
        const size = energy * voiced * (1 + SWELL * swell[frame]);
        const row = take.weights.subarray(frame * CHANNEL_COUNT, (frame + 1) * CHANNEL_COUNT);
        for (const { channel, face, silent, intensity, delay } of moves) {
          const full = face + (1 - spoken) * silent;
          const felt = sampleAt(intensity, hop - delay / voice.hopSeconds);
          row[channel] += size * lean[channel] * felt * full;
        }
      }
    },
  };
}

/** Feelings that come up at all: they follow each other, none jumps. */
function feelingsOf(
  cues: readonly EmotionCue[],
  { hopCount, hopSeconds }: Voice,
): readonly Feeling[] {
  const isFelt = (name: EmotionName) =>
    name !== "neutral" && cues.some(({ mix: felt }) => (felt[name] ?? 0) > 0);
  return EMOTIONS.filter(isFelt).map((name) => {
    const intensity = new Float32Array(hopCount);
    let [from, value, last] = [0, 0, 0];
    cues.forEach(({ seconds, mix: felt }, k) => {
      // The first is felt before the film begins.
      const goal = felt[name] ?? 0;
      const start = k === 0 ? 0 : Math.round(seconds / hopSeconds);
      const onset = k === 0 ? 0 : ONSET_SECONDS / hopSeconds;
      intensity.fill(value, last, Math.min(start, hopCount));
      // What had only begun to come goes on from where it is.
      from = k === 0 ? goal : (intensity[Math.min(start, hopCount) - 1] ?? value);
      for (let hop = start; hop < hopCount; hop++) {
        intensity[hop] = mix(from, goal, onset === 0 ? 1 : smoothstep(0, onset, hop - start));
        if (hop - start > onset) break;
      }
      value = goal;
      last = Math.min(hopCount, Math.ceil(start + onset));
    });
    intensity.fill(value, last);
    return { preset: PRESETS[name], intensity };
  });
}

/** One channel that a feeling moves. */
interface Move {
  readonly channel: number;
  readonly face: number;
  /** Added in silence. */
  readonly silent: number;
  readonly intensity: Float32Array;
  /** Seconds. */
  readonly delay: number;
}

function movesOf({ preset, intensity }: Feeling): readonly Move[] {
  const face = setChannels(new Float32Array(CHANNEL_COUNT), preset.face);
  const silent = setChannels(new Float32Array(CHANNEL_COUNT), preset.silent);
  return CHANNELS.flatMap((name, channel) => {
    if (face[channel] === 0 && silent[channel] === 0) return [];
    const part = Object.keys(DELAY_SECONDS).find((stem) => name.startsWith(stem));
    const delay = part === undefined ? DELAY_ELSE : DELAY_SECONDS[part];
    return [{ channel, face: face[channel], silent: silent[channel], intensity, delay }];
  });
}

/** What each channel is multiplied by: no face is symmetric, shape [52]. */
function leaningOf(chance: Random): Float32Array {
  const parts = new Map<string, number>();
  return Float32Array.from(CHANNELS, (name) => {
    const part = /^[a-z]+/.exec(name)?.[0] ?? "";
    const lean = parts.get(part) ?? clamp(chance.normal(), -1.5, 1.5) * LEANING;
    parts.set(part, lean);
    return name.endsWith("Left") ? 1 + lean : name.endsWith("Right") ? 1 - lean : 1;
  });
}

/** A slow curve about 0 with spread 1, shape [frames]. */
function drawSwell({ frameCount, fps }: Take, chance: Random): Float32Array {
  const sigma = SWELL_SECONDS * fps;
  const noise = Float32Array.from({ length: frameCount }, () => chance.normal());
  // Smoothing leaves 1 / (2 √π σ) of the variance.
  const size = Math.sqrt(2 * Math.sqrt(Math.PI) * sigma);
  return gaussianSmooth(noise, sigma).map((value) => clamp(size * value, -1.3, 1.3));
}
