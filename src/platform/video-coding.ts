/** @file What every video encoder of ours has in common. */
import type { VideoCodec } from "mediabunny";
import { assert } from "../base/assert.js";

/** The only colours that films are made in. */
export const BT709: VideoColorSpaceInit = {
  primaries: "bt709",
  transfer: "bt709",
  matrix: "bt709",
  fullRange: false,
};

/** The quantizer as WebCodecs hands it over with each frame, under the codec's name. */
type QuantizerOptions = Partial<Record<VideoCodec, { readonly quantizer?: number | null }>>;

/** The quantizer of this frame: 0 to 51 for avc, to 63 for vp9, to 255 for av1; less is better. */
export function quantizerOf(codec: VideoCodec, options: VideoEncoderEncodeOptions): number {
  const quantizer = (options as QuantizerOptions)[codec]?.quantizer;
  assert(typeof quantizer === "number", `a quantizer for ${codec}`);
  return quantizer;
}
