/** @file Where a service keeps its files, and how long. Names come from hashes and checked ids only. */
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { FilmError } from "../index.js";
import type { Claim, JobKey } from "./queue.js";
import type { Share } from "./share.js";
import { folderFiles, makeFolder, type StoredFiles, sharedFiles } from "./stored-files.js";

/** What is uploaded. */
export const UPLOAD_KINDS = ["portraits", "voices", "styles"] as const;

/** One of `UPLOAD_KINDS`. */
export type UploadKind = (typeof UPLOAD_KINDS)[number];

/** What accounts and jobs may be called: nothing that means something to a file system. */
export const ACCOUNT_PATTERN = /^[a-z0-9][a-z0-9-]{0,31}$/;
/** Names of jobs; long enough that nobody hits another's by chance. */
export const JOB_ID_PATTERN = /^[a-z0-9][a-z0-9_-]{7,63}$/;

const UPLOAD_ID_PATTERN = /^[0-9a-f]{64}$/;

/** No claim's number begins so. */
const PIECE_START = "piece-";

/** What a file that was cut off may be old at most, ms: none takes longer. */
const PART_MS = 3_600_000;
/** For how long there may be a copy of what is not in the share, ms: a rig needs some time to get there. */
const ERASED_MS = 600_000;

/** A service's folder; with a share, this machine's part of it. */
export interface DataFolder {
  /** What is done with uploads, films and rigs, wherever they are. */
  readonly files: StoredFiles;
  readonly store: string;
  readonly registry: string;
  readonly optOuts: string;
  /** Rigs that are kept, see rig-files.ts. */
  readonly rigs: string;
  /** A place for what is coming in, until it is whole. */
  incoming(name: string): string;
  /** @throws FilmError `not_found` if a name is none of ours: nothing gets out of the folder. */
  upload(account: string, kind: UploadKind, id: string): string;
  /** An account's uploads. */
  uploads(
    account: string,
    kind: UploadKind,
  ): Promise<readonly { readonly id: string; readonly bytes: number }[]>;
  /** Each claim has its own file, so that no worker writes over another's. */
  film(claim: Pick<Claim, "account" | "id" | "attempt">, container: string): string;
  /** What a film is made of while it is made: of no claim, so that whoever comes after finds it. */
  piece(film: JobKey, name: string, end: string): string;
  /** Removes all films of a job, and their pieces. @param except - A claim whose film stays. */
  removeFilms(key: JobKey, except?: number): Promise<void>;
  /**
   * Removes films that no job wants: of jobs that were erased, or of claims that did not count.
   *
   * @param isWanted - Is asked for a claim's film, or without a claim for a film's pieces.
   */
  removeStrays(isWanted: (key: JobKey, attempt?: number) => Promise<boolean>): Promise<void>;
  /** Removes uploads that were not used since, except those that are; and what was cut off. */
  sweep(before: number, isUsed: (account: string, id: string) => boolean): Promise<number>;
  /** Removes what this machine keeps of a share and did not use since, or what was erased there. */
  sweepCopies(before: number): Promise<void>;
}

/**
 * Makes the folder if need be.
 *
 * @param share - Where uploads, films and rigs are kept; here are copies then.
 * @throws FilmError `file_unwritable`.
 */
export function openDataFolder(root: string, share?: Share): DataFolder {
  const files = share === undefined ? folderFiles() : sharedFiles(root, share);
  const [incoming, uploads, films] = ["incoming", "uploads", "films"].map((name) =>
    makeFolder(join(root, name)),
  ) as [string, string, string];
  const upload = (account: string, kind: UploadKind, id: string) => {
    if (ACCOUNT_PATTERN.test(account) && UPLOAD_ID_PATTERN.test(id)) {
      return join(uploads, account, kind, id);
    }
    throw new FilmError("not_found", "There is no such upload.");
  };
  const filmStem = ({ account, id }: JobKey) => {
    if (ACCOUNT_PATTERN.test(account) && JOB_ID_PATTERN.test(id)) return `${account}.${id}.`;
    throw new FilmError("not_found", "There is no such film.");
  };
  const rigs = makeFolder(join(root, "rigs"));
  return {
    files,
    store: join(root, "service.db"),
    registry: join(root, "registry"),
    optOuts: join(root, "opt-outs.json"),
    rigs,
    incoming: (name) => join(incoming, name),
    upload,
    async uploads(account, kind) {
      if (!ACCOUNT_PATTERN.test(account)) return [];
      const found = await files.list(join(uploads, account, kind));
      return found
        .filter(({ name }) => UPLOAD_ID_PATTERN.test(name))
        .map(({ name, bytes }) => ({ id: name, bytes }));
    },
    film: (claim, container) => join(films, `${filmStem(claim)}${claim.attempt}.${container}`),
    piece: (film, name, end) => join(films, `${filmStem(film)}${PIECE_START}${name}.${end}`),
    async removeFilms(key, except) {
      const stem = filmStem(key);
      const kept = except === undefined ? undefined : `${stem}${except}.`;
      for (const { name, path } of await files.list(films, stem)) {
        if (kept === undefined || !name.startsWith(kept)) await files.erase(path);
      }
    },
    async removeStrays(isWanted) {
      for (const { name, path } of await files.list(films)) {
        const [account = "", id = "", part = "", ...rest] = name.split(".");
        if (rest.length !== 1) continue;
        const attempt = part.startsWith(PIECE_START) ? undefined : Number(part);
        if (await isWanted({ account, id }, attempt)) continue;
        await files.erase(path);
      }
    },
    async sweep(before, isUsed) {
      let removed = 0;
      for (const { name, path, changedAt } of await files.list(uploads)) {
        const [account = "", , id = ""] = name.split("/");
        if (changedAt >= before || isUsed(account, id)) continue;
        // The list was long, and somebody may have asked for it meanwhile.
        if (((await files.find(path))?.changedAt ?? 0) >= before) continue;
        await files.erase(path);
        removed++;
      }
      for (const folder of [incoming, uploads, films, rigs]) removed += await sweepParts(folder);
      return removed;
    },
    async sweepCopies(before) {
      for (const folder of [uploads, rigs]) {
        await files.sweepCopies(folder, before, Date.now() - ERASED_MS);
      }
      // A film may be on its way for long.
      await files.sweepCopies(films, before, before);
      for (const folder of [uploads, films, rigs]) await sweepParts(folder);
    },
  };
}

/** Removes what was cut off. */
async function sweepParts(folder: string): Promise<number> {
  let removed = 0;
  for (const name of await readdir(folder, { recursive: true })) {
    if (!name.endsWith(".part")) continue;
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found === undefined || found.mtimeMs >= Date.now() - PART_MS) continue;
    await rm(path, { force: true });
    removed++;
  }
  return removed;
}
