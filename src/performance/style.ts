/**
 * @file A style: how somebody moves while speaking, as numbers. Heads, brows, lids and corners of the
 * mouth of tracked clips, beside the sound that went with them. No picture and no sound is in it.
 */
import { z } from "zod";
import type { Channel } from "../base/channels.js";
import { FilmError } from "../base/errors.js";
import { pack, unpack } from "../base/packed.js";
import type { Assets } from "../base/ports.js";
import { MANNER_SIZE, type Manner } from "./manner.js";
import { HEAD_SIZE } from "./take.js";

/** Frames a second of all clips. */
export const STYLE_FPS = 25;

/** Channels that are learned beside the head; lips, lids' blinks and eyes have their own makers. */
export const STYLE_CHANNELS = [
  "browDownLeft",
  "browDownRight",
  "browInnerUp",
  "browOuterUpLeft",
  "browOuterUpRight",
  "eyeSquintLeft",
  "eyeSquintRight",
  "eyeWideLeft",
  "eyeWideRight",
  "mouthSmileLeft",
  "mouthSmileRight",
  "mouthFrownLeft",
  "mouthFrownRight",
] as const satisfies readonly Channel[];

/** Numbers per frame of `MotionClip.motion`: the head as in a take, then `STYLE_CHANNELS`. */
export const MOTION_SIZE = HEAD_SIZE + STYLE_CHANNELS.length;

/** What is known of the sound in a frame, see `soundOf`. */
export const SOUND = ["speech", "loudness", "pitch", "accent"] as const;
/** Numbers per frame of `MotionClip.sound`. */
export const SOUND_SIZE = SOUND.length;

/** A stretch of somebody's motion, at `STYLE_FPS`. */
export interface MotionClip {
  readonly frameCount: number;
  /** Radians, cm and weights against the person's own rest, shape [frames, 19]. */
  readonly motion: Float32Array;
  /** In the order of `SOUND`, shape [frames, 4]. */
  readonly sound: Float32Array;
}

/** What a style was learned from. */
export interface StyleSource {
  readonly name: string;
  readonly licence: string;
  readonly seconds: number;
  /** Of the film's bytes, so that it can be told which one it was. */
  readonly sha256?: string | undefined;
}

/** What somebody does otherwise than people usually do; 1 = as usual. */
export interface Habits {
  /** How far the jaw goes, and the lips. */
  readonly jaw: number;
  readonly lips: number;
  readonly blinksPerMinute: number;
}

/** How somebody moves. */
export interface Style {
  readonly name: string;
  /** Why these films may be learned from: whose consent, which licence. */
  readonly basis?: string | undefined;
  readonly habits?: Habits | undefined;
  /** How each sound is made; absent: as the voice alone tells. */
  readonly manner?: Manner | undefined;
  readonly clips: readonly MotionClip[];
  readonly sources: readonly StyleSource[];
}

const clipSchema = z
  .object({
    frameCount: z.number().int().positive(),
    motion: z.instanceof(Uint16Array),
    sound: z.instanceof(Uint16Array),
  })
  .refine(
    ({ frameCount, motion, sound }) =>
      motion.length === frameCount * MOTION_SIZE && sound.length === frameCount * SOUND_SIZE,
    "curves of the clip's length",
  );

const correctionSchema = z.object({
  by: z.instanceof(Float32Array).refine(({ length }) => length === MANNER_SIZE, "67 numbers"),
  gain: z.number().min(0).max(10),
});

const styleSchema = z.object({
  name: z.string(),
  fps: z.literal(STYLE_FPS),
  channels: z.array(z.string()).refine((names) => names.join() === STYLE_CHANNELS.join(), {
    message: "other channels than this version knows",
  }),
  basis: z.string().optional(),
  habits: z
    .object({
      jaw: z.number().min(0).max(2),
      lips: z.number().min(0).max(2),
      blinksPerMinute: z.number().min(0).max(120),
    })
    .optional(),
  manner: z.object({ opening: correctionSchema, width: correctionSchema }).optional(),
  sources: z.array(
    z.object({
      name: z.string(),
      licence: z.string(),
      seconds: z.number(),
      sha256: z.string().optional(),
    }),
  ),
  clips: z.array(clipSchema).min(1),
});

/** The style that ships with Ritratto: several people's manners, mixed. */
export async function openDefaultStyle(assets: Assets): Promise<Style> {
  return readStyle(await assets.read("default.style"));
}

const MAGIC = "RITSTYLE";
const VERSION = 1;
/** Numbers are kept as 16 bits: steps per 1, and what 0 is. */
const STEPS = 4096;
const ZERO = 32768;

/** A style as bytes. */
export function writeStyle({ name, basis, habits, manner, clips, sources }: Style): Uint8Array {
  const keep = (values: Float32Array) =>
    Uint16Array.from(values, (value) =>
      Math.max(0, Math.min(65535, Math.round(value * STEPS) + ZERO)),
    );
  return pack(MAGIC, VERSION, {
    ...{ name, channels: STYLE_CHANNELS, fps: STYLE_FPS },
    ...(basis === undefined ? {} : { basis }),
    ...(habits && { habits: { ...habits } }),
    ...(manner && { manner: { opening: { ...manner.opening }, width: { ...manner.width } } }),
    sources: sources.map((source) => ({ ...source })),
    clips: clips.map(({ frameCount, motion, sound }) => {
      return { frameCount, motion: keep(motion), sound: keep(sound) };
    }),
  });
}

/**
 * A style from bytes.
 *
 * @throws FilmError `style_invalid`, for bytes that hold none.
 */
export function readStyle(bytes: Uint8Array): Style {
  const unpacked = unpack(MAGIC, VERSION, bytes);
  if (!("value" in unpacked)) {
    const why = { magic: "is no style", version: "has another version", damaged: "is damaged" };
    throw new FilmError("style_invalid", `The style ${why[unpacked.problem]}.`);
  }
  const parsed = styleSchema.safeParse(unpacked.value);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0];
    const field = path.join(".");
    throw new FilmError("style_invalid", `The style is not valid at ${field}: ${message}.`, {
      field,
    });
  }
  const { name, basis, habits, manner, sources, clips } = parsed.data;
  const open = (values: Uint16Array) =>
    Float32Array.from(values, (value) => (value - ZERO) / STEPS);
  return {
    ...{ name, basis, habits, manner, sources },
    clips: clips.map(({ frameCount, motion, sound }) => {
      return { frameCount, motion: open(motion), sound: open(sound) };
    }),
  };
}
