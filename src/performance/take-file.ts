/**
 * @file Takes as JSON: the document that is saved, edited and rendered again.
 *
 * One list per channel, so that a curve can be read and replaced by hand. Channels that stay 0 are
 * left out. Angles are degrees there, as everywhere people read them.
 */
import { z } from "zod";
import { CHANNEL_COUNT, CHANNELS } from "../base/channels.js";
import { FilmError } from "../base/errors.js";
import { HEAD_SIZE, makeTake, type Take } from "./take.js";

const DEGREE = Math.PI / 180;
/** Head curves in the file: name, place in `Take.head`, unit. */
const HEAD_CURVES = [
  ["pitch", 0, DEGREE],
  ["yaw", 1, DEGREE],
  ["roll", 2, DEGREE],
  ["x", 3, 1],
  ["y", 4, 1],
  ["z", 5, 1],
] as const;

/** How far curves may go: far beyond any face, and still something that can be drawn. */
const WEIGHT_MAX = 10;
const DEGREES_MAX = 360;
const CENTIMETRES_MAX = 50;

const curveWithin = (limit: number) => z.array(z.number().min(-limit).max(limit));
const weight = curveWithin(WEIGHT_MAX);
const angle = curveWithin(DEGREES_MAX);
const shift = curveWithin(CENTIMETRES_MAX);

/** The file's shape, version 1. */
export const takeSchema = z.object({
  format: z.literal("ritratto-take"),
  version: z.literal(1),
  fps: z.number().positive().max(240),
  frameCount: z.number().int().positive(),
  seed: z.number().int(),
  /** Weights by channel name, one number per frame. */
  channels: z.partialRecord(z.enum(CHANNELS), weight),
  /** Degrees and centimetres, one number per frame. */
  head: z.object({ pitch: angle, yaw: angle, roll: angle, x: shift, y: shift, z: shift }),
  /** Degrees, one number per frame. */
  gaze: z.object({ yaw: angle, pitch: angle }),
  /** 0..1, one number per frame. */
  breath: weight,
});

/** A take as JSON text; numbers are rounded to 1/10,000. */
export function writeTake(take: Take): string {
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

/**
 * Rounds a take, in place, to what its file holds: so that a film is the same whether its take went
 * through a file or not.
 */
export function roundTake(take: Take): Take {
  const roundColumn = (data: Float32Array, size: number, at: number, unit = 1) => {
    for (let i = at; i < data.length; i += size) data[i] = round(data[i] / unit) * unit;
  };
  roundColumn(take.weights, 1, 0);
  for (const [, at, unit] of HEAD_CURVES) roundColumn(take.head, HEAD_SIZE, at, unit);
  roundColumn(take.gaze, 1, 0, DEGREE);
  roundColumn(take.breath, 1, 0);
  return take;
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4 || 0;
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
  const parsed = takeSchema.safeParse(json);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0];
    const field = path.join(".") || "the document";
    throw new FilmError("take_invalid", `The take is not valid at ${field}: ${message}.`, {
      field,
    });
  }
  const file = parsed.data;
  checkLengths(file);
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
function checkLengths(file: z.infer<typeof takeSchema>): void {
  const curves = {
    ...named("channels", file.channels),
    ...named("head", file.head),
    ...named("gaze", file.gaze),
    breath: file.breath,
  };
  for (const [field, { length }] of Object.entries(curves)) {
    if (length === file.frameCount) continue;
    const message = `The take's ${field} has ${length} numbers for ${file.frameCount} frames.`;
    throw new FilmError("take_invalid", message, { field });
  }
}

/** Curves by the name of their field. */
function named(group: string, curves: Record<string, number[]>): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(curves).map(([name, values]) => [`${group}.${name}`, values]),
  );
}
