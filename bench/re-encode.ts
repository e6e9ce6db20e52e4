/** @file Films as they come back from others: filtered, and compressed again. */
import { Decoder, Demuxer, Encoder, FilterAPI, Muxer } from "node-av/api";
import { FF_ENCODER_LIBX264 } from "node-av/constants";

/** What is done to a film. */
export interface Treatment {
  /** FFmpeg's filters, e.g. "scale=256:256,hflip"; none by default. */
  readonly filters?: string;
  /** Of x264's preset medium. */
  readonly crf: number;
}

/** Node-av's own readers need what Node 20 does not have yet. */
function withResolvers() {
  let settle = {};
  const promise = new Promise((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, ...settle };
}
if (!("withResolvers" in Promise)) Object.assign(Promise, { withResolvers });

/** Decodes a film, filters it, and writes it as H.264 again, without its sound. */
export async function reencode(
  from: string,
  to: string,
  { filters, crf }: Treatment,
): Promise<void> {
  const input = await Demuxer.open(from);
  const video = input.video();
  if (video === undefined) throw new Error(`no pictures in ${from}`);
  const decoder = await Decoder.create(video);
  const filter = FilterAPI.create(`${filters ?? "null"},format=yuv420p`);
  const encoder = await Encoder.create(FF_ENCODER_LIBX264, {
    decoder,
    filter,
    options: { preset: "medium", crf },
  });
  const output = await Muxer.open(to);
  try {
    const stream = output.addStream(encoder);
    const frames = filter.frames(decoder.frames(input.packets(video.index)));
    for await (const packet of encoder.packets(frames)) {
      if (packet === null) continue;
      await output.writePacket(packet, stream);
      packet.free();
    }
  } finally {
    await output.close();
    encoder.close();
    filter.close();
    decoder.close();
    await input.close();
  }
}
