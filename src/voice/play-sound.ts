/** @file A decoder's samples → blocks without holes from t = 0 to the end; memory stays flat. */
import { type AudioSample, AudioSampleSink, type InputAudioTrack } from "mediabunny";
import { foldChannels } from "./fold-channels.js";

/** Where the samples of a track belong on the film's time. */
export interface Placement {
  readonly sampleRateHz: number;
  /** As decoded, before they are folded to two. */
  readonly channelCount: number;
  /** Seconds to add to the decoder's times. What falls before 0 is left out. */
  readonly shift: number;
  /** Samples from t = 0 to the end. */
  readonly totalSamples: number;
}

/** Times may jump by this much before it counts as a hole; Matroska's are whole milliseconds. */
const HOLE_SECONDS = 0.02;
/** Sound may end this much before its container says; more means that some is missing. */
export const MISSING_SECONDS = 0.25;
/** Silence comes in blocks of at most this many samples. */
const SILENCE_SAMPLES = 16_384;

/**
 * Decodes a track; all blocks together hold `totalSamples` per channel.
 *
 * @throws Error if the decoder fails or ends early, or the sound changes its form on the way.
 */
export async function* playSound(
  track: InputAudioTrack,
  placement: Placement,
): AsyncGenerator<readonly Float32Array[]> {
  const { sampleRateHz, totalSamples } = placement;
  const channelCount = Math.min(2, placement.channelCount);
  const hole = HOLE_SECONDS * sampleRateHz;
  let given = 0;
  /** Where the decoder's next sample belongs; behind `given` only before t = 0. */
  let position: number | undefined;
  for await (const sample of new AudioSampleSink(track).samples()) {
    const channels = samplesOf(sample, placement);
    const at = Math.round((sample.timestamp + placement.shift) * sampleRateHz);
    if (position === undefined || at - position > hole) position = at;
    const begin = Math.min(position, totalSamples);
    if (begin > given) {
      yield* silence(channelCount, begin - given);
      given = begin;
    }
    const from = Math.max(0, given - position);
    const to = Math.min(channels[0].length, totalSamples - position);
    position += channels[0].length;
    if (to <= from) continue;
    yield foldChannels(channels.map((channel) => channel.subarray(from, to)));
    given += to - from;
    if (given === totalSamples) return;
  }
  if (totalSamples - given > MISSING_SECONDS * sampleRateHz) {
    throw new Error(`the container promises ${(totalSamples / sampleRateHz).toFixed(2)} s`);
  }
  yield* silence(channelCount, totalSamples - given);
}

/** The samples of each channel; closes what held them. */
function samplesOf(sample: AudioSample, { sampleRateHz, channelCount }: Placement): Float32Array[] {
  try {
    if (sample.sampleRate !== sampleRateHz || sample.numberOfChannels !== channelCount) {
      const now = `${sample.numberOfChannels} × ${sample.sampleRate} Hz`;
      throw new Error(`the sound changes from ${channelCount} × ${sampleRateHz} Hz to ${now}`);
    }
    return Array.from({ length: channelCount }, (_, planeIndex) => {
      const plane = new Float32Array(sample.numberOfFrames);
      sample.copyTo(plane, { planeIndex, format: "f32-planar" });
      return plane;
    });
  } finally {
    sample.close();
  }
}

function* silence(channelCount: number, samples: number): Generator<readonly Float32Array[]> {
  for (let left = samples; left > 0; left -= SILENCE_SAMPLES) {
    const length = Math.min(left, SILENCE_SAMPLES);
    yield Array.from({ length: channelCount }, () => new Float32Array(length));
  }
}
