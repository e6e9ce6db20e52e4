/** @file Consents that a user has declared, by the hash of the portrait, in his own folder. */
import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type Consent, consentSchema } from "../trust/consent.js";
import { SHA256_PATTERN } from "../trust/sha256.js";
import { unwritable } from "./node-files.js";
import { ritrattoHome } from "./node-home.js";

/** What was declared before. */
export interface Consents {
  /** @returns Nothing if nothing was declared of the portrait, or the file cannot be read. */
  get(portraitSha256: string): Promise<Consent | undefined>;
  /** @throws FilmError `file_unwritable`. */
  put(portraitSha256: string, consent: Consent): Promise<void>;
}

const FILE = "consents.json";
const fileSchema = z.object({
  version: z.literal(1),
  consents: z.record(z.string().regex(SHA256_PATTERN), consentSchema),
});

/** Opens them. No names, paths or pictures are kept: a hash and a word for each portrait. */
export function openConsents(folder = ritrattoHome()): Consents {
  const place = join(folder, FILE);
  const read = async (): Promise<Record<string, Consent>> => {
    try {
      return fileSchema.parse(JSON.parse(await readFile(place, "utf8"))).consents;
    } catch {
      // Missing or spoiled: people are asked again.
      return {};
    }
  };
  return {
    async get(portraitSha256) {
      const consents = await read();
      return Object.hasOwn(consents, portraitSha256) ? consents[portraitSha256] : undefined;
    },
    async put(portraitSha256, consent) {
      const temporary = `${place}.${randomBytes(6).toString("hex")}.part`;
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        const consents = { ...(await read()), [portraitSha256]: consent };
        const text = `${JSON.stringify({ version: 1, consents }, undefined, 2)}\n`;
        await writeFile(temporary, text, { mode: 0o600 });
        await rename(temporary, place);
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => undefined);
        throw unwritable(place, error);
      }
    },
  };
}
