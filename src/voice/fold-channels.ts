/** @file More than two channels → stereo; one and two stay as they are. */

/** Centre and surround in a stereo picture: −3 dB. @source ITU-R BS.775, annex 4. */
const AT = Math.SQRT1_2;

/** Weights of the left side by channel count; the order is FFmpeg's: L R C LFE … */
const LEFT: Readonly<Record<number, readonly number[]>> = {
  3: [1, 0, AT],
  4: [1, 0, AT, 0],
  5: [1, 0, AT, AT, 0],
  6: [1, 0, AT, 0, AT, 0],
  7: [1, 0, AT, 0, AT / 2, AT, 0],
  8: [1, 0, AT, 0, AT, 0, AT, 0],
};
/** The same for the right side. */
const RIGHT: Readonly<Record<number, readonly number[]>> = {
  3: [0, 1, AT],
  4: [0, 1, 0, AT],
  5: [0, 1, AT, 0, AT],
  6: [0, 1, AT, 0, 0, AT],
  7: [0, 1, AT, 0, AT / 2, 0, AT],
  8: [0, 1, AT, 0, 0, AT, 0, AT],
};

/** The most channels that can be folded. */
export const MAX_CHANNELS = 8;

/**
 * Mono or stereo of any sound. Scaled so that it cannot clip; nothing is heard of the LFE.
 *
 * @param channels - 1 to 8 channels, equally long.
 */
export function foldChannels(channels: readonly Float32Array[]): readonly Float32Array[] {
  if (channels.length <= 2) return channels;
  return [LEFT, RIGHT].map((side) => mix(channels, side[channels.length]));
}

function mix(channels: readonly Float32Array[], weights: readonly number[]): Float32Array {
  const scale = 1 / weights.reduce((sum, weight) => sum + weight, 0);
  const out = new Float32Array(channels[0].length);
  for (let channel = 0; channel < channels.length; channel++) {
    const weight = weights[channel] * scale;
    if (weight === 0) continue;
    const samples = channels[channel];
    for (let i = 0; i < out.length; i++) out[i] += weight * samples[i];
  }
  return out;
}
