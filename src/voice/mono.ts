/** @file Any recording → one channel without offset, in blocks of at most a second. */
import type { Recording } from "../base/recording.js";

/** How much sound tells whether the channels cancel each other, seconds. */
const TRIAL_SECONDS = 10;
/** A trial block counts if its channels are louder than this mean square: −60 dB. */
const SOUNDING = 1e-6;
/** Mean of the channels over what differs between them, as powers, that is cancellation: −12 dB. */
const CANCELLED = 10 ** -1.2;
/** Corner of the filter that takes away offsets, Hz; no voice is near. */
const OFFSET_HZ = 12;

/**
 * The mean of the channels; the first channel, if the mean would cancel them (one of a pair wired
 * the wrong way round). Offsets are filtered away and what is no number is silence.
 *
 * @returns Blocks of −1..1 at the recording's sample rate.
 */
export async function* monoBlocks(recording: Recording): AsyncGenerator<Float32Array, void, void> {
  const cancel = recording.channelCount > 1 && (await channelsCancel(recording));
  const unbias = makeOffsetFilter(recording.sampleRateHz);
  for await (const channels of shortBlocks(recording)) {
    yield unbias(meanOf(cancel ? channels.slice(0, 1) : channels));
  }
}

/** The recording's blocks, all channels, cut where they are longer than a second. */
export async function* shortBlocks(recording: Recording) {
  const most = Math.ceil(recording.sampleRateHz);
  for await (const channels of recording.blocks()) {
    const length = channels[0]?.length ?? 0;
    for (let start = 0; start < length; start += most) {
      yield channels.map((channel) => channel.subarray(start, start + most));
    }
  }
}

function meanOf(channels: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(channels[0].length);
  for (const channel of channels) addFinite(channel, out);
  const share = 1 / channels.length;
  if (share < 1) for (let i = 0; i < out.length; i++) out[i] *= share;
  return out;
}

/** Adds samples but those that are no number: a file of floats may hold anything. */
function addFinite(samples: Float32Array, out: Float32Array): void {
  for (let i = 0; i < out.length; i++) {
    const sample = samples[i];
    if (sample - sample === 0) out[i] += sample;
  }
}

/** Compares the mean of the channels with what differs between them, where there is sound. */
async function channelsCancel(recording: Recording): Promise<boolean> {
  let samples = 0;
  let common = 0;
  let different = 0;
  for await (const channels of shortBlocks(recording)) {
    const { length } = channels[0];
    const meanPower = powerOf(meanOf(channels));
    const power = channels.reduce((sum, channel) => sum + powerOf(channel), 0) / channels.length;
    // Not a number, from samples that are none, counts as no sound.
    if (!(power > SOUNDING * length && power < Number.POSITIVE_INFINITY)) continue;
    samples += length;
    common += meanPower;
    different += power - meanPower;
    if (samples >= TRIAL_SECONDS * recording.sampleRateHz) break;
  }
  return common < CANCELLED * different;
}

function powerOf(samples: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += samples[i] * samples[i];
  return sum;
}

/** A high-pass of first order that starts settled, so that an offset is no click; in place. */
export function makeOffsetFilter(sampleRateHz: number): (block: Float32Array) => Float32Array {
  const keep = Math.exp((-2 * Math.PI * OFFSET_HZ) / sampleRateHz);
  let before: number | undefined;
  let state = 0;
  return (block) => {
    let last = before ?? block[0] ?? 0;
    for (let i = 0; i < block.length; i++) {
      const sample = block[i];
      state = keep * state + sample - last;
      last = sample;
      block[i] = state;
    }
    before = last;
    return block;
  };
}
