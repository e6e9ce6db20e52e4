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
import { articulate } from "./articulation.js";
import { HOP_SECONDS } from "./hops.js";
import { HEARING_HZ, makeMel } from "./mel.js";
import { monoBlocks } from "./mono.js";
import { listenForProsody, type Prosody } from "./prosody.js";
import { makeResampler } from "./resample.js";

/** What was heard: value i of each curve is at (i + ½) · hopSeconds. */
export interface Voice extends Prosody {
  readonly durationSeconds: number;
  /** 0.01. */
  readonly hopSeconds: number;
  readonly hopCount: number;
  /** Probability of each class of sounds, see classes.ts, shape [hops, 22]. */
  readonly classes: Float32Array;
}

/**
 * Listens to a recording.
 *
 * @param on - Where the articulatory network comes from.
 * @param run - Told in half hops: hearing is the first half, understanding the second.
 * @throws FilmError audio_empty, for a recording without samples.
 */
export async function analyzeVoice(
  recording: Recording,
  on: { readonly nets: Nets },
  run?: Run,
): Promise<Voice> {
  const net = await on.nets.open("articulation.onnx");
  const expectedHops = Math.max(1, Math.round(recording.durationSeconds / HOP_SECONDS));
  step(run, "voice", 0, 2 * expectedHops);
  const heard = await hear(recording, expectedHops, (hops) => {
    step(run, "voice", Math.min(hops, expectedHops), 2 * expectedHops);
  });
  const { mel, prosody, hopCount, durationSeconds } = heard;
  const classes = await articulate(mel, prosody, net, (hops) => {
    step(run, "voice", hopCount + hops, 2 * hopCount);
  });
  return { durationSeconds, hopSeconds: HOP_SECONDS, hopCount, classes, ...prosody };
}

/** Everything that is computed while the sound streams by. */
async function hear(recording: Recording, expectedHops: number, onHops: (done: number) => void) {
  const { sampleRateHz } = recording;
  const resampler = makeResampler(sampleRateHz, HEARING_HZ);
  const rows = makeMel(expectedHops);
  const listener = listenForProsody(expectedHops);
  let sampleCount = 0;
  let heardCount = 0;
  const listen = (block: Float32Array) => {
    heardCount += block.length;
    rows.push(block);
    listener.push(block);
  };
  for await (const block of monoBlocks(recording)) {
    sampleCount += block.length;
    listen(resampler.push(block));
    onHops(Math.floor(sampleCount / sampleRateHz / HOP_SECONDS));
  }
  if (sampleCount === 0) throw new FilmError("audio_empty", "The recording holds no samples.");
  listen(resampler.flush());
  // What is shorter than a hop is one hop, the rest of which is silence.
  const hopCount = Math.max(1, Math.floor(heardCount / (HEARING_HZ * HOP_SECONDS)));
  return {
    mel: rows.finish(hopCount),
    prosody: listener.finish(hopCount),
    hopCount,
    durationSeconds: sampleCount / sampleRateHz,
  };
}
