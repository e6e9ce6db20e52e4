/**
 * @file Registries: what is remembered of each film that was made, by its id.
 *
 * Enough to know a film again when its credentials were taken off: never a picture, a sound or a name.
 */

import * as z from "zod";
import { FilmError } from "../base/errors.js";
import { hexOf } from "../base/hex.js";
import type { FilmId } from "../mark/mark.js";
import { type Consent, consentSchema } from "./consent.js";
import { type Fingerprint, fingerprintSchema } from "./fingerprint.js";
import type { Origins } from "./origins.js";
import { SHA256_PATTERN } from "./sha256.js";

const ID = /^[0-9a-f]{12}$/;
const sha256 = z.string().regex(SHA256_PATTERN);

const entrySchema = z.strictObject({
  version: z.literal(1),
  id: z.string().regex(ID),
  /** When the film was made, ISO 8601 in UTC. */
  createdAt: z.iso.datetime(),
  /** Of the finished film's file; absent for pictures one by one. */
  filmSha256: sha256.optional(),
  /** Of what it was made from, as its credentials have it. */
  portraitSha256: sha256,
  audioSha256: sha256.optional(),
  consent: consentSchema,
  /** Whether the film begins with the visible tag. */
  labelled: z.boolean(),
  fingerprint: fingerprintSchema,
  /** The film's credentials as they were signed, hexadecimal; absent if it has none. */
  manifestHex: z
    .string()
    .regex(/^([0-9a-f]{2})+$/)
    .optional(),
});

/** What is remembered of one film. */
export type RegistryEntry = z.infer<typeof entrySchema>;

/** Where entries are kept; `ritratto/node` lends a folder. */
export interface Registry {
  /**
   * Remembers a film. The same film made again takes the place of what was known of it.
   *
   * @throws FilmError `registry_invalid` if the entry is not valid; what the place refuses.
   */
  put(entry: RegistryEntry): Promise<void>;
  /**
   * @returns Nothing, if the film is not known here.
   * @throws FilmError `registry_invalid` if what is kept is damaged.
   */
  get(id: FilmId): Promise<RegistryEntry | undefined>;
}

/** What a registry remembers of a film that was made, besides what it looks like. */
export interface FilmRecord extends Origins {
  readonly id: FilmId;
  readonly consent: Consent;
  readonly labelled: boolean;
  readonly fingerprint: Fingerprint;
}

/** What was made of it. */
export interface MadeFile {
  /** When. */
  readonly createdAt: Date;
  /** Of the finished file; absent for pictures one by one. */
  readonly filmSha256?: string | undefined;
  /** The film's credentials, as they were signed, if it has any. */
  readonly manifest?: Uint8Array | undefined;
}

/** A film's entry, with nothing else of the film in it. */
export function entryOf(film: FilmRecord, made: MadeFile): RegistryEntry {
  const { id, portraitSha256, audioSha256, consent, labelled, fingerprint } = film;
  const { createdAt, filmSha256, manifest } = made;
  const entry = {
    ...{ version: 1, id, createdAt: createdAt.toISOString(), portraitSha256 },
    ...(filmSha256 !== undefined && { filmSha256 }),
    ...(audioSha256 !== undefined && { audioSha256 }),
    ...{ consent, labelled, fingerprint },
    ...(manifest !== undefined && { manifestHex: hexOf(manifest) }),
  };
  return checkEntry(entry, id);
}

/** What a film was signed with; undefined if its entry does not hold it. */
export function keptManifest({ manifestHex }: RegistryEntry): Uint8Array | undefined {
  if (manifestHex === undefined) return undefined;
  const at = (i: number) => Number.parseInt(manifestHex.slice(2 * i, 2 * i + 2), 16);
  return Uint8Array.from({ length: manifestHex.length / 2 }, (_, i) => at(i));
}

/** Entries that came in one piece, e.g. from a web page's files. */
export function registryOf(entries: Iterable<RegistryEntry>): Registry {
  const known = new Map(Array.from(entries, (entry) => [entry.id, entry]));
  return {
    async put(entry) {
      known.set(entry.id, entry);
    },
    get: async (id) => known.get(id),
  };
}

/** An entry as text. @throws FilmError `registry_invalid` for what no film can have. */
export function writeEntry(entry: RegistryEntry): string {
  return `${JSON.stringify(checkEntry(entry))}\n`;
}

/**
 * An entry from text.
 *
 * @param id - Whose it is to be; any by default.
 * @throws FilmError `registry_invalid`.
 */
export function readEntry(text: string, id?: FilmId): RegistryEntry {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw invalid(`it is not JSON`, id, error);
  }
  const entry = checkEntry(data, id);
  if (id !== undefined && entry.id !== id) throw invalid(`it is of film ${entry.id}`, id);
  return entry;
}

/** Whether a text can be a film's id: twelve digits of 0..9 and a..f. */
export function isFilmId(text: string): boolean {
  return ID.test(text);
}

function checkEntry(data: unknown, id?: FilmId): RegistryEntry {
  const read = entrySchema.safeParse(data);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw invalid(`${issue?.path.join(".")}: ${issue?.message}`, id);
}

function invalid(reason: string, id?: FilmId, cause?: unknown): FilmError {
  const of = id === undefined ? "" : ` of film ${id}`;
  const message = `The registry's entry${of} is damaged: ${reason}.`;
  return new FilmError("registry_invalid", message, id === undefined ? {} : { id }, { cause });
}
