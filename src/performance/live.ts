/**
 * @file Acting while the sound still comes: blocks in, frames out, a quarter of a second later.
 *
 * What moves the mouth is what was heard in the last few seconds, by the same ear and the same rules as
 * for a whole recording, and only what is settled is given. Head and brows follow a style
 * that need not know how the voice goes on; eyes and breath live for themselves.
 */
import { CLASS_COUNT, CLASS_INDEX, type SoundClass } from "../voice/classes.js";
import { HOP_SECONDS } from "../voice/hops.js";
import { LIP_COUNT } from "../voice/lip-channels.js";
import { HEARING_HZ } from "../voice/mel.js";
import { DULLEST_DB } from "../voice/prosody.js";
import { makeResampler } from "../voice/resample.js";
import { makeRollingEar } from "../voice/rolling.js";
import { SILENCE_DB } from "../voice/silence.js";
import type { AnalyzeOn, Voice } from "../voice/voice.js";
import { composeTake, layerOf } from "./compose.js";
import type { CurveName, Curves, LayerName, Layers } from "./layers.js";
import { actMotion } from "./motion.js";
import { playStyle } from "./motion-matching.js";
import { soundOf } from "./motion-sound.js";
import { amountsOf, type Direction, rehearse } from "./performance.js";
import { readPhrasing } from "./phrases.js";
import { MOTION_SIZE, SOUND_SIZE, STYLE_FPS } from "./style.js";
import { frameCountFor, makeTake, type Take } from "./take.js";

/** A frame is given when so much sound after it is known, seconds. */
export const LOOK_AHEAD_SECONDS = 0.25;
/** What is looked at each time, seconds: enough to know how loud the voice is. */
const HEARD_SECONDS = 4;
/** Sound that is waited for before it is listened to, seconds. */
const STEP_SECONDS = 0.08;
/** Eyes, lids and breath are acted ahead for so long, and then again, seconds. */
const IDLE_SECONDS = 300;

/** Acts a voice that is still being spoken. */
export interface LivePerformance {
  /**
   * Takes sound, mono, −1..1, any number of samples; calls must follow each other.
   *
   * @returns The frames that are settled by now, as a take; nothing if there is none.
   */
  push(samples: Float32Array): Promise<Take | undefined>;
  /** The frames that are left, as if silence followed. The last call. */
  finish(): Promise<Take | undefined>;
}

/**
 * Begins to act.
 *
 * @param sampleRateHz - Of what is pushed.
 * @param direction - As for a whole voice; without a mode it is taken for speech, and of
 *   feelings there is only the first cue.
 * @param lookAheadSeconds - Sound that a frame waits for; with less of it, sounds that are only
 *   beginning are taken for others more often.
 */
export function performLive(
  sampleRateHz: number,
  on: AnalyzeOn,
  direction: Direction = {},
  lookAheadSeconds = LOOK_AHEAD_SECONDS,
): LivePerformance {
  const fps = direction.fps ?? 25;
  const seed = direction.seed ?? 1;
  const mode =
    direction.mode === undefined || direction.mode === "auto" ? "speech" : direction.mode;
  const how = { ...direction, edit: undefined, fps, seed, mode };
  const resampler = makeResampler(sampleRateHz, HEARING_HZ);
  const idle = actIdle(how);
  const moved = moveHead(how);
  const ear = makeRollingEar(on);
  /** Where listening was last done, and how many frames were given. */
  let listened = 0;
  let given = 0;
  /** Gives frames up to one. */
  const give = async (end: number): Promise<Take | undefined> => {
    if (end <= given) return undefined;
    // The window begins where a frame begins, to the hop, so that its frames are ours.
    const oldest = Math.max(0, ear.seconds - HEARD_SECONDS);
    const first = Math.min(given, Math.floor(oldest * fps));
    const voice = await ear.listen(Math.round(first / fps / HOP_SECONDS));
    const act = rehearse(voice, how);
    const span = { from: given - first, to: end - first };
    const layers = {
      ...idle(given, end),
      lips: cut(act("lips", seed).curves, span),
      jaw: cut(act("jaw", seed).curves, span),
      ...moved(voice, first, given, end),
    };
    given = end;
    const named = Object.entries(layers).map(([name, curves]) => [name, { seed, curves }] as const);
    return composeTake(
      { fps, frameCount: span.to - span.from, seed },
      Object.fromEntries(named) as Layers,
    );
  };
  return {
    async push(samples) {
      ear.push(resampler.push(samples));
      if (ear.seconds - listened < STEP_SECONDS) return undefined;
      listened = ear.seconds;
      return give(Math.floor((ear.seconds - lookAheadSeconds) * fps));
    },
    async finish() {
      ear.push(resampler.flush());
      if (ear.seconds === 0) return undefined;
      ear.flush();
      return give(frameCountFor(ear.seconds, fps));
    },
  };
}

/** A stretch of frames. */
interface FrameSpan {
  readonly from: number;
  readonly to: number;
}

function cut(curves: Curves, { from, to }: FrameSpan): Curves {
  const entries = Object.entries(curves) as [CurveName, Float32Array][];
  return Object.fromEntries(entries.map(([name, curve]) => [name, curve.slice(from, to)]));
}

/** Layers that do not listen: eyes, lids, breath and what is felt; a long take, over and over. */
function actIdle(how: Direction & { readonly fps: number; readonly seed: number }) {
  const act = rehearse(evenVoice("sil"), how);
  // What only silence shows must not spoil the sounds: feelings are those of somebody who speaks.
  const [first] = how.emotion === "auto" ? [] : (how.emotion ?? []);
  const emotion = first === undefined ? [] : [{ ...first, seconds: 0 }];
  const feel = rehearse(evenVoice("A"), { ...how, emotion });
  const names = ["lids", "gaze", "breath", "emotion"] as const satisfies readonly LayerName[];
  const layers = names.map((name) => {
    return [name, (name === "emotion" ? feel : act)(name, how.seed).curves] as const;
  });
  const length = frameCountFor(IDLE_SECONDS, how.fps);
  return (from: number, to: number) =>
    Object.fromEntries(
      layers.map(([name, curves]) => {
        const entries = Object.entries(curves) as [CurveName, Float32Array][];
        const looped = entries.map(([curve, values]) => {
          const part = Float32Array.from(
            { length: to - from },
            (_, i) => values[(from + i) % length],
          );
          return [curve, part] as const;
        });
        return [name, Object.fromEntries(looped) as Curves] as const;
      }),
    ) as Record<(typeof names)[number], Curves>;
}

/** Head and brows in a style that listens as far as is known; by rule, and deaf, without one. */
function moveHead(how: Direction & { readonly fps: number; readonly seed: number }) {
  const { fps, seed, style } = how;
  if (style === undefined) {
    const act = rehearse(evenVoice("sil"), how);
    const [head, brows] = [act("head", seed).curves, act("brows", seed).curves];
    return (_: Voice, __: number, from: number, to: number) => {
      return { head: cut(head, { from, to }), brows: cut(brows, { from, to }) };
    };
  }
  const player = playStyle(style, seed);
  /** Rows of motion since `rowsFrom`, which is counted at the style's pace. */
  let rows: Float32Array[] = [];
  let rowsFrom = 0;
  return (voice: Voice, first: number, from: number, to: number) => {
    const phrasing = readPhrasing(voice);
    const sound = soundOf(voice, phrasing);
    const windowFrom = Math.round((first / fps) * STYLE_FPS);
    const windowTo = Math.ceil((to / fps) * STYLE_FPS) + 1;
    const last = sound.length / SOUND_SIZE - 1;
    while (rowsFrom + rows.length < windowTo) {
      const at = Math.max(0, Math.min(last, rowsFrom + rows.length - windowFrom));
      rows.push(player.next(sound, at).slice());
    }
    rows = rows.slice(Math.max(0, windowFrom - rowsFrom));
    rowsFrom = Math.max(rowsFrom, windowFrom);
    const motion = new Float32Array((windowTo - windowFrom) * MOTION_SIZE);
    rows.forEach((row, k) => {
      motion.set(row, (rowsFrom - windowFrom + k) * MOTION_SIZE);
    });
    const take = makeTake(fps, to - first, seed);
    actMotion(take, voice, phrasing, motion, amountsOf(how));
    const span = { from: from - first, to: to - first };
    return {
      head: cut(layerOf("head", take).curves, span),
      brows: cut(layerOf("brows", take).curves, span),
    };
  };
}

/** One sound all the time, for as long as eyes and breath are acted ahead. */
function evenVoice(sound: SoundClass): Voice {
  const hopCount = Math.round(IDLE_SECONDS / HOP_SECONDS);
  const still = () => new Float32Array(hopCount);
  const classes = new Float32Array(hopCount * CLASS_COUNT);
  for (let i = CLASS_INDEX[sound]; i < classes.length; i += CLASS_COUNT) classes[i] = 1;
  return {
    ...{ durationSeconds: IDLE_SECONDS, hopSeconds: HOP_SECONDS, hopCount, classes },
    ...{ lips: new Float32Array(hopCount * LIP_COUNT), onsets: still() },
    ...{ levelDb: still().fill(SILENCE_DB), pitchHz: still(), voicing: still() },
    brightnessDb: still().fill(DULLEST_DB),
  };
}
