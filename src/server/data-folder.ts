/** @file Where a service keeps its files, and how long. Names come from hashes and checked ids only. */
import { mkdirSync } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { FilmError } from "../index.js";
import { unwritable } from "../platform/node-files.js";
import type { Claim, JobKey } from "./queue.js";

/** What is uploaded. */
export const UPLOAD_KINDS = ["portraits", "voices", "styles"] as const;

/** One of `UPLOAD_KINDS`. */
export type UploadKind = (typeof UPLOAD_KINDS)[number];

/** What accounts and jobs may be called: nothing that means something to a file system. */
export const ACCOUNT_PATTERN = /^[a-z0-9][a-z0-9-]{0,31}$/;
/** Names of jobs; long enough that nobody hits another's by chance. */
export const JOB_ID_PATTERN = /^[a-z0-9][a-z0-9_-]{7,63}$/;

/** What an upload that was cut off may be old at most, ms: none takes longer. */
const PART_MS = 3_600_000;

/** A service's folder. */
export interface DataFolder {
  readonly store: string;
  readonly registry: string;
  readonly optOuts: string;
  /** Rigs that are kept, see rig-files.ts. */
  readonly rigs: string;
  /** A place for what is coming in, until it is whole. */
  incoming(name: string): string;
  /** @throws FilmError `not_found` if a name is none of ours: nothing gets out of the folder. */
  upload(account: string, kind: UploadKind, id: string): string;
  /** Ids of an account's uploads. */
  uploadIds(account: string, kind: UploadKind): Promise<readonly string[]>;
  /** Makes the folder of an account's uploads. */
  makeUploads(account: string, kind: UploadKind): void;
  /** Each claim has its own file, so that no worker writes over another's. */
  film(claim: Pick<Claim, "account" | "id" | "attempt">, container: string): string;
  /** Removes all films of a job. @param except - A claim whose film stays. */
  removeFilms(key: JobKey, except?: number): Promise<void>;
  /** Removes films that no job wants: of jobs that were erased, or of claims that did not count. */
  removeStrays(isWanted: (key: JobKey, attempt: number) => Promise<boolean>): Promise<void>;
  /** Removes uploads that were not used since, except those that are; and what was cut off. */
  sweep(before: number, isUsed: (account: string, id: string) => boolean): Promise<number>;
}

/** Makes the folder if need be. @throws FilmError `file_unwritable`. */
export function openDataFolder(root: string): DataFolder {
  const [incoming, uploads, films] = ["incoming", "uploads", "films"].map((name) =>
    makeFolder(join(root, name)),
  ) as [string, string, string];
  const upload = (account: string, kind: UploadKind, id: string) => {
    if (ACCOUNT_PATTERN.test(account) && /^[0-9a-f]{64}$/.test(id)) {
      return join(uploads, account, kind, id);
    }
    throw new FilmError("not_found", "There is no such upload.");
  };
  const filmStem = ({ account, id }: JobKey) => {
    if (ACCOUNT_PATTERN.test(account) && JOB_ID_PATTERN.test(id)) return `${account}.${id}.`;
    throw new FilmError("not_found", "There is no such film.");
  };
  return {
    store: join(root, "service.db"),
    registry: join(root, "registry"),
    optOuts: join(root, "opt-outs.json"),
    rigs: makeFolder(join(root, "rigs")),
    incoming: (name) => join(incoming, name),
    upload,
    async uploadIds(account, kind) {
      if (!ACCOUNT_PATTERN.test(account)) return [];
      return (await readdir(join(uploads, account, kind)).catch(() => [])).sort();
    },
    makeUploads: (account, kind) => void makeFolder(join(uploads, account, kind)),
    film: (claim, container) => join(films, `${filmStem(claim)}${claim.attempt}.${container}`),
    async removeFilms(key, except) {
      const stem = filmStem(key);
      const kept = except === undefined ? undefined : `${stem}${except}.`;
      const names = (await readdir(films)).filter(
        (name) => name.startsWith(stem) && (kept === undefined || !name.startsWith(kept)),
      );
      for (const name of names) await rm(join(films, name), { force: true });
    },
    async removeStrays(isWanted) {
      for (const name of await readdir(films)) {
        const [account = "", id = "", attempt, ...rest] = name.split(".");
        if (account === "" || rest.length !== 1) continue;
        if (await isWanted({ account, id }, Number(attempt))) continue;
        await rm(join(films, name), { force: true });
      }
    },
    async sweep(before, isUsed) {
      let removed = 0;
      const removeOld = async (path: string, time: number) => {
        const found = await stat(path).catch(() => undefined);
        if (found === undefined || found.mtimeMs >= time) return;
        await rm(path, { force: true });
        removed++;
      };
      for (const account of await readdir(uploads)) {
        for (const kind of UPLOAD_KINDS) {
          const folder = join(uploads, account, kind);
          for (const id of await readdir(folder).catch(() => [])) {
            if (!isUsed(account, id)) await removeOld(join(folder, id), before);
          }
        }
      }
      const lately = Date.now() - PART_MS;
      for (const folder of [incoming, films]) {
        const parts = (await readdir(folder)).filter((name) => name.endsWith(".part"));
        for (const name of parts) await removeOld(join(folder, name), lately);
      }
      return removed;
    },
  };
}

function makeFolder(path: string): string {
  try {
    // What people send is nobody else's business.
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  } catch (error) {
    throw unwritable(path, error);
  }
}
