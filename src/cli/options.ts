/** @file The options of the command line: one record each, from which parsing and help are made. */
import { InvalidArgumentError, Option } from "commander";
// Not all of what the package exports: help is told at once.
import { MARK_STRENGTH } from "../mark/mark.js";
import type { GazeHabit } from "../performance/eyes.js";
import { FPS_MOST } from "../performance/take.js";
import { SPEECH_PACE } from "../platform/speech.js";
import { CROP_SHAPES, type CropShape } from "../portrait/crop.js";
import {
  CONSENT_BASES,
  type ConsentBasis,
  LABEL_WISHES,
  type LabelWish,
} from "../trust/consent.js";

/** A number with limits. */
export interface NumberOption {
  readonly flag: string;
  readonly text: string;
  readonly min: number;
  readonly max: number;
  readonly fallback?: number;
  readonly whole?: boolean;
}

/** Sizes of films: the long side, px. */
const SIZE_4K_PX = 3840;
const SIZE_LEAST_PX = 128;
const SIZE_MOST_PX = 4096;

/** Makes commander's option of a record. */
export function sizeOption({ flag, text }: TextOption): Option {
  const range = `${SIZE_LEAST_PX} to ${SIZE_MOST_PX}`;
  const option = new Option(flag, `${text} (${range}), or 4k`);
  option.argParser((value) => {
    const px = /^4k$/i.test(value) ? SIZE_4K_PX : Number(value);
    if (Number.isInteger(px) && px >= SIZE_LEAST_PX && px <= SIZE_MOST_PX) return px;
    throw new InvalidArgumentError(`Must be a whole number from ${range}, or 4k.`);
  });
  return option;
}

/** One of a few words. */
export interface ChoiceOption {
  readonly flag: string;
  readonly text: string;
  readonly choices: readonly string[];
  readonly fallback?: string;
}

/** Makes commander's option of a record. */
export function numberOption({ flag, text, min, max, fallback, whole }: NumberOption): Option {
  const option = new Option(flag, `${text} (${min} to ${max})`);
  option.argParser((value) => {
    const number = Number(value);
    const isValid = value.trim() !== "" && number >= min && number <= max;
    if (isValid && (!whole || Number.isInteger(number))) return number;
    throw new InvalidArgumentError(
      `Must be a ${whole ? "whole " : ""}number from ${min} to ${max}.`,
    );
  });
  return fallback === undefined ? option : option.default(fallback);
}

/** Makes commander's option of a record. */
export function choiceOption({ flag, text, choices, fallback }: ChoiceOption): Option {
  const option = new Option(flag, text).choices(choices);
  return fallback === undefined ? option : option.default(fallback);
}

/** Words that are read later, a name of a file, or a flag. */
export interface TextOption {
  readonly flag: string;
  readonly text: string;
}

/** Makes commander's option of a record. */
export function textOption({ flag, text }: TextOption): Option {
  return new Option(flag, text);
}

/** How far eyes turn, degrees: sideways, and up or down. */
const GAZE_ACROSS = 30;
const GAZE_ALONG = 20;

/** Makes commander's option of a record. */
export function gazeOption({ flag, text }: TextOption): Option {
  const range = `x,y in degrees to the picture's right (up to ${GAZE_ACROSS}) and up (${GAZE_ALONG})`;
  const option = new Option(flag, `${text}, ${range}`);
  option.argParser((value): GazeHabit => {
    if (value === "natural" || value === "camera") return value;
    const parts = value.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
    const [x = Number.NaN, y = Number.NaN] = parts;
    if (Math.abs(x) <= GAZE_ACROSS && Math.abs(y) <= GAZE_ALONG && parts.length === 2) {
      return { yaw: x, pitch: -y };
    }
    throw new InvalidArgumentError(`Must be natural, camera, or ${range}.`);
  });
  return option.default("natural");
}

/** All options, by the name that commander gives them. */
export const OPTIONS = {
  size: sizeOption({
    flag: "--size <px>",
    text: "long side of the film; if not said, at most 1080, and small pictures are enlarged",
  }),
  crop: choiceOption({
    flag: "--crop <shape>",
    text: "only head and shoulders, in a square or upright (4:5), or the head alone (face)",
    choices: CROP_SHAPES,
  }),
  face: numberOption({
    flag: "--face <n>",
    text: "which face, counted from the largest",
    min: 1,
    max: 99,
    whole: true,
  }),
  filmedFace: numberOption({
    flag: "--face <n>",
    text: "which face, counted from the largest; it is kept through the film",
    min: 1,
    max: 99,
    whole: true,
  }),
  driverFace: numberOption({
    flag: "--driver-face <n>",
    text: "which face of the driver's film, counted from the largest; it is kept through the film",
    min: 1,
    max: 99,
    whole: true,
  }),
  text: textOption({
    flag: "--text <words>",
    text: "what to say instead of a recording, with a robot's voice (eSpeak NG)",
  }),
  voice: textOption({
    flag: "--voice <language>",
    text: "whose language the text is in: en, it, pt-br …; it:high for a higher voice; en, if not said",
  }),
  pace: numberOption({
    flag: "--pace <n>",
    text: "words a minute of the text; 150 if not said",
    min: SPEECH_PACE.least,
    max: SPEECH_PACE.most,
  }),
  fps: numberOption({
    flag: "--fps <n>",
    text: "frames a second",
    min: 1,
    max: FPS_MOST,
    fallback: 25,
  }),
  filmedFps: numberOption({
    flag: "--fps <n>",
    text: "frames a second; as filmed, if not said",
    min: 1,
    max: FPS_MOST,
  }),
  rate: numberOption({
    flag: "--rate <hz>",
    text: "samples a second of the sound that comes in",
    min: 8000,
    max: 192_000,
    fallback: 16_000,
    whole: true,
  }),
  seed: numberOption({
    flag: "--seed <n>",
    text: "chance: the same number gives the same film; 1 if not said, with --reseed another",
    min: 0,
    max: 2 ** 31,
    whole: true,
  }),
  mouth: numberOption({
    flag: "--mouth <x>",
    text: "movements of the mouth: 1 = as people speak",
    min: 0,
    max: 2,
    fallback: 1,
  }),
  jaw: numberOption({
    flag: "--jaw <x>",
    text: "movements of the jaw alone, times --mouth",
    min: 0,
    max: 2,
    fallback: 1,
  }),
  lips: numberOption({
    flag: "--lips <x>",
    text: "movements of lips and tongue alone, times --mouth",
    min: 0,
    max: 2,
    fallback: 1,
  }),
  mode: choiceOption({
    flag: "--mode <how>",
    text: "how the voice is used; auto tells by listening",
    choices: ["auto", "speech", "song", "rap"],
    fallback: "auto",
  }),
  head: numberOption({
    flag: "--head <x>",
    text: "movements of the head: 0 = still, 1 = as people do",
    min: 0,
    max: 2,
    fallback: 1,
  }),
  expression: numberOption({
    flag: "--expression <x>",
    text: "movements of the brows",
    min: 0,
    max: 2,
    fallback: 1,
  }),
  blink: numberOption({
    flag: "--blink <x>",
    text: "blinks against the natural rate; 0 = never",
    min: 0,
    max: 3,
    fallback: 1,
  }),
  energy: numberOption({
    flag: "--energy <x>",
    text: "head, face and, half as much, the mouth at once",
    min: 0,
    max: 2,
    fallback: 1,
  }),
  still: textOption({ flag: "--still", text: "the head keeps still; the eyes live" }),
  emotion: textOption({
    flag: "--emotion <mix>",
    text: "happy, sad:0.5, happy:0.7,surprised:0.2 …, or auto: as aroused as the voice",
  }),
  emotionCurve: textOption({
    flag: "--emotion-curve <cues>",
    text: "what is felt from when on: “0s=neutral 4.5s=angry:0.8”, or a file of such cues",
  }),
  gaze: gazeOption({
    flag: "--gaze <where>",
    text: "natural: at the viewer, glancing away now and then; camera: at him; x,y: past him",
  }),
  edits: textOption({
    flag: "--edits <file>",
    text: "what is changed by hand, laid over what is acted: an edit, or a take that has one",
  }),
  from: textOption({
    flag: "--from <take>",
    text: "a take of the same voice: only the layers of --reseed are acted anew",
  }),
  reseed: textOption({
    flag: "--reseed <layers>",
    text: "layers of --from, with commas: brows, lids, gaze, head, emotion, breath, lips, jaw",
  }),
  lipModel: textOption({
    flag: "--lip-model <file>",
    text: "a network of yours moves the mouth: ONNX, described in a JSON file beside it",
  }),
  style: textOption({
    flag: "--style <file>",
    text: "whose manner: a style from `ritratto learn`; several people's, if not said",
  }),
  codec: choiceOption({
    flag: "--codec <name>",
    text: "h264 in mp4 and vp9 in webm, if not said",
    choices: ["h264", "vp9", "av1"],
  }),
  quality: choiceOption({
    flag: "--quality <name>",
    text: "how finely the film is compressed",
    choices: ["draft", "good", "best"],
    fallback: "good",
  }),
  alpha: textOption({
    flag: "--alpha",
    text: "no background but opacity: for webm with vp9, and PNG pictures",
  }),
  background: textOption({
    flag: "--background <what>",
    text: "a picture's file, a colour (#00ff00, white), blur, or blur:0.05 of the height",
  }),
  consent: choiceOption({
    flag: "--consent <grounds>",
    text: "why this face may speak; asked once per portrait on a terminal, needed in scripts",
    choices: CONSENT_BASES,
  }),
  guardian: textOption({
    flag: "--guardian",
    text: "the person is a minor, and a parent or guardian agreed",
  }),
  label: choiceOption({
    flag: "--label <when>",
    text: "a small AI tag in the first seconds; auto: where the person is real",
    choices: LABEL_WISHES,
    fallback: "auto",
  }),
  markStrength: numberOption({
    flag: "--mark-strength <x>",
    text: "of the invisible mark in every frame: at 0.6 strong compression may take it off",
    min: MARK_STRENGTH.least,
    max: MARK_STRENGTH.most,
    fallback: MARK_STRENGTH.usual,
  }),
  c2paCert: textOption({
    flag: "--c2pa-cert <file>",
    text: "your own certificates to sign with, PEM, the signer's first; with --c2pa-key",
  }),
  c2paKey: textOption({
    flag: "--c2pa-key <file>",
    text: "their key: PKCS#8, EC P-256, PEM",
  }),
  tsa: textOption({
    flag: "--tsa <url>",
    text: "have signatures stamped with the time there (RFC 3161); only a hash is sent",
  }),
  threads: numberOption({
    flag: "--threads <n>",
    text: "drawing threads; one per processor if not said",
    min: 1,
    max: 64,
    whole: true,
  }),
} as const;

/** What the options above give. */
export interface OptionValues {
  readonly size?: number;
  readonly crop?: CropShape;
  readonly face?: number;
  readonly text?: string;
  readonly voice?: string;
  readonly pace?: number;
  readonly fps: number;
  readonly seed?: number;
  readonly mouth: number;
  readonly jaw: number;
  readonly lips: number;
  readonly mode: "auto" | "speech" | "song" | "rap";
  readonly head: number;
  readonly expression: number;
  readonly blink: number;
  readonly energy: number;
  readonly still?: boolean;
  readonly emotion?: string;
  readonly emotionCurve?: string;
  readonly gaze: GazeHabit;
  readonly edits?: string;
  readonly from?: string;
  readonly reseed?: string;
  readonly lipModel?: string;
  readonly style?: string;
  readonly codec?: "h264" | "vp9" | "av1";
  readonly quality: "draft" | "good" | "best";
  readonly alpha?: boolean;
  readonly background?: string;
  readonly consent?: ConsentBasis;
  readonly guardian?: boolean;
  readonly label?: LabelWish;
  readonly markStrength?: number;
  readonly threads?: number;
  readonly c2paCert?: string;
  readonly c2paKey?: string;
  readonly tsa?: string;
  /** False with --no-native. */
  readonly native: boolean;
  readonly json?: boolean;
  readonly output: string;
}
