/** @file What every process that opens strangers' files does with them, and says of them. */
import { readFile } from "node:fs/promises";
import {
  type Failure,
  FilmError,
  hashPortrait,
  isOptedOut,
  type Picture,
  readOptOuts,
  readPortrait,
} from "../index.js";
import { type NodeMachine, readPicture } from "../platform/node.js";

/** Pixels of a portrait at most: ten bytes of memory each while it is decoded. */
export const PIXELS_MOST = 60_000_000;

/**
 * Looks a portrait up in the list of those that are not to be used.
 *
 * @param at - Paths of both files; the list need not be there.
 * @throws FilmError `portrait_opted_out`.
 */
export async function refuseOptedOut(
  { portrait, optOuts }: { readonly portrait: string; readonly optOuts: string },
  on: NodeMachine,
): Promise<void> {
  const text = await readFile(optOuts, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  const list = text === undefined ? [] : readOptOuts(text);
  if (list.length === 0) return;
  const picture = await readPicture(portrait, { pixelsMost: PIXELS_MOST });
  if (!isOptedOut(hashPortrait(picture, await faceOf(picture, on)), list)) return;
  throw new FilmError(
    "portrait_opted_out",
    "This portrait is on the list of those not to be used.",
  );
}

/** The square around the face, if there is one. */
async function faceOf(picture: Picture, on: NodeMachine) {
  const portrait = await readPortrait(picture, on).catch((error: unknown) => {
    if (error instanceof FilmError) return undefined;
    throw error;
  });
  if (portrait === undefined) return undefined;
  const [left, top, right, bottom] = portrait.face.box;
  const size = Math.max(right - left, bottom - top);
  return { centerX: (left + right) / 2, centerY: (top + bottom) / 2, size, angleRad: 0 };
}

/** Where files lie on this machine is nobody's business: folders are taken out of what is said. */
export function withoutPaths({ code, message, hint, details }: FilmError): Failure {
  return { code, message: message.replaceAll(/(?:\/[^\s/“”]+)+\//g, ""), hint, details };
}
