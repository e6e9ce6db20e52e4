/** @file The two numbers in Opus data that containers leave to the decoder. */

/** Opus counts its own delays at this rate, whatever it was made from. */
export const OPUS_RATE_HZ = 48_000;

/**
 * Samples at 48 kHz that a decoder drops at the beginning.
 *
 * @param head - The identification header "OpusHead", as WebCodecs' description holds it.
 * @source RFC 7845, section 5.1.
 */
export function opusPreSkip(head: Uint8Array | undefined): number {
  return head === undefined || head.length < 12 ? 0 : head[10] | (head[11] << 8);
}

/**
 * How long one packet sounds, seconds.
 *
 * @source RFC 6716, section 3.1: the first byte.
 */
export function opusPacketSeconds(packet: Uint8Array): number {
  const config = packet[0] >> 3;
  const frameMs = config < 12 ? [10, 20, 40, 60][config & 3] : frameMsAbove(config);
  const code = packet[0] & 3;
  const frames = code === 0 ? 1 : code === 3 ? packet[1] & 63 : 2;
  return (frames * frameMs) / 1000;
}

function frameMsAbove(config: number): number {
  return config < 16 ? [10, 20][config & 1] : [2.5, 5, 10, 20][config & 3];
}
