/** @file What the test page can be asked; it is done in a worker, as a studio would. */
import type { FilmCodec, FilmContainer, Take } from "../../../src/index.js";
import type { VideoEncoders } from "../../../src/platform/browser.js";

/** What to make of which samples. */
export interface Samples {
  readonly portrait: string;
  readonly voice: string;
  /** How much of the voice. */
  readonly seconds: number;
}

/** What was made of them, to be given to another worker. */
export interface Made {
  /** Packed. */
  readonly rig: Uint8Array;
  readonly take: Take;
  readonly sound: Float32Array;
  readonly sampleRateHz: number;
}

/** Milliseconds that the steps took. */
export interface Prepared {
  readonly open: number;
  readonly portrait: number;
  readonly rig: number;
  readonly voice: number;
  readonly take: number;
  readonly encoders: VideoEncoders;
  readonly isIsolated: boolean;
}

/** Frames that came while a voice was still being heard. */
export interface Spoken {
  readonly frameCount: number;
  /** For each call that gave frames, in order of size. */
  readonly milliseconds: readonly number[];
  readonly blockSeconds: number;
}

/** How a film is to be. */
export interface AskedFilm {
  readonly container: FilmContainer;
  readonly codec: FilmCodec;
  readonly frameCount: number;
  readonly threads?: number;
  /** True keeps its opacity. */
  readonly alpha?: boolean;
  /** True writes it into a file of the page's own. */
  readonly intoFile?: boolean;
}

/** A film, and how long it took. */
export interface MadeFilm {
  readonly bytes: Uint8Array;
  readonly milliseconds: number;
}

/** The worker's doings, by name. */
export interface Jobs {
  /** Opens the machine, makes a rig and a take. */
  prepare(samples: Samples): Promise<Prepared>;
  /** The first frames as a film. */
  film(asked: AskedFilm): Promise<MadeFilm>;
  /** Frames as I420, drawn by this many workers. */
  frames(asked: { indices: number[]; threads: number }): Promise<Uint8Array[]>;
  give(asked: undefined): Promise<Made>;
  /** Goes on from what another worker has made. */
  receive(made: Made): Promise<VideoEncoders>;
  /** Acts the voice in blocks, as a microphone gives them. */
  speak(asked: undefined): Promise<Spoken>;
  /** The first frames as PNG pictures, by name, and their sound. */
  pictures(frameCount: number): Promise<Record<string, Uint8Array>>;
  /** Film → what is seen and heard: number of frames, seconds of sound. */
  look(film: Uint8Array): Promise<{ frames: number; soundSeconds: number; pixel: number[] }>;
  /** A picture's file read, and written again as PNG. */
  picture(asked: { url: string; sizePx?: number }): Promise<Uint8Array>;
}

/** What the page puts on its global object, for whoever drives it. */
export interface Driven {
  ask<Name extends keyof Jobs>(
    name: Name,
    asked: Parameters<Jobs[Name]>[0],
  ): ReturnType<Jobs[Name]>;
  /** In another worker; one that is called "bare" is a browser without encoders. */
  askIn<Name extends keyof Jobs>(
    where: string,
    name: Name,
    asked: Parameters<Jobs[Name]>[0],
  ): ReturnType<Jobs[Name]>;
  /** Plays the take that was prepared: as fast as it can be drawn, then by the clock. */
  live(seconds: number): Promise<SeenLive>;
  /** The take in three pieces, as they come while somebody speaks. @returns One frame's pixels. */
  liveInPieces(index: number): Promise<Uint8ClampedArray>;
  /** Listens to the microphone for a while. */
  listen(milliseconds: number): Promise<{ blocks: number; seconds: number; loudest: number }>;
  base64(bytes: Uint8Array | Uint8ClampedArray): string;
}

/** How a live view does. */
export interface SeenLive {
  readonly openMilliseconds: number;
  /** Of the worker, for a frame: the median. */
  readonly milliseconds: number;
  /** One after the other, as fast as they come. */
  readonly framesPerSecond: number;
  /** Different frames that were seen by the clock. */
  readonly shown: number;
}
