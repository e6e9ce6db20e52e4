/**
 * @file Feelings as faces: what each does to brows, lids, cheeks and mouth, to the head and to how
 * lively somebody is, and how they are mixed and change over time.
 *
 * Presets are made by hand and judged by eye: recordings of acted emotions do not give usable ones
 * (a "happy" actor hardly smiles, an "angry" one bares his teeth).
 *
 * @source Which muscles: Ekman & Friesen, Facial Action Coding System.
 */
import type { ChannelWeights } from "../base/channels.js";
import { FilmError } from "../base/errors.js";

/** Feelings by their names, neutral first. */
export const EMOTIONS = [
  "neutral",
  "happy",
  "tender",
  "sad",
  "angry",
  "afraid",
  "surprised",
  "disgusted",
] as const;

/** Name of a feeling. */
export type EmotionName = (typeof EMOTIONS)[number];

/** Intensities, 0..1 each; what is left out is 0. */
export type EmotionMix = Readonly<Partial<Record<EmotionName, number>>>;

/** What is felt from some time on. */
export interface EmotionCue {
  readonly seconds: number;
  readonly mix: EmotionMix;
}

/** What a feeling does at full intensity. */
export interface EmotionPreset {
  /** Added to the face while speaking. */
  readonly face: ChannelWeights;
  /** Added where nobody speaks: it would spoil the sounds. */
  readonly silent: ChannelWeights;
  /** Added to the head, degrees: bowing, tilting (the side is chance's). */
  readonly bow: number;
  readonly tilt: number;
  /** Motion of the head, and blinks, against usual. */
  readonly motion: number;
  readonly blink: number;
}

const CALM: EmotionPreset = { face: {}, silent: {}, bow: 0, tilt: 0, motion: 1, blink: 1 };

/** The presets. */
export const PRESETS: Readonly<Record<EmotionName, EmotionPreset>> = {
  neutral: CALM,
  happy: {
    ...CALM,
    face: {
      mouthSmile: 0.57,
      cheekSquint: 0.55,
      eyeSquint: 0.28,
      mouthDimple: 0.14,
      browOuterUp: 0.1,
    },
    silent: { mouthSmile: 0.2, mouthUpperUp: 0.08 },
    bow: -1.5,
    motion: 1.15,
    blink: 0.8,
  },
  tender: {
    ...CALM,
    face: {
      mouthSmile: 0.34,
      browInnerUp: 0.3,
      eyeSquint: 0.16,
      cheekSquint: 0.15,
      eyeBlink: 0.08,
    },
    silent: { mouthSmile: 0.08 },
    bow: 1.5,
    tilt: 4,
    motion: 0.8,
  },
  sad: {
    ...CALM,
    face: {
      ...{ browInnerUp: 0.65, browDown: 0.12, mouthFrown: 0.42, eyeBlink: 0.16, eyeSquint: 0.1 },
      mouthShrugLower: 0.16,
    },
    silent: { mouthFrown: 0.2, mouthShrugLower: 0.2, mouthRollLower: 0.1 },
    bow: 4.5,
    tilt: 2,
    motion: 0.65,
    blink: 1.3,
  },
  angry: {
    ...CALM,
    face: {
      ...{ browDown: 0.75, eyeSquint: 0.3, eyeWide: 0.12, noseSneer: 0.35, mouthFrown: 0.25 },
      ...{ mouthLowerDown: 0.1, jawForward: 0.15 },
    },
    silent: { mouthPress: 0.4, mouthFrown: 0.15 },
    bow: 3.5,
    motion: 1.35,
    blink: 1.1,
  },
  afraid: {
    ...CALM,
    face: {
      ...{ browInnerUp: 0.9, browOuterUp: 0.3, browDown: 0.25, eyeWide: 0.85, mouthStretch: 0.4 },
      mouthFrown: 0.24,
    },
    silent: { jawOpen: 0.05, mouthStretch: 0.12 },
    bow: -2.5,
    motion: 0.9,
    blink: 0.45,
  },
  surprised: {
    ...CALM,
    face: { browInnerUp: 0.6, browOuterUp: 0.75, eyeWide: 0.65 },
    silent: { jawOpen: 0.14, mouthFunnel: 0.1 },
    bow: -3,
    motion: 1.1,
    blink: 0.6,
  },
  disgusted: {
    ...CALM,
    face: {
      ...{ noseSneer: 0.75, mouthUpperUp: 0.28, browDown: 0.4, eyeSquint: 0.35, cheekSquint: 0.2 },
      mouthFrown: 0.18,
    },
    silent: { mouthShrugLower: 0.25, mouthUpperUp: 0.1 },
    bow: -2,
    tilt: 2,
    motion: 0.85,
  },
};

/**
 * Reads a mix: "happy", "happy:0.7", "happy:0.7,surprised:0.2".
 *
 * @throws FilmError option_invalid, naming what was wrong.
 */
export function readEmotionMix(text: string): EmotionMix {
  const mix: Partial<Record<EmotionName, number>> = {};
  for (const part of text.split(",")) {
    const [name, size = "1", ...more] = part.trim().split(":");
    const emotion = EMOTIONS.find((one) => one === name);
    if (emotion === undefined) {
      throw wrong(text, `“${name}” is no emotion; there are ${EMOTIONS.join(", ")}`);
    }
    const intensity = Number(size);
    const isNumber = size.trim() !== "" && intensity >= 0 && intensity <= 1 && more.length === 0;
    if (!isNumber) throw wrong(text, `the intensity of ${name} must be a number from 0 to 1`);
    mix[emotion] = intensity;
  }
  return mix;
}

/**
 * Reads what is felt when: "0s=neutral 4.5s=angry:0.8", or one such cue a line; lines that begin
 * with # are left out.
 *
 * @returns Cues in the order of time.
 * @throws FilmError option_invalid, naming what was wrong.
 */
export function readEmotionCues(text: string): EmotionCue[] {
  const words = text
    .split("\n")
    .filter((line) => !line.trim().startsWith("#"))
    .flatMap((line) => line.trim().split(/\s+/))
    .filter((word) => word !== "");
  const cues = words.map((word) => {
    const parts = /^(\d+(?:\.\d+)?)s?=(.+)$/.exec(word);
    if (parts === null) throw wrong(word, "a cue is written like 4.5s=angry:0.8");
    return { seconds: Number(parts[1]), mix: readEmotionMix(parts[2]) };
  });
  if (cues.length === 0) throw wrong(text, "there is no cue");
  return cues.sort((a, b) => a.seconds - b.seconds);
}

function wrong(text: string, why: string): FilmError {
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return new FilmError("option_invalid", `The emotion “${shown}” cannot be read: ${why}.`, {
    emotion: shown,
  });
}
