/**
 * @file Any recording → what is listened to: one channel at 16 kHz, and for stereo music the voice
 * in its middle apart from the whole.
 */
import { joinBlocks } from "../base/join.js";
import type { Recording } from "../base/recording.js";
import { MIDDLE_FROM, makeForeground, measureMiddle } from "./foreground.js";
import { HEARING_HZ } from "./mel.js";
import { makeOffsetFilter, monoBlocks, shortBlocks } from "./mono.js";
import { makeResampler } from "./resample.js";

/** How much sound tells whether there is a voice in the middle, seconds. */
const TRIAL_SECONDS = 10;

/** A stretch of what is heard, 16 kHz. */
export interface HeardBlock {
  /** The voice as far as it could be told apart; else all that sounds. */
  readonly voice: Float32Array;
  /** All that sounds, where the voice was told apart; may be of another length. */
  readonly whole?: Float32Array;
  /** Samples of the recording that were read for it, at its own rate. */
  readonly read: number;
}

/** Blocks of a recording as it is listened to. */
export async function* hearBlocks(recording: Recording): AsyncGenerator<HeardBlock, void, void> {
  if (await hasMiddle(recording)) yield* middleBlocks(recording);
  else yield* wholeBlocks(recording);
}

async function* wholeBlocks(recording: Recording): AsyncGenerator<HeardBlock, void, void> {
  const resampler = makeResampler(recording.sampleRateHz, HEARING_HZ);
  for await (const block of monoBlocks(recording)) {
    yield { voice: resampler.push(block), read: block.length };
  }
  yield { voice: resampler.flush(), read: 0 };
}

async function* middleBlocks(recording: Recording): AsyncGenerator<HeardBlock, void, void> {
  const sides = [makeSide(recording), makeSide(recording)];
  const foreground = makeForeground();
  const both = (left: Float32Array, right: Float32Array, read: number): HeardBlock => ({
    voice: foreground.push(left, right),
    whole: left.map((sample, i) => 0.5 * (sample + right[i])),
    read,
  });
  for await (const channels of shortBlocks(recording)) {
    const [left, right] = sides.map((side, i) => side.push(channels[i]));
    yield both(left, right, channels[0].length);
  }
  const [left, right] = sides.map((side) => side.flush());
  yield both(left, right, 0);
  yield { voice: foreground.flush(), whole: new Float32Array(0), read: 0 };
}

/** One channel on its way to 16 kHz. */
function makeSide({ sampleRateHz }: Recording) {
  const resampler = makeResampler(sampleRateHz, HEARING_HZ);
  const unbias = makeOffsetFilter(sampleRateHz);
  return {
    push: (samples: Float32Array) =>
      resampler.push(unbias(samples.map((sample) => (sample - sample === 0 ? sample : 0)))),
    flush: resampler.flush,
  };
}

/** Whether a recording is stereo with something in the middle that is not at its sides. */
async function hasMiddle(recording: Recording): Promise<boolean> {
  if (recording.channelCount !== 2) return false;
  const sides = [makeSide(recording), makeSide(recording)];
  const heard: Float32Array[][] = [[], []];
  let seconds = 0;
  for await (const channels of shortBlocks(recording)) {
    sides.forEach((side, i) => {
      heard[i].push(side.push(channels[i]));
    });
    seconds += channels[0].length / recording.sampleRateHz;
    if (seconds >= TRIAL_SECONDS) break;
  }
  const [left, right] = heard.map(joinBlocks);
  if (left.every((sample, i) => sample === right[i])) return false;
  return measureMiddle(left, right) >= MIDDLE_FROM;
}
