/** @file Edits as JSON: the document that the studio saves, and that takes in layers carry along. */
import { z } from "zod";
import { FilmError } from "../base/errors.js";
import { EDIT_LIMITS, type Edit, type EditLane } from "./edit.js";
import { EMOTIONS } from "./emotion.js";

/** Keys of one lane; more than anybody sets by hand. */
const KEYS_MAX = 10_000;
const DAY_SECONDS = 86_400;
const seconds = z.number().min(0).max(DAY_SECONDS);

const keysWithin = (limit: number) =>
  z.array(z.object({ seconds, value: z.number().min(-limit).max(limit) })).max(KEYS_MAX);
const keys = keysWithin(1);
const lanes = Object.fromEntries(
  Object.entries(EDIT_LIMITS).map(([lane, limit]) => [lane, keysWithin(limit).optional()]),
) as Record<EditLane, z.ZodOptional<typeof keys>>;

/** What an edit is, wherever it is written; angles are degrees. */
export const editSchema = z.object({
  lanes: z.strictObject(lanes),
  emotion: z
    .array(
      z.object({
        seconds,
        mix: z.partialRecord(z.enum(EMOTIONS), z.number().min(0).max(1)),
      }),
    )
    .max(KEYS_MAX)
    .optional(),
});

/** The document that `writeEdit` writes. */
export const editFileSchema = editSchema.extend({
  format: z.literal("ritratto-edit"),
  version: z.literal(1),
});
const takeSchema = z.object({ format: z.literal("ritratto-take"), edit: editSchema });

/** An edit as JSON text. */
export function writeEdit({ lanes, emotion }: Edit): string {
  const file = { format: "ritratto-edit", version: 1, lanes, emotion };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/**
 * Reads an edit from JSON text: from a file of its own, or from a take in layers that carries one.
 *
 * @throws FilmError `edit_invalid`, naming the field.
 */
export function readEdit(text: string): Edit {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new FilmError("edit_invalid", "The edit is no JSON.", {}, { cause });
  }
  const isTake = takeSchema.shape.format.safeParse(Object(json).format).success;
  const parsed = isTake ? takeSchema.safeParse(json) : editFileSchema.safeParse(json);
  if (parsed.success) {
    const { lanes, emotion } = "edit" in parsed.data ? parsed.data.edit : parsed.data;
    return { lanes, emotion };
  }
  const { path, message } = parsed.error.issues[0];
  const field = path.join(".") || "the document";
  throw new FilmError("edit_invalid", `The edit is not valid at ${field}: ${message}.`, { field });
}
