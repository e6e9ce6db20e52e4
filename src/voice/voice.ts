/**
 * @file The ear: from a recording to what the mouth and the acting need to know.
 *
 * In: sound in blocks. Out: curves on a grid of 10 ms, plain data. Nothing is decided here about a
 * face, and the sound itself is not kept.
 */
import { FilmError } from "../base/errors.js";
import type { Nets } from "../base/ports.js";
import type { Recording } from "../base/recording.js";
import { type Run, step } from "../base/run.js";
import { type Articulation, articulate } from "./articulation.js";
import { onsetsOf } from "./beat.js";
import { hearBlocks } from "./heard.js";
import { HOP_SECONDS } from "./hops.js";
import { decodeWithModel, type LipModel } from "./lip-model.js";
import { HEARING_HZ, type Mel, makeMel } from "./mel.js";
import { listenForProsody, type Prosody } from "./prosody.js";

/** What was heard: value i of each curve is at (i + ½) · hopSeconds. */
export interface Voice extends Prosody, Articulation {
  readonly durationSeconds: number;
  /** 0.01. */
  readonly hopSeconds: number;
  readonly hopCount: number;
  /** How strongly something begins, music included, see beat.ts, shape [hops]. */
  readonly onsets: Float32Array;
}

/** A voice of which only the sounds are known, not what the mouth does for them, nor any music. */
export type Sounds = Omit<Voice, "lips" | "onsets">;

/** What listening needs of the machine. */
export interface AnalyzeOn {
  readonly nets: Nets;
  /** Moves the mouth in place of our own network. */
  readonly lipModel?: LipModel | undefined;
}

/**
 * Listens to a recording.
 *
 * @param on - Where the articulatory network comes from.
 * @param run - Told in half hops: hearing is the first half, understanding the second.
 * @throws FilmError audio_empty, for a recording without samples.
 */
export async function analyzeVoice(recording: Recording, on: AnalyzeOn, run?: Run): Promise<Voice> {
  const net = await on.nets.open("articulation.onnx");
  const expectedHops = Math.max(1, Math.round(recording.durationSeconds / HOP_SECONDS));
  step(run, "voice", 0, 2 * expectedHops);
  const heard = await hear(recording, expectedHops, (hops) => {
    step(run, "voice", Math.min(hops, expectedHops), 2 * expectedHops);
  });
  const { prosody, hopCount, durationSeconds } = heard;
  const articulation = await articulate(heard, prosody, net, (hops) => {
    step(run, "voice", hopCount + hops, 2 * hopCount);
  });
  const { lipModel } = on;
  const lips = lipModel
    ? await decodeWithModel(recording, lipModel, hopCount, run)
    : articulation.lips;
  const { classes } = articulation;
  const onsets = onsetsOf(heard.wholeMel ?? heard.mel);
  return { durationSeconds, hopSeconds: HOP_SECONDS, hopCount, classes, lips, onsets, ...prosody };
}

/** Everything that is computed while the sound streams by. */
async function hear(recording: Recording, expectedHops: number, onHops: (done: number) => void) {
  const { sampleRateHz } = recording;
  const rows = makeMel(expectedHops);
  let wholeRows: Mel | undefined;
  const listener = listenForProsody(expectedHops);
  let sampleCount = 0;
  let heardCount = 0;
  for await (const { voice, whole, read } of hearBlocks(recording)) {
    sampleCount += read;
    heardCount += voice.length;
    rows.push(voice);
    listener.push(voice);
    if (whole !== undefined) {
      wholeRows ??= makeMel(expectedHops);
      wholeRows.push(whole);
    }
    onHops(Math.floor(sampleCount / sampleRateHz / HOP_SECONDS));
  }
  if (sampleCount === 0) throw new FilmError("audio_empty", "The recording holds no samples.");
  // What is shorter than a hop is one hop, the rest of which is silence.
  const hopCount = Math.max(1, Math.floor(heardCount / (HEARING_HZ * HOP_SECONDS)));
  return {
    mel: rows.finish(hopCount),
    wholeMel: wholeRows?.finish(hopCount),
    prosody: listener.finish(hopCount),
    hopCount,
    durationSeconds: sampleCount / sampleRateHz,
  };
}
