/**
 * @file What a worker gets from a share before it makes something, and puts there after. Without a share there
 * is nothing to do.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { FilmError } from "../index.js";
import { type DataFolder, openDataFolder } from "./data-folder.js";
import type { Claim, JobQueue } from "./queue.js";
import { type RigSource, rigStem } from "./rig-files.js";
import type { Share } from "./share.js";
import { SHARED_OPT_OUTS, SHARED_REGISTRY } from "./share-sync.js";
import { hashOf } from "./stored-files.js";
import { type Inputs, uploadsOf } from "./uploads.js";

/** Where a worker has its files. */
export interface SharePlace {
  readonly folder: DataFolder;
  readonly share?: Share | undefined;
  readonly queue: JobQueue;
  /** For how long a claim holds without a sign of life, ms. */
  readonly leaseMs: number;
  /** Ends all waiting. */
  readonly signal: AbortSignal;
}

/** A job's inputs, by which rigs are known, too. */
export type SharedInputs = Inputs & RigSource;

/** What was made took long: for so long it is tried to send it, ms. */
const SENDING_MS = 600_000;
/** How many signs of life there are in a lease. */
const BEATS_PER_LEASE = 4;
/** What a rig is, in the order in which it is written: who finds the last one finds all. */
const RIG_ENDS = ["rig", "json"] as const;

/** Whether a failure is none of the job, but of the machine or its way to the share: then others may do it. */
export function isOfPlace({ code }: FilmError): boolean {
  return ["storage_unreachable", "storage_refused", "file_unwritable"].includes(code);
}

/**
 * A worker's folder. With a share its list of opt-outs is a copy of the share's, and beside the server's own:
 * in the server's folder that one is somebody's to edit.
 *
 * @throws FilmError `file_unwritable`.
 */
export function openWorkFolder(root: string, share?: Share): DataFolder {
  const folder = openDataFolder(root, share);
  return share === undefined ? folder : { ...folder, optOuts: join(root, "opt-outs.shared.json") };
}

/**
 * Gets what a film or a rig is made of: what is not in the folder yet, what is known of the portrait's rig, and
 * the list of opt-outs as it is now. The claim is renewed meanwhile.
 *
 * What is missing in the share is missing here, too: copies of erased uploads and rigs go. That an upload is
 * missing is for `touchInputs` to say.
 *
 * @param account - Whose the uploads are.
 * @throws FilmError `storage_damaged`: the job cannot be done; all others that `isOfPlace` knows.
 */
export async function fetchInputs(
  place: SharePlace,
  claim: Claim,
  account: string,
  inputs: SharedInputs,
): Promise<void> {
  const { folder, share } = place;
  if (share === undefined) return;
  await whileHeld(place, claim, async () => {
    const isListed = await share.fetch(SHARED_OPT_OUTS, folder.optOuts);
    if (!isListed) await rm(folder.optOuts, { force: true });
    for (const { kind, id } of uploadsOf(inputs)) {
      const path = folder.upload(account, kind, id);
      if ((await folder.files.touch(path)) !== undefined) await folder.files.bring(path, id);
    }
    const stem = rigStem(folder, account, inputs);
    for (const end of RIG_ENDS) {
      const path = `${stem}.${end}`;
      if ((await folder.files.touch(path)) === undefined) continue;
      await folder.files.bring(path).catch((error: unknown) => {
        // A rig can be made again.
        if (error instanceof FilmError && error.code === "storage_damaged") {
          return folder.files.erase(path);
        }
        throw error;
      });
    }
  });
}

/**
 * Puts a film, its entry for the registry and its portrait's rig into the share. The film's file here goes,
 * whatever comes of it: who is asked for the film gives it from the share, and another try makes another file.
 *
 * @param film - The claim's file. @param filmId - What the film's mark says.
 * @throws FilmError as `fetchInputs`.
 */
export async function publishFilm(
  place: SharePlace,
  claim: Claim,
  inputs: SharedInputs,
  { film, filmId }: { readonly film: string; readonly filmId: string },
): Promise<void> {
  const { folder, share } = place;
  if (share === undefined) return;
  try {
    await publishRig(place, claim, claim.account, inputs);
    await insist(place, claim, async () => {
      // First the entry: no film is given out that the registry will not know.
      await share.put(`${SHARED_REGISTRY}${filmId}.json`, join(folder.registry, `${filmId}.json`));
      await folder.files.send(film);
    });
  } finally {
    await rm(film, { force: true });
  }
}

/**
 * Puts a portrait's rig and its sheet into the share, if they are not there yet; if the portrait was erased
 * meanwhile, they go here.
 *
 * @param account - Whose the portrait is.
 * @throws FilmError as `fetchInputs`.
 */
export async function publishRig(
  place: SharePlace,
  claim: Claim,
  account: string,
  inputs: SharedInputs,
): Promise<void> {
  const { folder, share } = place;
  if (share === undefined) return;
  const stem = rigStem(folder, account, inputs);
  const paths = [...RIG_ENDS, "png"].map((end) => `${stem}.${end}`);
  await insist(place, claim, async () => {
    const portrait = folder.upload(account, "portraits", inputs.portrait);
    const isThere = (await folder.files.find(portrait)) !== undefined;
    for (const path of paths) {
      if (!isThere) await rm(path, { force: true });
      else if ((await hashOf(path)) !== undefined) await folder.files.send(path);
    }
  });
}

/** Puts a piece of a film into the share. @throws FilmError as `fetchInputs`. */
export async function publishPiece(place: SharePlace, claim: Claim, path: string): Promise<void> {
  if (place.share === undefined) return;
  await insist(place, claim, () => place.folder.files.send(path));
}

/** Tries again what can be repeated, each time for as long as the share itself tries. */
async function insist(place: SharePlace, claim: Claim, work: () => Promise<void>): Promise<void> {
  const end = Date.now() + SENDING_MS;
  await whileHeld(place, claim, async () => {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        const passes = error instanceof FilmError && error.code === "storage_unreachable";
        if (!passes || place.signal.aborted || Date.now() > end) throw error;
      }
    }
  });
}

/** Renews a claim as long as something lasts that makes no progress to tell of. */
async function whileHeld(
  { queue, leaseMs }: Pick<SharePlace, "queue" | "leaseMs">,
  claim: Claim,
  work: () => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const isOver = () => stop.signal.aborted;
  const beat = async () => {
    for (;;) {
      await sleep(leaseMs / BEATS_PER_LEASE, undefined, { signal: stop.signal }).catch(
        () => undefined,
      );
      // Who has lost his claim is told so when he finishes.
      if (isOver() || !(await queue.heartbeat(claim, leaseMs))) return;
    }
  };
  await Promise.all([work().finally(() => stop.abort()), beat()]);
}
