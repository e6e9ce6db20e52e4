/** @file What a file's manifests say and whether it can be believed, out of the toolkit's report. */
import { z } from "zod";
import type { FilmId } from "../mark/mark.js";
import { CONSENT_BASES, type Consent } from "./consent.js";
import { CONSENT_LABEL, GENERATOR_NAME, type Generator, MARK_ALGORITHM } from "./manifest.js";

/**
 * What credentials are worth. "none": there are none, which proves nothing; "altered": there are, and
 * file or manifest is not as it was signed; "valid": it is as it was signed, by somebody whom we do not
 * know; "trusted": by somebody whom we do.
 */
export type CredentialsState = "none" | "altered" | "valid" | "trusted";

/** Something that a file was made from. */
export interface ReadIngredient {
  readonly title: string;
  /** "inputTo", "parentOf", "componentOf". */
  readonly relationship: string;
  /** Whether it had credentials of its own, which are carried along. */
  readonly hasCredentials: boolean;
}

/** What a file says about itself. Strings are whatever the signer wrote: escape them. */
export interface CredentialsReading {
  readonly state: CredentialsState;
  /** Trusted, and made by this program. */
  readonly ours: boolean;
  /** Who signed, as the certificate says. */
  readonly signer?: string | undefined;
  /** When, ISO 8601, if an authority has stamped it. */
  readonly signedAt?: string | undefined;
  readonly generator?: Generator | undefined;
  /** What was declared about the person portrayed, if this program made it. */
  readonly consent?: Consent | undefined;
  /** Whether a visible label was put in, if this program made it. */
  readonly labelled?: boolean | undefined;
  /** Hashes of what it was made from, by role, if this program made it. */
  readonly inputs: Readonly<Record<string, string>>;
  /** What the invisible mark must say. */
  readonly filmId?: FilmId | undefined;
  /** "c2pa.created" … */
  readonly actions: readonly string[];
  readonly digitalSourceType?: string | undefined;
  readonly ingredients: readonly ReadIngredient[];
  /** Codes of what is wrong: "assertion.bmffHash.mismatch" … */
  readonly failures: readonly string[];
}

/** Of a file without credentials. */
export const NO_CREDENTIALS: CredentialsReading = {
  ...{ state: "none", ours: false, inputs: {}, actions: [], ingredients: [], failures: [] },
};

/** Of a file with credentials that cannot be read. */
export const BROKEN_CREDENTIALS: CredentialsReading = {
  ...NO_CREDENTIALS,
  ...{ state: "altered", failures: ["manifest.unreadable"] },
};

/** Failures that only say that manifests are read without their file. */
const ABOUT_FILES = /^assertion\.(?:bmffHash|dataHash|boxesHash)\.mismatch$/;
/** Failures by which a signer is unknown, not the file another. */
export const ABOUT_SIGNERS = /^(?:signingCredential\.(?:untrusted|expired)|timeStamp\.)/;

const status = z.object({ code: z.string() });
const ingredient = z.object({
  title: z.string().default(""),
  relationship: z.string().default(""),
  active_manifest: z.string().optional(),
});
const assertion = z.object({ label: z.string(), data: z.unknown() });
const manifest = z.object({
  claim_generator_info: z
    .array(z.object({ name: z.string(), version: z.string().default("") }))
    .default([]),
  ingredients: z.array(ingredient).default([]),
  assertions: z.array(assertion).default([]),
  signature_info: z
    .object({
      issuer: z.string().optional(),
      common_name: z.string().optional(),
      time: z.string().optional(),
    })
    .optional(),
});
const store = z.object({
  active_manifest: z.string(),
  manifests: z.record(z.string(), z.unknown()),
  validation_state: z.enum(["Invalid", "Valid", "Trusted"]),
  validation_results: z
    .object({ activeManifest: z.object({ failure: z.array(status).default([]) }).optional() })
    .default({}),
});
const actions = z.object({
  actions: z.array(z.object({ action: z.string(), digitalSourceType: z.string().optional() })),
});
const binding = z.object({
  alg: z.string(),
  blocks: z.array(z.object({ value: z.string() })),
});
const declaration = z.object({
  basis: z.enum(CONSENT_BASES).optional(),
  guardian: z.boolean().optional(),
  label: z.boolean(),
  inputs: z.record(z.string(), z.string()),
});

type Manifest = z.infer<typeof manifest>;

/** Understands the toolkit's report. @param json - A manifest store of c2pa-rs. */
export function readingOf(json: string): CredentialsReading {
  const report = store.safeParse(JSON.parse(json));
  if (!report.success) return BROKEN_CREDENTIALS;
  const { active_manifest, manifests, validation_state, validation_results } = report.data;
  const active = manifest.safeParse(manifests[active_manifest]);
  if (!active.success) return BROKEN_CREDENTIALS;
  const failures = (validation_results.activeManifest?.failure ?? []).map(({ code }) => code);
  const state = stateOf(validation_state, failures);
  const { claim_generator_info, ingredients, signature_info } = active.data;
  const { issuer, common_name, time } = signature_info ?? {};
  const [generator] = claim_generator_info;
  const done = find(active.data, /^c2pa\.actions/, actions)?.actions ?? [];
  const mark = find(active.data, /^c2pa\.soft-binding/, binding);
  const declared = find(active.data, CONSENT_LABEL, declaration);
  return {
    state,
    ours: state === "trusted" && generator?.name === GENERATOR_NAME,
    signer: common_name ?? issuer,
    signedAt: time,
    generator,
    consent: declared?.basis && { basis: declared.basis, guardian: declared.guardian },
    labelled: declared?.label,
    inputs: declared?.inputs ?? {},
    filmId: mark?.alg === MARK_ALGORITHM ? mark.blocks[0]?.value : undefined,
    actions: done.map(({ action }) => action),
    digitalSourceType: done.find(({ action }) => action === "c2pa.created")?.digitalSourceType,
    ingredients: ingredients.map(({ title, relationship, active_manifest }) => ({
      ...{ title, relationship, hasCredentials: active_manifest !== undefined },
    })),
    failures,
  };
}

/** The same of manifests that were kept without their file. @param json - As `readingOf`. */
export function readingOfKept(json: string): CredentialsReading {
  const reading = readingOf(json);
  const failures = reading.failures.filter((code) => !ABOUT_FILES.test(code));
  if (failures.length === reading.failures.length) return reading;
  const state = failures.length === 0 ? "trusted" : stateOf("Invalid", failures);
  const ours = state === "trusted" && reading.generator?.name === GENERATOR_NAME;
  return { ...reading, state, ours, failures };
}

function stateOf(said: "Invalid" | "Valid" | "Trusted", failures: readonly string[]) {
  if (said !== "Invalid") return said === "Trusted" ? "trusted" : "valid";
  const isIntact = failures.length > 0 && failures.every((code) => ABOUT_SIGNERS.test(code));
  return isIntact ? "valid" : "altered";
}

/** The first assertion of a label that is as it should be. */
function find<T>(
  { assertions }: Manifest,
  label: RegExp | string,
  schema: z.ZodType<T>,
): T | undefined {
  const isIt = (name: string) => (typeof label === "string" ? name === label : label.test(name));
  for (const { label: name, data } of assertions) {
    const read = isIt(name) ? schema.safeParse(data) : undefined;
    if (read?.success) return read.data;
  }
  return undefined;
}
