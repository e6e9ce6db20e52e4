/**
 * @file What a film looks and sounds like, in so few bits that neither picture nor words can be made of them.
 *
 * Once a second the light of the whole picture and of its middle is hashed; of a few frames also that
 * of windows all over the picture, so that a part that was cut out is known again. Of the sound remains
 * whether it grew louder or softer.
 */
import * as z from "zod";
import { assert } from "../base/assert.js";
import { clamp } from "../base/curves.js";
import type { Footage } from "../base/footage.js";
import type { Picture } from "../base/picture.js";
import { type Box, cutPlane, makePlane, type Plane } from "../base/plane.js";
import type { Recording } from "../base/recording.js";
import { COMPARED_SOUND_HZ, hashLoudness, KEPT_SOUND_HZ } from "./loudness-hash.js";
import { hashToHex, pictureHash } from "./picture-hash.js";

/** Frames a second that are hashed of a film that is kept in a registry. */
export const KEPT_HZ = 1;
/** The same of a film that is compared with it: it may begin between two of those. */
const COMPARED_HZ = 5;
/** Of longer films fewer frames a second are hashed. */
const COMPARED_MOST = 1200;
/** Frames at most whose windows are hashed, too: of films that are kept, and that are compared. */
const KEPT_VIEWS = 24;
const COMPARED_VIEWS = 8;
/** Pictures are reduced to this long side before anything else, px. */
const THUMB_PX = 96;
/** Sides of the windows, shares of the picture's. */
const WINDOW_SIDES = [1, 0.9, 0.8, 0.7, 0.6] as const;
/** Where windows lie in the room that they leave, across and down. */
const WINDOW_PLACES = [0, 0.5, 1] as const;
/** The middle of a picture, share of its sides. */
const MIDDLE = 0.6;

/** Windows, as shares of the picture: the whole first. */
export const WINDOWS: readonly Box[] = WINDOW_SIDES.flatMap((side) => {
  const places = side === 1 ? [0] : WINDOW_PLACES;
  return places.flatMap((down) =>
    places.map((across) => ({
      ...{ x: across * (1 - side), y: down * (1 - side), width: side, height: side },
    })),
  );
});

const HEX = /^[0-9a-f]*$/;
const hash = z.string().length(16).regex(HEX);
const MOST_SECONDS = 24 * 3600;
const MOST_HASHES = 100_000;
const hashes = z.array(hash).max(MOST_HASHES);
const view = z
  .string()
  .length(32 * WINDOWS.length)
  .regex(HEX);
const views = z.array(view).max(KEPT_VIEWS);

/** A fingerprint as it is kept. */
export const fingerprintSchema = z.strictObject({
  version: z.literal(1),
  durationSeconds: z.number().nonnegative().max(MOST_SECONDS),
  /** Of the film, px. */
  width: z.int().positive(),
  height: z.int().positive(),
  /** Frames a second that are hashed, the first at 0 s. */
  rateHz: z.number().positive().max(60),
  /** Hashes of each: of the whole picture, and of its middle. */
  whole: hashes.min(1),
  middle: hashes.min(1),
  /** Of some of these frames: the hashes of each of `WINDOWS` and of its middle, in a row. */
  views: views.min(1),
  /** See `hashLoudness`; absent if the film has no sound. */
  sound: z
    .strictObject({ rateHz: z.int().positive().max(1000), bits: z.string().regex(HEX) })
    .optional(),
});

/** What a film looks and sounds like. */
export type Fingerprint = z.infer<typeof fingerprintSchema>;

/** What a film sounds like. */
export type SoundPrint = NonNullable<Fingerprint["sound"]>;

/** A film's fingerprint, as it is seen and in a mirror. */
export interface FingerprintPair {
  readonly upright: Fingerprint;
  readonly mirrored: Fingerprint;
}

/** Collects what a film looks like while it runs by. */
export interface Fingerprinter {
  /** Whether the frame shown from this time on would be hashed; asking is free. */
  wants(seconds: number): boolean;
  /**
   * Takes a frame.
   *
   * @param thumb - From `thumbOf` or `thumbOfLuma`.
   */
  add(thumb: Plane): void;
  /** What was collected so far. */
  part(): FingerprintPart;
  /** @param sound - From `soundPrint`. */
  finish(sound?: SoundPrint): Fingerprint;
}

/** What a stretch of a film looks like. */
export type FingerprintPart = Pick<Fingerprint, "whole" | "middle" | "views">;

/** A stretch that others looked at; a short one may hold none of the frames that are hashed. */
export const fingerprintPartSchema = z.strictObject({ whole: hashes, middle: hashes, views });

/** Size and length of a film. */
export interface FilmExtent {
  readonly width: number;
  readonly height: number;
  readonly durationSeconds: number;
}

/**
 * Begins a fingerprint; memory grows by 32 letters for each hashed frame.
 *
 * @param rateHz - Frames a second that are hashed.
 * @param before - Frames that were hashed before these, of a film whose stretches are looked at apart.
 */
export function makeFingerprinter(
  { width, height, durationSeconds }: FilmExtent,
  rateHz = KEPT_HZ,
  before = 0,
): Fingerprinter {
  const most = rateHz === KEPT_HZ ? KEPT_VIEWS : COMPARED_VIEWS;
  const stride = Math.max(1, Math.ceil((durationSeconds * rateHz) / most));
  const whole: string[] = [];
  const middle: string[] = [];
  const views: string[] = [];
  return {
    wants: (seconds) => seconds >= (before + whole.length) / rateHz,
    add(thumb) {
      const index = before + whole.length;
      if (index % stride === 0 && index / stride < most) {
        views.push(WINDOWS.map((window) => hashesOfPart(thumb, window).join("")).join(""));
      }
      const [ofWhole, ofMiddle] = hashesOfPart(thumb, WINDOWS[0]);
      whole.push(ofWhole);
      middle.push(ofMiddle);
    },
    part: () => ({ whole, middle, views }),
    finish(sound) {
      assert(whole.length > 0, "a frame");
      const film = { version: 1, durationSeconds, width, height, rateHz } as const;
      const seen = { ...film, whole, middle, views };
      return sound === undefined ? seen : { ...seen, sound };
    },
  };
}

/** How many of a film's first frames are hashed. @param fps - Of the film. */
export function countHashed(frames: number, fps: number, rateHz = KEPT_HZ): number {
  let count = 0;
  for (let index = 0; index < frames; index++) if (index / fps >= count / rateHz) count++;
  return count;
}

/** A film's fingerprint of its stretches', in order. @param sound - From `soundPrint`. */
export function joinFingerprints(
  { width, height, durationSeconds }: FilmExtent,
  parts: readonly FingerprintPart[],
  sound?: SoundPrint,
): Fingerprint {
  const seen = {
    ...({ version: 1, durationSeconds, width, height, rateHz: KEPT_HZ } as const),
    whole: parts.flatMap(({ whole }) => whole),
    middle: parts.flatMap(({ middle }) => middle),
    views: parts.flatMap(({ views }) => views),
  };
  return sound === undefined ? seen : { ...seen, sound };
}

/**
 * A film's fingerprints, to be compared with one that is kept; all frames are decoded, memory does not
 * grow with their size.
 */
export async function fingerprintFilm(footage: Footage): Promise<FingerprintPair> {
  const { width, height, video } = footage;
  const durationSeconds = video.endSeconds - video.startSeconds;
  const rateHz = Math.min(COMPARED_HZ, COMPARED_MOST / durationSeconds);
  const upright = makeFingerprinter({ width, height, durationSeconds }, rateHz);
  const mirrored = makeFingerprinter({ width, height, durationSeconds }, rateHz);
  for await (const { timeSeconds, picture } of footage.frames()) {
    if (!upright.wants(timeSeconds - video.startSeconds)) continue;
    const thumb = thumbOf(picture);
    upright.add(thumb);
    mirrored.add(mirrorPlane(thumb));
  }
  const { sound: recording } = footage;
  const sound = recording && (await soundPrint(recording, durationSeconds, COMPARED_SOUND_HZ));
  return { upright: upright.finish(sound), mirrored: mirrored.finish(sound) };
}

/**
 * What a film's sound is like.
 *
 * @param endSeconds - Where the film ends.
 */
export async function soundPrint(
  recording: Recording,
  endSeconds: number,
  rateHz = KEPT_SOUND_HZ,
): Promise<SoundPrint> {
  return { rateHz, bits: await hashLoudness(recording, endSeconds, rateHz) };
}

/** A single picture's fingerprints: those of a film of one frame. */
export function fingerprintPicture(picture: Picture): FingerprintPair {
  const thumb = thumbOf(picture);
  const { width, height } = picture;
  const of = (seen: Plane) => {
    const printer = makeFingerprinter({ width, height, durationSeconds: 0 });
    printer.add(seen);
    return printer.finish();
  };
  return { upright: of(thumb), mirrored: of(mirrorPlane(thumb)) };
}

/** A picture's luma, reduced. Opacity is left aside. */
export function thumbOf({ data, width, height }: Picture): Plane {
  return reduce(width, height, (i) => {
    const at = 4 * i;
    return 0.2126 * data[at] + 0.7152 * data[at + 1] + 0.0722 * data[at + 2];
  });
}

/** The same of a frame's luma plane, row by row. */
export function thumbOfLuma(luma: Uint8Array, width: number, height: number): Plane {
  return reduce(width, height, (i) => luma[i]);
}

/** Means over parts of whole pixels. @param lumaAt - By the pixel's number. */
function reduce(width: number, height: number, lumaAt: (index: number) => number): Plane {
  const scale = Math.min(1, THUMB_PX / Math.max(width, height));
  const out = makePlane(
    Math.max(1, Math.round(width * scale)),
    Math.max(1, Math.round(height * scale)),
  );
  for (let row = 0, to = 0; row < out.height; row++) {
    const top = Math.floor((row * height) / out.height);
    const bottom = Math.floor(((row + 1) * height) / out.height);
    for (let column = 0; column < out.width; column++) {
      const left = Math.floor((column * width) / out.width);
      const right = Math.floor(((column + 1) * width) / out.width);
      let sum = 0;
      for (let y = top; y < bottom; y++) {
        for (let i = y * width + left; i < y * width + right; i++) sum += lumaAt(i);
      }
      out.data[to++] = sum / ((bottom - top) * (right - left));
    }
  }
  return out;
}

function mirrorPlane({ data, width, height }: Plane): Plane {
  const out = makePlane(width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) out.data[y * width + x] = data[(y + 1) * width - 1 - x];
  }
  return out;
}

/** Hashes of a part and of its middle. @param part - In shares of the plane. */
function hashesOfPart(thumb: Plane, part: Box): [whole: string, middle: string] {
  const hashAround = (share: number) => {
    const [acrossPx, downPx] = [part.width * thumb.width, part.height * thumb.height];
    const x = Math.round(part.x * thumb.width + (acrossPx * (1 - share)) / 2);
    const y = Math.round(part.y * thumb.height + (downPx * (1 - share)) / 2);
    const width = clamp(Math.round(acrossPx * share), 1, thumb.width - x);
    const height = clamp(Math.round(downPx * share), 1, thumb.height - y);
    return hashToHex(pictureHash(cutPlane(thumb, { x, y, width, height })));
  };
  return [hashAround(1), hashAround(MIDDLE)];
}
