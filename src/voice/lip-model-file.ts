/**
 * @file The JSON document beside somebody else's mouth: how a network is fed and understood.
 *
 * In: text. Out: a description, checked and with its defaults. The fields below are its reference.
 */
import { z } from "zod";
import { CHANNELS } from "../base/channels.js";
import { FilmError } from "../base/errors.js";
import { LIP_CHANNELS } from "./lip-channels.js";

/** Far beyond any network, and still something that fits in memory. */
const CHANNELS_MAX = 512;
const CONSTANT_MAX = 100_000;
const DELAY_MAX_SECONDS = 2;
const WINDOW_MAX_SECONDS = 120;
const SCALE_MAX = 1000;

const constantSchema = z
  .strictObject({
    /** Its dimensions, e.g. [1, 12]. */
    shape: z.array(z.number().int().positive()).max(8),
    /** Its numbers, row-major. */
    values: z.array(z.number()).max(CONSTANT_MAX),
  })
  .refine(({ shape, values }) => values.length === shape.reduce((size, side) => size * side, 1), {
    error: "must hold as many values as its shape says",
  });

const inputSchema = z.strictObject({
  /** Dimensions of the sound: [n], [1, n] (by default) or [1, 1, n]. */
  layout: z.enum(["samples", "batch-samples", "batch-channel-samples"]).default("batch-samples"),
  /**
   * "none", by default: samples as they were recorded, −1..1. "unit-variance": divided by their
   * root mean square over the whole recording, as networks after wav2vec 2.0 often want them.
   */
  normalize: z.enum(["none", "unit-variance"]).default("none"),
  /** Inputs besides the sound, by name, the same for all: a speaker, a mood. None by default. */
  constants: z.record(z.string(), constantSchema).default({}),
});

const outputSchema = z.strictObject({
  /** Name of the output that holds the curves; not needed if the network has only one. */
  name: z.string().min(1).optional(),
  /** Its dimensions; "batch-frames-channels" by default. A batch is 1. */
  layout: z
    .enum(["frames-channels", "batch-frames-channels", "batch-channels-frames"])
    .default("batch-frames-channels"),
});

const channelSchema = z.enum(CHANNELS, {
  error: ({ input }) => `${JSON.stringify(input)} is no ARKit channel (${advice(input)})`,
});
const scaleSchema = z.number().positive().max(SCALE_MAX);

/** The file's shape, version 1. Unknown fields are refused. */
export const lipModelSchema = z
  .strictObject({
    format: z.literal("ritratto-lip-model"),
    version: z.literal(1),
    /** The ONNX file, relative to this one; by default the one with the same name. */
    model: z.string().min(1).optional(),
    /** Samples a second that the network hears, Hz. */
    sampleRateHz: z.number().int().min(4000).max(192_000),
    /** Frames a second that it gives; frame k shows the instant (k + ½) / framesPerSecond. */
    framesPerSecond: z.number().min(1).max(1000),
    /** How it takes the sound. */
    input: inputSchema.prefault({}),
    /** How it gives the curves. */
    output: outputSchema.prefault({}),
    /** ARKit's name of each column, in the network's order; null for a column to ignore. */
    channels: z.array(channelSchema.nullable()).min(1).max(CHANNELS_MAX),
    /** What makes its numbers weights of 0..1: a factor for all, or one by channel. 1 by default. */
    scale: z
      .union([scaleSchema, z.partialRecord(z.enum(CHANNELS), scaleSchema)], {
        error: `must be a number up to ${SCALE_MAX}, or such numbers by the names of channels`,
      })
      .default(1),
    /** How late its curves are, seconds: they are shown earlier by so much. 0 by default. */
    delaySeconds: z.number().min(-DELAY_MAX_SECONDS).max(DELAY_MAX_SECONDS).default(0),
    /** The longest sound that it is given at once, seconds; 20 by default. */
    windowSeconds: z.number().min(0.1).max(WINDOW_MAX_SECONDS).default(20),
    /** Whether it takes no shorter sound either; the rest is then silence. False by default. */
    windowIsFixed: z.boolean().default(false),
    /** What two pieces of a long sound share, seconds; by default 1, at most half a window. */
    overlapSeconds: z.number().min(0).optional(),
    /** What it is called, for people. */
    name: z.string().optional(),
    /** Its licence, for people. */
    licence: z.string().optional(),
    /** Where it comes from, for people. */
    source: z.string().optional(),
  })
  .superRefine(({ channels, windowSeconds, overlapSeconds = 0, framesPerSecond }, check) => {
    const say = (field: string, message: string) =>
      check.addIssue({ code: "custom", path: [field], message });
    const named = channels.filter((name) => name !== null);
    const twice = named.find((name, i) => named.indexOf(name) !== i);
    if (twice !== undefined) say("channels", `${twice} is there twice`);
    if (!named.some((name) => LIP_CHANNELS.includes(name))) {
      say("channels", "none of them belongs to jaw, lips or tongue");
    }
    if (windowSeconds * framesPerSecond < 2) {
      say("windowSeconds", `${windowSeconds} s are less than two frames`);
    }
    if (overlapSeconds > windowSeconds / 2) {
      say("overlapSeconds", `${overlapSeconds} is more than half of windowSeconds`);
    }
  });

/** A network's description with its defaults; `lipModelSchema` explains each field. */
export type LipModelDescription = z.infer<typeof lipModelSchema>;

/**
 * Reads a description from JSON text.
 *
 * @throws FilmError `lip_model_invalid`, naming the field.
 */
export function readLipModelDescription(text: string): LipModelDescription {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new FilmError(
      "lip_model_invalid",
      "The lip model's description is no JSON.",
      {},
      { cause },
    );
  }
  const parsed = lipModelSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0];
  const field = path.join(".") || "the document";
  const what = `The lip model's description is not valid at ${field}: ${message}.`;
  throw new FilmError("lip_model_invalid", what, { field });
}

/** What to write instead of something that is no channel. */
function advice(input: unknown): string {
  const asked = typeof input === "string" ? plainName(input) : "";
  const [nearest] = CHANNELS.map((name) => ({
    name,
    away: distance(asked, name.toLowerCase()),
  })).sort((a, b) => a.away - b.away);
  const isNear = nearest.away <= asked.length / 3;
  return `${isNear ? `perhaps ${nearest.name}; ` : ""}null for a column to ignore`;
}

/** Other makers' spellings: EyeBlinkLeft, eyeBlink_L, eye_blink_left. */
function plainName(name: string): string {
  const sided = name.replace(/_L$/i, "Left").replace(/_R$/i, "Right");
  return sided.replace(/[^a-z]/gi, "").toLowerCase();
}

/** Letters to insert, remove or replace to make `b` of `a` (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const replaced = row[j] + (a[i] === b[j] ? 0 : 1);
      next.push(Math.min(replaced, row[j + 1] + 1, next[j] + 1));
    }
    row = next;
  }
  return row[b.length];
}
