/** @file What goes wrong between a program and a service. */
import type { FailureCode } from "../base/errors.js";

/** The service's codes, and those of what never reached it, or was our fault or its. */
export type ServiceCode = FailureCode | "internal" | "unreachable" | "answer_invalid";

/** A request that failed. Decide by `code`, never by text. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";

  /** @param status - Of HTTP; 0 if no answer came. @param hint - What to do about it. */
  constructor(
    readonly code: ServiceCode,
    message: string,
    readonly hint: string,
    readonly status = 0,
    readonly details: Readonly<Record<string, number | string>> = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** Reads what a service answered that did not do it. */
export async function failureOf(answer: Response): Promise<ServiceError> {
  const { status } = answer;
  const told: unknown = await answer.json().catch(() => undefined);
  if (!isProblem(told)) {
    const hint = "Look whether the address is a Ritratto service's.";
    return new ServiceError("answer_invalid", `It answered with ${status}.`, hint, status);
  }
  return new ServiceError(told.code, told.detail, told.hint, status, told.details);
}

/** What a service says of a failure. @source RFC 9457. */
interface Problem {
  readonly code: ServiceCode;
  readonly detail: string;
  readonly hint: string;
  readonly details: Readonly<Record<string, number | string>>;
}

function isProblem(told: unknown): told is Problem {
  if (typeof told !== "object" || told === null) return false;
  const has = (name: string) => name in told;
  return ["code", "detail", "hint", "details"].every(has);
}
