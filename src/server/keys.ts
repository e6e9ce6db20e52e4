/** @file Who may call a service: keys, of which it only knows hashes, with scopes and quotas. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { z } from "zod";
import { FilmError } from "../index.js";
import { readBytes, wholeFile } from "../platform/node.js";
import { ACCOUNT_PATTERN } from "./data-folder.js";
import { SCOPES, type Scope } from "./scopes.js";

const keySchema = z.strictObject({
  /** Whose films these are. Several keys may share one. */
  account: z.string().regex(ACCOUNT_PATTERN),
  /** Of the key as text, which is random: nothing slower is needed. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  scopes: z.array(z.enum(SCOPES)).min(1),
  /** A UTC day's most; as many as one likes if not said. */
  filmsPerDay: z.int().min(0).optional(),
  bytesPerDay: z.int().min(0).optional(),
});
const fileSchema = z.strictObject({ version: z.literal(1), keys: z.array(keySchema) });

/** Who calls, and what he may. */
export const callerSchema = keySchema.omit({ sha256: true });

/** Who calls, and what he may. */
export type Caller = z.infer<typeof callerSchema>;

/** Who calls on a machine of one's own, where no keys are needed. */
export const LOCAL_CALLER: Caller = { account: "local", scopes: [...SCOPES] };

const KEY_BYTES = 32;
const KEY_START = "rit_";

/** Tells who calls. */
export interface Keys {
  /** @param header - The header Authorization. @throws FilmError `key_missing`, `key_invalid`. */
  callerOf(header: string | undefined): Caller;
}

/** Without a file everybody is `LOCAL_CALLER`. */
export const NO_KEYS: Keys = { callerOf: () => LOCAL_CALLER };

/**
 * Reads keys, and reads them again as soon as the file changes.
 *
 * @param onProblem - Is told of a change that cannot be read; the keys from before it hold on.
 * @throws FilmError `option_invalid`, `file_missing`.
 */
export async function readKeys(
  path: string,
  onProblem: (error: unknown) => void = () => undefined,
): Promise<Keys> {
  let known = stampOf(path);
  let { keys } = await readKeyFile(path);
  const lookAgain = () => {
    const stamp = stampOf(path);
    if (stamp === known) return;
    known = stamp;
    try {
      keys = parseKeys(path, readFileSync(path, "utf8")).keys;
    } catch (error) {
      onProblem(error);
    }
  };
  return {
    callerOf(header) {
      lookAgain();
      const key = /^Bearer ([\x21-\x7e]{1,200})$/i.exec(header ?? "")?.[1];
      if (key === undefined) throw new FilmError("key_missing", "The request has no key.");
      const hash = hashOf(key);
      // All are compared, and in the same time, whichever it is.
      const found = keys.filter(({ sha256 }) => timingSafeEqual(Buffer.from(sha256, "hex"), hash));
      const [known] = found;
      if (known === undefined) throw new FilmError("key_invalid", "The key is not known here.");
      const { sha256: _, ...caller } = known;
      return caller;
    },
  };
}

/** Adds a key to a file, which is made if need be. @returns The key; nobody can read it there again. */
export async function addKey(path: string, caller: Caller): Promise<string> {
  const { keys } = await readKeyFile(path).catch((error: unknown) => {
    if (error instanceof FilmError && error.code === "file_missing") return { keys: [] };
    throw error;
  });
  const key = `${KEY_START}${randomBytes(KEY_BYTES).toString("base64url")}`;
  const added = keySchema.safeParse({ ...caller, sha256: hashOf(key).toString("hex") });
  if (!added.success) {
    const message = "An account has 1 to 32 lower-case letters, digits and dashes.";
    throw new FilmError("option_invalid", message, { account: caller.account });
  }
  const file = wholeFile(path);
  await file.write(
    `${JSON.stringify({ version: 1, keys: [...keys, added.data] }, undefined, 2)}\n`,
  );
  return key;
}

async function readKeyFile(path: string) {
  return parseKeys(path, new TextDecoder().decode(await readBytes(path, "option_invalid")));
}

/** Tells a file from what it was before; nothing if it is not there. */
function stampOf(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found && `${found.ino} ${found.size} ${found.mtimeMs}`;
}

function parseKeys(path: string, text: string) {
  try {
    return fileSchema.parse(JSON.parse(text));
  } catch (cause) {
    const message = `“${path}” is no file of keys.`;
    throw new FilmError("option_invalid", message, {}, { cause });
  }
}

function hashOf(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}

/** @throws FilmError `scope_missing`. */
export function requireScope({ scopes }: Caller, scope: Scope): void {
  if (scopes.includes(scope)) return;
  throw new FilmError("scope_missing", `The key has not the scope “${scope}”.`, { scope });
}
