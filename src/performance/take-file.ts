/**
 * @file Takes as JSON: the document that is saved, edited and rendered again.
 *
 * Version 2 holds layers: each with its seed and one list per curve, so that a curve can be read and
 * replaced by hand, keyframes that override them, and an edit over all. Curves that stay 0 are left out. Version 1 is
 * a take in one piece. Angles are degrees there, as everywhere people read them.
 */
import { z } from "zod";
import { CHANNEL_COUNT, CHANNELS } from "../base/channels.js";
import { FilmError } from "../base/errors.js";
import { composeTake } from "./compose.js";
import { editSchema } from "./edit-file.js";
import {
  CURVES,
  type CurveName,
  type Keyframe,
  LAYERS,
  type Layer,
  type Layers,
} from "./layers.js";
import { HEAD_SIZE, makeTake, type Take } from "./take.js";
import { HEAD_CURVES, round, unitOf } from "./take-units.js";

const DEGREE = Math.PI / 180;

/** How far curves may go: far beyond any face, and still something that can be drawn. */
const WEIGHT_MAX = 10;
const DEGREES_MAX = 360;
const CENTIMETRES_MAX = 50;

const curveWithin = (limit: number) => z.array(z.number().min(-limit).max(limit));
const weight = curveWithin(WEIGHT_MAX);
const angle = curveWithin(DEGREES_MAX);
const shift = curveWithin(CENTIMETRES_MAX);

const DAY_SECONDS = 86_400;
/** A take in which nothing moves may have so many frames: an hour. */
const STILL_FRAMES_MAX = 432_000;

const head = {
  format: z.literal("ritratto-take"),
  fps: z.number().positive().max(240),
  frameCount: z.number().int().positive(),
  seed: z.number().int(),
};
/** How far a curve may go, in the units of the file. */
function limitOf(curve: string) {
  if (unitOf(curve) !== 1) return DEGREES_MAX;
  return curve.startsWith("head.") ? CENTIMETRES_MAX : WEIGHT_MAX;
}

const CURVE_OF = { [WEIGHT_MAX]: weight, [DEGREES_MAX]: angle, [CENTIMETRES_MAX]: shift };

const layer = z.object({
  /** What its chance was drawn from. */
  seed: z.number().int(),
  /** By name, one number per frame: weights, degrees, centimetres. */
  curves: z.strictObject(
    Object.fromEntries(CURVES.map((name) => [name, CURVE_OF[limitOf(name)].optional()])) as Record<
      CurveName,
      z.ZodOptional<typeof weight>
    >,
  ),
});
const keyframe = z
  .object({
    curve: z.enum(CURVES.filter((name) => name !== "lively")),
    seconds: z.number().min(0).max(DAY_SECONDS),
    /** A weight, degrees or centimetres. */
    value: z.number().min(-DEGREES_MAX).max(DEGREES_MAX),
  })
  .refine(({ curve, value }) => Math.abs(value) <= limitOf(curve), {
    path: ["value"],
    message: "beyond all measure for its curve",
  });

/** The file's shape, version 2: a take in layers. */
export const layeredTakeSchema = z.object({
  ...head,
  version: z.literal(2),
  layers: z.object(
    Object.fromEntries(LAYERS.map((name) => [name, layer])) as Record<
      (typeof LAYERS)[number],
      typeof layer
    >,
  ),
  keyframes: z.array(keyframe).default([]),
  /** What is pushed by hand, over all layers and keyframes. */
  edit: editSchema.optional(),
});

/** The file's shape, version 1: a take in one piece. */
export const takeSchema = z.object({
  ...head,
  version: z.literal(1),
  /** Weights by channel name, one number per frame. */
  channels: z.partialRecord(z.enum(CHANNELS), weight),
  /** Degrees and centimetres, one number per frame. */
  head: z.object({ pitch: angle, yaw: angle, roll: angle, x: shift, y: shift, z: shift }),
  /** Degrees, one number per frame. */
  gaze: z.object({ yaw: angle, pitch: angle }),
  /** 0..1, one number per frame. */
  breath: weight,
});

/** The layered file's shape as JSON Schema: what docs/take.schema.json holds. */
export function takeJsonSchema(): unknown {
  return z.toJSONSchema(layeredTakeSchema, { io: "input", reused: "ref" });
}

/** A take as JSON text, in layers if it has them; numbers are rounded to 1/10,000. */
export function writeTake(take: Take): string {
  return take.layers === undefined ? writeWhole(take) : writeLayers(take, take.layers);
}

function writeLayers(take: Take, layers: Layers): string {
  const { fps, frameCount, seed, keyframes = [], edit } = take;
  const file = { format: "ritratto-take", version: 2, fps, frameCount, seed };
  const told = LAYERS.map((name) => {
    const { seed: own, curves: data } = layers[name];
    const lines = Object.entries(data).map(([curve, values]) => {
      const unit = unitOf(curve);
      const numbers = Array.from(values, (value) => round(value / unit));
      return `        "${curve}": ${JSON.stringify(numbers)}`;
    });
    const inside = lines.length === 0 ? "{}" : `{\n${lines.join(",\n")}\n      }`;
    return `    "${name}": {\n      "seed": ${own},\n      "curves": ${inside}\n    }`;
  });
  const keys = keyframes.map(({ curve, seconds, value }) => {
    return `    ${JSON.stringify({ curve, seconds, value: round(value / unitOf(curve)) })}`;
  });
  const lines = [
    ...Object.entries(file).map(([key, value]) => `  "${key}": ${JSON.stringify(value)}`),
    `  "layers": {\n${told.join(",\n")}\n  }`,
    `  "keyframes": ${keys.length === 0 ? "[]" : `[\n${keys.join(",\n")}\n  ]`}`,
    ...(edit === undefined ? [] : [`  "edit": ${JSON.stringify(edit)}`]),
  ];
  return `{\n${lines.join(",\n")}\n}\n`;
}

function writeWhole(take: Take): string {
  const { fps, frameCount, seed } = take;
  const column = (data: Float32Array, size: number, at: number, unit = 1) =>
    Array.from({ length: frameCount }, (_, i) => round(data[i * size + at] / unit));
  const channels = Object.fromEntries(
    CHANNELS.map((name, c) => [name, column(take.weights, CHANNEL_COUNT, c)] as const).filter(
      ([, values]) => values.some((value) => value !== 0),
    ),
  );
  const head = Object.fromEntries(
    HEAD_CURVES.map(([name, at, unit]) => [name, column(take.head, HEAD_SIZE, at, unit)]),
  );
  const gaze = {
    yaw: column(take.gaze, 2, 0, DEGREE),
    pitch: column(take.gaze, 2, 1, DEGREE),
  };
  const breath = column(take.breath, 1, 0);
  const file = { format: "ritratto-take", version: 1, fps, frameCount, seed };
  const lines = [
    ...Object.entries(file).map(([key, value]) => `  "${key}": ${JSON.stringify(value)}`),
    `  "channels": ${curves(channels)}`,
    `  "head": ${curves(head)}`,
    `  "gaze": ${curves(gaze)}`,
    `  "breath": ${JSON.stringify(breath)}`,
  ];
  return `{\n${lines.join(",\n")}\n}\n`;
}

/** An object with one curve a line. */
function curves(entries: Record<string, number[]>): string {
  const lines = Object.entries(entries).map(
    ([name, values]) => `    "${name}": ${JSON.stringify(values)}`,
  );
  return `{\n${lines.join(",\n")}\n  }`;
}

/**
 * Reads a take from JSON text.
 *
 * @throws FilmError `take_invalid`, naming the field.
 */
export function readTake(text: string): Take {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new FilmError("take_invalid", "The take is no JSON.", {}, { cause });
  }
  const isLayered = typeof json === "object" && json !== null && "layers" in json;
  return isLayered ? readLayers(json) : readWhole(json);
}

function readLayers(json: unknown): Take {
  const { layers, keyframes, edit, ...file } = checked(layeredTakeSchema, json);
  checkLengths(
    file.frameCount,
    LAYERS.flatMap((name) => named(`layers.${name}.curves`, layers[name].curves)),
  );
  const read = LAYERS.map((name) => {
    const curves = Object.entries(layers[name].curves).map(([curve, values]) => {
      const unit = unitOf(curve);
      return [curve, Float32Array.from(values ?? [], (value) => value * unit)] as const;
    });
    const own: Layer = { seed: layers[name].seed, curves: Object.fromEntries(curves) };
    return [name, own] as const;
  });
  return composeTake(
    file,
    Object.fromEntries(read) as Layers,
    keyframes.map(({ curve, seconds, value }) => {
      return { curve: curve as Keyframe["curve"], seconds, value: value * unitOf(curve) };
    }),
    edit,
  );
}

/** @throws FilmError take_invalid, naming the field. */
function checked<T>(schema: z.ZodType<T>, json: unknown): T {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0];
  const field = path.join(".") || "the document";
  throw new FilmError("take_invalid", `The take is not valid at ${field}: ${message}.`, { field });
}

function readWhole(json: unknown): Take {
  const file = checked(takeSchema, json);
  checkLengths(file.frameCount, [
    ...named("channels", file.channels),
    ...named("head", file.head),
    ...named("gaze", file.gaze),
    ["breath", file.breath],
  ]);
  const take = makeTake(file.fps, file.frameCount, file.seed);
  const fill = (values: number[], out: Float32Array, size: number, at: number, unit = 1) => {
    values.forEach((value, i) => {
      out[i * size + at] = value * unit;
    });
  };
  CHANNELS.forEach((name, c) => {
    fill(file.channels[name] ?? [], take.weights, CHANNEL_COUNT, c);
  });
  for (const [name, at, unit] of HEAD_CURVES) fill(file.head[name], take.head, HEAD_SIZE, at, unit);
  fill(file.gaze.yaw, take.gaze, 2, 0, DEGREE);
  fill(file.gaze.pitch, take.gaze, 2, 1, DEGREE);
  fill(file.breath, take.breath, 1, 0);
  return take;
}

/** Refuses curves of other lengths before memory is taken for as many frames as the file claims. */
function checkLengths(
  frameCount: number,
  curves: readonly (readonly [field: string, values: readonly number[]])[],
): void {
  for (const [field, { length }] of curves) {
    if (length === frameCount) continue;
    const message = `The take's ${field} has ${length} numbers for ${frameCount} frames.`;
    throw new FilmError("take_invalid", message, { field });
  }
  // A take without any curve would be as long as it likes to say.
  if (curves.length === 0 && frameCount > STILL_FRAMES_MAX) {
    const message = `The take has ${frameCount} frames and no curve.`;
    throw new FilmError("take_invalid", message, { field: "frameCount" });
  }
}

/** Curves by the name of their field. */
function named(group: string, curves: Partial<Record<string, number[]>>) {
  return Object.entries(curves).map(
    ([name, values]) => [`${group}.${name}`, values ?? []] as const,
  );
}
