/** @file A film as the report sees it: frames to look at, sound to listen to, and their clocks. */
import type { Picture } from "./picture.js";
import type { Recording } from "./recording.js";

/** One frame of a film that is looked at. */
export interface FootageFrame {
  readonly index: number;
  /** When it is first shown, on the film's clock. */
  readonly timeSeconds: number;
  /** Upright sRGB, opaque. Reused by the next frame: copy it to keep it. */
  readonly picture: Picture;
}

/** A film, opened to be looked at. */
export interface Footage {
  /** What messages call it. */
  readonly name: string;
  /** Of the frames as they are given, px; large films are given smaller. */
  readonly width: number;
  readonly height: number;
  /** Frames of the film a second, on average. */
  readonly fps: number;
  /** Clock of the pictures: first frame's time, and end of the last frame. */
  readonly video: Span;
  /** Clock of the sound; absent if there is none. */
  readonly audio?: Span | undefined;
  /** The sound on the film's clock from its first sample on; absent if there is none. */
  readonly sound?: Recording | undefined;
  /** All frames from the first on; may be asked for again. */
  frames(): AsyncIterable<FootageFrame>;
  /** Lets go of the file. */
  close(): void;
}

/** A stretch of a film, seconds. */
export interface Span {
  readonly startSeconds: number;
  readonly endSeconds: number;
}
