/**
 * @file Frames and a recording → pictures one by one, and the sound beside them as wav.
 *
 * Memory does not grow with the film: pictures are handed on at once, sound is read just ahead.
 */
import { AudioSampleSource, Output, type Target, WavOutputFormat } from "mediabunny";
import { assert } from "../base/assert.js";
import type { Picture } from "../base/picture.js";
import type { Recording } from "../base/recording.js";
import type { Declared } from "../trust/manifest.js";
import { samplesUntil } from "./film-sound.js";

/** Where a film goes picture by picture. It appears whole, by `commit`, or not at all. */
export interface SequenceSink {
  /**
   * Takes the next picture; the array is handed over.
   *
   * @returns Settled when there is room for another.
   */
  addPicture(picture: Picture, index: number): Promise<void>;
  /** Told of the film before its first frame, so that it can be signed. */
  begin?(film: Declared): void;
  /** Where the sound goes, as wav; only asked for if there is any. */
  readonly soundTarget: Target;
  /** Settled when all pictures that were added are written. */
  finish(): Promise<void>;
  commit(): void | Promise<void>;
  discard(): void | Promise<void>;
}

/** What a sequence is to be. */
export interface SequenceOptions {
  readonly sink: SequenceSink;
  /** Even, px. */
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly frameCount: number;
  /** Its sound is cut, or followed by silence, where the last frame ends. */
  readonly recording?: Recording | undefined;
}

/** A sequence that is being written. */
export interface Sequence {
  /** Adds the next frame. @param rgba - Straight, width · height · 4 bytes; handed over. */
  addFrame(rgba: Uint8Array, index: number): Promise<void>;
  /** Writes the rest. All frames must have been added. */
  finish(): Promise<void>;
  /** Stops, and lets go of the sound. */
  cancel(): Promise<void>;
}

/** Begins a sequence. */
export async function openSequence(options: SequenceOptions): Promise<Sequence> {
  const { sink, width, height, fps, frameCount, recording } = options;
  const sound = recording && (await openWav(recording, frameCount / fps, sink.soundTarget));
  let added = 0;
  return {
    async addFrame(rgba, index) {
      assert(index === added, `frame ${added} of ${frameCount}, got ${index}`);
      assert(rgba.length === width * height * 4, `${width} × ${height} RGBA pixels`);
      added++;
      const { buffer, byteOffset, byteLength } = rgba;
      const data = new Uint8ClampedArray(buffer, byteOffset, byteLength);
      await sink.addPicture({ data, width, height }, index);
      await sound?.writeUntil(added / fps);
    },
    async finish() {
      assert(added === frameCount, `${frameCount} frames, got ${added}`);
      await sound?.finish();
      await sink.finish();
    },
    async cancel() {
      await sound?.cancel();
    },
  };
}

/** 16-bit wav at the recording's own rate. */
async function openWav(recording: Recording, endSeconds: number, target: Target) {
  const output = new Output({ format: new WavOutputFormat(), target });
  const source = new AudioSampleSource({ codec: "pcm-s16" });
  output.addAudioTrack(source);
  await output.start();
  const coming = samplesUntil(recording, recording.sampleRateHz, endSeconds);
  const writeUntil = async (seconds: number) => {
    for (;;) {
      const next = await coming.next();
      if (next.done) return;
      await source.add(next.value);
      const { timestamp, duration } = next.value;
      next.value.close();
      if (timestamp + duration >= seconds) return;
    }
  };
  return {
    writeUntil,
    async finish() {
      await writeUntil(Number.POSITIVE_INFINITY);
      await output.finalize();
    },
    async cancel() {
      await coming.return(undefined);
      await output.cancel();
    },
  };
}
