/** @file How routes describe their answers for the OpenAPI document. */
import type { z } from "@hono/zod-openapi";
import { problemSchema } from "./film-request.js";

const PROBLEM = {
  description: "It was refused, or failed",
  content: { "application/problem+json": { schema: problemSchema } },
} as const;

/** An answer without a body, and refusals. */
export function answers<Status extends number>(
  status: Status,
  description: string,
): { [K in Status]: { description: string } } & { default: typeof PROBLEM };
/** An answer in JSON, and refusals. */
export function answers<Status extends number, Schema extends z.ZodType>(
  status: Status,
  description: string,
  schema: Schema,
): {
  [K in Status]: { description: string; content: { "application/json": { schema: Schema } } };
} & { default: typeof PROBLEM };
/** What `answers` gives, whatever its answer. */
export function answers(status: number, description: string, schema?: z.ZodType): unknown {
  const content = schema && { content: { "application/json": { schema } } };
  return { [status]: { description, ...content }, default: PROBLEM };
}
