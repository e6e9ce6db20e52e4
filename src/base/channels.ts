/** @file The 52 facial channels, by the names of Apple's ARKit, in Live Link Face's CSV order. */

/** Channel names in the order of `Take.weights`. Left and right are the subject's. */
export const CHANNELS = [
  "eyeBlinkLeft",
  "eyeLookDownLeft",
  "eyeLookInLeft",
  "eyeLookOutLeft",
  "eyeLookUpLeft",
  "eyeSquintLeft",
  "eyeWideLeft",
  "eyeBlinkRight",
  "eyeLookDownRight",
  "eyeLookInRight",
  "eyeLookOutRight",
  "eyeLookUpRight",
  "eyeSquintRight",
  "eyeWideRight",
  "jawForward",
  "jawRight",
  "jawLeft",
  "jawOpen",
  "mouthClose",
  "mouthFunnel",
  "mouthPucker",
  "mouthRight",
  "mouthLeft",
  "mouthSmileLeft",
  "mouthSmileRight",
  "mouthFrownLeft",
  "mouthFrownRight",
  "mouthDimpleLeft",
  "mouthDimpleRight",
  "mouthStretchLeft",
  "mouthStretchRight",
  "mouthRollLower",
  "mouthRollUpper",
  "mouthShrugLower",
  "mouthShrugUpper",
  "mouthPressLeft",
  "mouthPressRight",
  "mouthLowerDownLeft",
  "mouthLowerDownRight",
  "mouthUpperUpLeft",
  "mouthUpperUpRight",
  "browDownLeft",
  "browDownRight",
  "browInnerUp",
  "browOuterUpLeft",
  "browOuterUpRight",
  "cheekPuff",
  "cheekSquintLeft",
  "cheekSquintRight",
  "noseSneerLeft",
  "noseSneerRight",
  "tongueOut",
] as const;

/** Name of one facial channel. */
export type Channel = (typeof CHANNELS)[number];

/** How many channels a take has: 52. */
export const CHANNEL_COUNT = CHANNELS.length;

/** Position of each channel in `CHANNELS`. */
export const CHANNEL_INDEX = Object.fromEntries(
  CHANNELS.map((name, index) => [name, index]),
) as Readonly<Record<Channel, number>>;

/** Weights by name; channels left out are 0. Names without a side set both sides. */
export type ChannelWeights = Partial<Record<Channel | PairedChannel, number>>;

/** A channel that exists for both sides, named without the side. */
export type PairedChannel = Channel extends infer C
  ? C extends `${infer Stem}Left`
    ? Stem
    : never
  : never;

/** Writes named weights into one frame's weights, shape [52]; others stay as they are. */
export function setChannels(out: Float32Array, weights: ChannelWeights): Float32Array {
  for (const [name, weight] of Object.entries(weights)) {
    for (const full of [name, `${name}Left`, `${name}Right`]) {
      const index = CHANNEL_INDEX[full as Channel];
      if (index !== undefined) out[index] = weight;
    }
  }
  return out;
}
