/**
 * @file What a film says about itself: its manifest, before it is signed.
 *
 * It tells what made the film, on what grounds, and by which hashes its inputs are known. It holds no
 * names, no paths and no thumbnails: nothing of what went in but what was signed into that already.
 *
 * @source C2PA 2.2, “Standard Assertions”; digital source types by IPTC, https://cv.iptc.org.
 */
import type { FilmId } from "../mark/mark.js";
import type { ByteSource } from "./byte-source.js";
import type { Consent } from "./consent.js";
import type { MediaType } from "./media-type.js";

/** What made the film. */
export interface Generator {
  readonly name: string;
  readonly version: string;
}

/** The name by which we know our own films. */
export const GENERATOR_NAME = "Ritratto";

/** What a film was made from. */
export const INPUT_ROLES = ["portrait", "audio", "driver", "rig", "take"] as const;

/** One of these. */
export type InputRole = (typeof INPUT_ROLES)[number];

/** Something that the film was made from. */
export interface FilmInput {
  readonly role: InputRole;
  /** Of the user's own file, 64 hexadecimal digits. */
  readonly sha256: string;
  /** The file, so that credentials that it has already are carried along. */
  readonly source: ByteSource;
}

/** What was declared of a film. */
export interface Declared {
  /** What its invisible mark says, if it has one. */
  readonly id?: FilmId | undefined;
  /** What was declared about the person portrayed. */
  readonly consent?: Consent | undefined;
  /** Whether a visible label says that it is made by AI. */
  readonly labelled: boolean;
}

/** What a film is to say about itself. */
export interface FilmFacts extends Declared {
  /** The version of this program. */
  readonly version: string;
  readonly inputs: readonly FilmInput[];
}

/** Names of our own assertions and of our mark begin with it. */
const NAMESPACE = "org.ritratto";
/** Our assertion. */
export const CONSENT_LABEL = `${NAMESPACE}.consent`;
/** Our mark, as soft bindings name it. */
export const MARK_ALGORITHM = `${NAMESPACE}.tiledss.1`;
const CONSENT_VERSION = 1;
/** A captured picture, moved by what networks learned. */
const SOURCE_TYPE =
  "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia";

/** The manifest's definition, as the toolkit takes it. */
export function manifestOf(facts: FilmFacts, format: MediaType): object {
  const { id, version } = facts;
  const generator: Generator = { name: GENERATOR_NAME, version };
  const created = {
    action: "c2pa.created",
    digitalSourceType: SOURCE_TYPE,
    softwareAgent: generator,
    parameters: { ingredientIds: facts.inputs.map(({ role }) => role) },
  };
  const marked = id === undefined ? [] : [{ action: "c2pa.watermarked.bound" }];
  const binding = { alg: MARK_ALGORITHM, blocks: [{ scope: {}, value: id }] };
  return {
    claim_generator_info: [generator],
    format,
    assertions: [
      { label: "c2pa.actions.v2", data: { actions: [created, ...marked] } },
      ...(id === undefined ? [] : [{ label: "c2pa.soft-binding", data: binding }]),
      { label: CONSENT_LABEL, kind: "Json", data: declarationOf(facts) },
    ],
  };
}

function declarationOf({ consent, labelled, inputs }: FilmFacts): object {
  return {
    version: CONSENT_VERSION,
    ...(consent && { basis: consent.basis }),
    ...(consent?.guardian && { guardian: true }),
    label: labelled,
    inputs: Object.fromEntries(inputs.map(({ role, sha256 }) => [role, sha256])),
  };
}

/** An input's part of the manifest, as the toolkit takes it. @param format - Of the file, if known. */
export function ingredientOf({ role }: FilmInput, format: string): object {
  return { title: role, label: role, instance_id: role, relationship: "inputTo", format };
}
