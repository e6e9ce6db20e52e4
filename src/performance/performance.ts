/** @file A voice, acted: what face, head, eyes and chest do while it sounds. */
import { findMode, type VoiceMode } from "../voice/singing.js";
import type { Voice } from "../voice/voice.js";
import { actBreath } from "./breath.js";
import { actBrows } from "./brows.js";
import { composeTake, layerOf } from "./compose.js";
import { findContacts } from "./contacts.js";
import { type Edit, feltWith } from "./edit.js";
import { readEffort } from "./effort.js";
import type { EmotionCue } from "./emotion.js";
import { actBlinks, actGaze, BLINKS_PER_MINUTE, type GazeHabit } from "./eyes.js";
import { actGroove } from "./groove.js";
import { actHead } from "./head.js";
import { LAYERS, type Layer, type LayerName, type Layers } from "./layers.js";
import { performLips } from "./lips.js";
import { bendLips } from "./manner.js";
import { makeMood } from "./mood.js";
import { actMotion, type MotionEnergy, matchedMotion } from "./motion.js";
import { actMouth } from "./mouth.js";
import { readPhrasing } from "./phrases.js";
import { breathScale } from "./singing.js";
import type { Style } from "./style.js";
import { frameCountFor, makeTake, type Take } from "./take.js";
import { round, roundTake } from "./take-units.js";

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
  /** Blinks against the natural rate of 22 a minute. */
  readonly blink?: number | undefined;
  /** "camera" holds the viewer's eye; "natural" glances away now and then; a goal looks past him. */
  readonly gaze?: GazeHabit | undefined;
  /** What is changed by hand, over what is acted; live performances leave it out. */
  readonly edit?: Edit | undefined;
}

/** Acts a voice. */
export function perform(voice: Voice, direction: Direction = {}): Take {
  const fps = direction.fps ?? 25;
  const seed = direction.seed ?? 1;
  const frameCount = frameCountFor(voice.durationSeconds, fps);
  const act = rehearse(voice, { ...direction, fps });
  const layers = Object.fromEntries(LAYERS.map((name) => [name, act(name, seed)])) as Layers;
  return composeTake({ fps, frameCount, seed }, layers, [], direction.edit);
}

/**
 * Acts some layers of a take anew and leaves the others, and what was set by hand, as they are.
 *
 * @param take - Of the same voice, in layers.
 * @param names - The layers that are acted anew. Lips and jaw know no chance.
 * @param direction - Its frame rate is that of the take, and so is its edit if it has none.
 */
export function performAnew(
  take: Take & { readonly layers: Layers },
  names: readonly LayerName[],
  voice: Voice,
  direction: Direction,
): Take {
  const edit = direction.edit ?? take.edit;
  const act = rehearse(voice, { ...direction, edit, fps: take.fps });
  const fresh = names.map((name) => [name, act(name, direction.seed ?? take.seed + 1)] as const);
  const layers: Layers = { ...take.layers, ...Object.fromEntries(fresh) };
  return composeTake(take, layers, take.keyframes, edit);
}

/** How much head and face move, all wishes together. */
export function amountsOf({ energy = 1, expression = 1, head = 1 }: Direction): MotionEnergy {
  return { head: energy * head, expression: energy * expression };
}

/** Understands a voice once, so that its layers can be acted one by one. */
export function rehearse(
  voice: Voice,
  direction: Direction & { readonly fps: number },
): (name: LayerName, seed: number) => Layer {
  const { fps, style, gaze = "natural", blink = 1, energy = 1 } = direction;
  const frameCount = frameCountFor(voice.durationSeconds, fps);
  const phrasing = readPhrasing(voice);
  const mode =
    direction.mode === undefined || direction.mode === "auto" ? findMode(voice) : direction.mode;
  // The mouth must stay legible: it follows half way.
  const mouth = (direction.mouth ?? 1) * (0.5 + 0.5 * energy);
  const { habits } = style ?? {};
  const mouthEnergy = {
    jaw: mouth * (direction.jaw ?? 1) * (habits?.jaw ?? 1),
    lips: mouth * (direction.lips ?? 1) * (habits?.lips ?? 1),
  };
  const blinks = blink * ((habits?.blinksPerMinute ?? BLINKS_PER_MINUTE) / BLINKS_PER_MINUTE);
  const amounts = amountsOf(direction);
  const { head, expression } = amounts;
  const motionOf = style && matchedMotion(style, voice, phrasing);
  let mouthTake: Take | undefined;
  const speak = (take: Take) => {
    if (mouthTake !== undefined) {
      take.weights.set(mouthTake.weights);
      return;
    }
    mouthTake = take;
    const contacts = findContacts(voice, phrasing, breathScale(mode));
    const effort = readEffort(voice, phrasing);
    const lips = performLips(voice, mode);
    // Manners are learned of speech; who sings shapes vowels otherwise.
    if (style?.manner && mode !== "song") bendLips(lips, voice, style.manner);
    actMouth(take, voice, lips, contacts, effort, mouthEnergy);
  };
  const emotion = feltWith(direction.emotion, direction.edit);
  const moodOf = (seed: number) => makeMood(emotion, voice, phrasing, seed);
  const act: Readonly<Record<LayerName, (take: Take) => void>> = {
    lips: speak,
    jaw: speak,
    brows(take) {
      if (motionOf) actMotion(take, voice, phrasing, motionOf(take.seed), amounts);
      else actBrows(take, voice, phrasing, expression);
      actGroove(take, voice, phrasing, mode, amounts);
    },
    lids(take) {
      const shifts = actGaze(makeTake(fps, frameCount, take.seed), gaze);
      const mood = moodOf(take.seed);
      actBlinks(take, voice, phrasing, shifts, (seconds) => blinks * mood.blinkAt(seconds));
      actGroove(take, voice, phrasing, mode, amounts);
    },
    gaze(take) {
      actGaze(take, gaze);
    },
    head(take) {
      if (motionOf) actMotion(take, voice, phrasing, motionOf(take.seed), amounts);
      else actHead(take, voice, phrasing, head);
      actGroove(take, voice, phrasing, mode, amounts);
    },
    emotion(take) {
      const mood = moodOf(take.seed);
      mood.bend(take, head);
      mood.show(take, expression);
    },
    breath(take) {
      actBreath(take, voice, phrasing);
    },
  };
  return (name, seed) => {
    const take = makeTake(fps, frameCount, seed);
    act[name](take);
    const lively = name === "emotion" ? moodOf(seed).livelyOf(take).map(round) : undefined;
    return layerOf(name, roundTake(take), lively);
  };
}
