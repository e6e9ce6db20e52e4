/**
 * @file The ear for sound that still comes: what was heard once is kept, and only what is new is heard.
 *
 * Loudness is judged anew over each window, as for a recording; what the network has said of a hop is kept once it has
 * heard enough of what follows.
 */
import { recordingOf } from "../base/recording.js";
import { type Articulation, hearPiece, hushed, silenceIn } from "./articulation.js";
import { onsetsOf } from "./beat.js";
import { CLASS_COUNT } from "./classes.js";
import { HOP_SECONDS } from "./hops.js";
import { LIP_COUNT } from "./lip-channels.js";
import { HEARING_HZ, makeMel } from "./mel.js";
import { measureScales } from "./normalize.js";
import { listenForProsody, type Prosody } from "./prosody.js";
import { type AnalyzeOn, analyzeVoice, type Voice } from "./voice.js";

/** An ear that sound comes to. */
export interface RollingEar {
  /** Takes samples at 16 kHz, −1..1. */
  push(samples: Float32Array): void;
  /** Nothing more comes: all of it is heard, as if silence followed. */
  flush(): void;
  /** What came so far, seconds. */
  readonly seconds: number;
  /**
   * What was heard from a hop on.
   *
   * @param from - Never less than the last time: what is before is forgotten.
   */
  listen(from: number): Promise<Voice>;
}

/** Hops before the end that are heard anew each time: what follows them was not known yet. */
const UNSETTLED = 60;
/** So much silence completes every window, samples. */
const TAIL = 4096;

/** Makes an ear. */
export function makeRollingEar(on: AnalyzeOn): RollingEar {
  return on.lipModel === undefined ? makeKeeper(on) : makeWindow(on);
}

function makeKeeper({ nets }: AnalyzeOn): RollingEar {
  const mel = makeMel();
  const prosody = listenForProsody();
  let samples = 0;
  /** The first hop that is kept. */
  let base = 0;
  /** What the network said since then, before silence is taken from it. */
  let said: Articulation = { classes: new Float32Array(0), lips: new Float32Array(0) };
  const hear = (block: Float32Array) => {
    mel.push(block);
    prosody.push(block);
  };
  return {
    push(block) {
      samples += block.length;
      hear(block);
    },
    flush: () => hear(new Float32Array(TAIL)),
    get seconds() {
      return samples / HEARING_HZ;
    },
    async listen(from) {
      const gone = from - base;
      mel.drop(gone);
      prosody.drop(gone);
      base = from;
      const whole = Math.floor(samples / HEARING_HZ / HOP_SECONDS) - base;
      const count = Math.max(1, Math.min(mel.count, whole));
      const rows = mel.rows(0, count);
      const curves = heldUntil(count, prosody.curves(0, Math.min(prosody.count, count)));
      const scales = measureScales(rows);
      const known = Math.max(0, said.classes.length / CLASS_COUNT - gone);
      // The network hears two hops at a time: always the same two.
      const start = Math.max(0, 2 * Math.floor((Math.min(known, count) - UNSETTLED) / 2));
      const news = scales
        ? await hearPiece(rows, await nets.open("articulation.onnx"), scales, start, count)
        : undefined;
      said = {
        classes: joined(said.classes, gone, news?.classes, start, count, CLASS_COUNT),
        lips: joined(said.lips, gone, news?.lips, start, count, LIP_COUNT),
      };
      const raw = { classes: said.classes.slice(), lips: said.lips.slice() };
      return {
        ...{ durationSeconds: samples / HEARING_HZ - base * HOP_SECONDS },
        ...{ hopSeconds: HOP_SECONDS, hopCount: count },
        ...{ ...hushed(raw, silenceIn(scales, curves)), onsets: onsetsOf(rows), ...curves },
      };
    },
  };
}

/** How it was said is known some hops later than what: until then it is as it was. */
function heldUntil(count: number, curves: Prosody): Prosody {
  const held = (curve: Float32Array) => {
    const longer = new Float32Array(count).fill(curve.at(-1) ?? 0);
    longer.set(curve);
    return longer;
  };
  const { levelDb, pitchHz, voicing, brightnessDb } = curves;
  return {
    ...{ levelDb: held(levelDb), pitchHz: held(pitchHz) },
    ...{ voicing: held(voicing), brightnessDb: held(brightnessDb) },
  };
}

/** Rows of before without the first ones, and from `start` on the new ones; none of a sound that is none. */
function joined(
  before: Float32Array,
  gone: number,
  news: Float32Array | undefined,
  start: number,
  count: number,
  width: number,
): Float32Array {
  const rows = new Float32Array(count * width);
  rows.set(before.subarray(gone * width, (gone + start) * width));
  if (news !== undefined) rows.set(news, start * width);
  return rows;
}

/** Somebody else's network hears recordings: the window is one, heard from its beginning each time. */
function makeWindow(on: AnalyzeOn): RollingEar {
  let heard = new Float32Array(0);
  let base = 0;
  const hopSamples = HEARING_HZ * HOP_SECONDS;
  return {
    push(block) {
      const all = new Float32Array(heard.length + block.length);
      all.set(heard);
      all.set(block, heard.length);
      heard = all;
    },
    flush: () => undefined,
    get seconds() {
      return (base * hopSamples + heard.length) / HEARING_HZ;
    },
    async listen(from) {
      heard = heard.slice((from - base) * hopSamples);
      base = from;
      return analyzeVoice(recordingOf([heard], HEARING_HZ), on);
    },
  };
}
