/** @file Where what a film is made of lies: the part that all orders for a film have in common. */
import { dirname } from "node:path";
import type { DataFolder } from "./data-folder.js";
import type { FilmOrder } from "./film-orders.js";
import type { FilmRequest } from "./film-request.js";
import { rigStem } from "./rig-files.js";

/** What the place says of an order. */
export interface OrderPlace {
  readonly folder: DataFolder;
  readonly threads?: number | undefined;
  readonly native: boolean;
}

/**
 * The order for a whole film.
 *
 * @param account - Whose uploads these are. @param film - The claim's file.
 * @throws FilmError `not_found` for names that are none of ours.
 */
export function filmOrderOf(
  account: string,
  request: FilmRequest,
  film: string,
  { folder, threads, native }: OrderPlace,
): FilmOrder {
  const { registry, optOuts } = folder;
  const style = request.options?.style;
  return {
    ...{ kind: "film", request, film, native, registry, optOuts },
    rigStem: rigStem(folder, account, request),
    portrait: folder.upload(account, "portraits", request.portrait),
    voice: folder.upload(account, "voices", request.voice),
    ...(threads !== undefined && { threads }),
    ...(style !== undefined && { style: folder.upload(account, "styles", style) }),
  };
}

/** Folders that whoever follows it writes to. */
export function writtenBy({ film, rigStem: stem, registry }: FilmOrder): readonly string[] {
  return [dirname(film), dirname(stem), registry];
}
