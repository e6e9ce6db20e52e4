/** @file A voice, acted: what face, head, eyes and chest do while it sounds. */
import { findMode, type VoiceMode } from "../voice/singing.js";
import type { Voice } from "../voice/voice.js";
import { actBreath } from "./breath.js";
import { actBrows } from "./brows.js";
import { findContacts } from "./contacts.js";
import { readEffort } from "./effort.js";
import type { EmotionCue } from "./emotion.js";
import { actBlinks, actGaze, type GazeHabit } from "./eyes.js";
import { actGroove } from "./groove.js";
import { actHead } from "./head.js";
import { performLips } from "./lips.js";
import { makeMood } from "./mood.js";
import { actStyle } from "./motion.js";
import { actMouth } from "./mouth.js";
import { readPhrasing } from "./phrases.js";
import { breathScale } from "./singing.js";
import type { Style } from "./style.js";
import { frameCountFor, makeTake, type Take } from "./take.js";
import { roundTake } from "./take-file.js";

/** How a voice is to be acted. Everything has a natural default. */
export interface Direction {
  /** Frames a second; 25 by default. */
  readonly fps?: number | undefined;
  /** What chance is drawn from; the same seed gives the same take. 1 by default. */
  readonly seed?: number | undefined;
  /** How the voice is used; "auto", by default, tells by listening. */
  readonly mode?: VoiceMode | "auto" | undefined;
  /** Movements of the mouth: 0 = mumbled, 1 = as people speak, 2 = shouted. */
  readonly mouth?: number | undefined;
  /** Movements of the jaw alone, and of the lips and the tongue alone, likewise; times `mouth`. */
  readonly jaw?: number | undefined;
  readonly lips?: number | undefined;
  /** Whose manner head and face have; without one they move by rule. */
  readonly style?: Style | undefined;
  /** What is felt, from when on; nothing by default. "auto" shows how aroused the voice sounds. */
  readonly emotion?: readonly EmotionCue[] | "auto" | undefined;
  /** All of the above and the head at once: 0 = nothing but lips, 1 = as people do, 2 = lively. */
  readonly energy?: number | undefined;
  /** Movements of the head: 0 = still, 1 = as people do, 2 = lively. */
  readonly head?: number | undefined;
  /** Movements of the brows, likewise. */
  readonly expression?: number | undefined;
  /** Blinks against the natural rate of 20 a minute. */
  readonly blink?: number | undefined;
  /** "camera" holds the viewer's eye; "natural" glances away now and then. */
  readonly gaze?: GazeHabit | undefined;
}

/** Acts a voice. */
export function perform(voice: Voice, direction: Direction = {}): Take {
  const fps = direction.fps ?? 25;
  const take = makeTake(fps, frameCountFor(voice.durationSeconds, fps), direction.seed ?? 1);
  const phrasing = readPhrasing(voice);
  const mode =
    direction.mode === undefined || direction.mode === "auto" ? findMode(voice) : direction.mode;
  const contacts = findContacts(voice, phrasing, breathScale(mode));
  const overall = direction.energy ?? 1;
  // The mouth must stay legible: it follows half way.
  const mouth = (direction.mouth ?? 1) * (0.5 + 0.5 * overall);
  const energy = { jaw: mouth * (direction.jaw ?? 1), lips: mouth * (direction.lips ?? 1) };
  actMouth(take, voice, performLips(voice, mode), contacts, readEffort(voice, phrasing), energy);
  const { style } = direction;
  const expression = overall * (direction.expression ?? 1);
  const head = overall * (direction.head ?? 1);
  if (style === undefined) {
    actBrows(take, voice, phrasing, expression);
    actHead(take, voice, phrasing, head);
  } else actStyle(take, voice, phrasing, style, { head, expression });
  actGroove(take, voice, phrasing, mode, { head, expression });
  const mood = makeMood(direction.emotion ?? [], voice, phrasing, take.seed);
  mood.bend(take, head);
  const shifts = actGaze(take, direction.gaze ?? "natural");
  const blink = direction.blink ?? 1;
  actBlinks(take, voice, phrasing, shifts, (seconds) => blink * mood.blinkAt(seconds));
  mood.show(take, expression);
  actBreath(take, voice, phrasing);
  return roundTake(take);
}
