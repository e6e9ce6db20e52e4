/** @file What the commands make is signed, together with what it says about itself. */
import { extname } from "node:path";
import {
  bytesAsSource,
  type FilmId,
  INPUT_ROLES,
  type InputRole,
  markPicture,
  type Picture,
} from "../index.js";
import { encodePng, openSeal, type Sign } from "../platform/node.js";
import type { OptionValues } from "./options.js";
import type { Reporter } from "./report.js";

/**
 * Prepares to sign what a command makes.
 *
 * @param inputs - The user's files, by what they are.
 * @throws FilmError before any work, as `openSeal`.
 */
export async function openCommandSeal(
  inputs: Readonly<Partial<Record<InputRole, string | undefined>>>,
  options: Pick<OptionValues, "c2paCert" | "c2paKey" | "tsa" | "output">,
  { report }: { readonly report: Reporter },
): Promise<Sign> {
  if (extname(options.output).toLowerCase() === ".webm") {
    report.note("A webm file cannot hold Content Credentials: mp4 and PNG can.");
  }
  const known = INPUT_ROLES.flatMap((role) => {
    const path = inputs[role];
    return path === undefined ? [] : [{ role, path }];
  });
  return openSeal({ inputs: known }, options);
}

/** A picture as a PNG file: marked, and signed. */
export async function signedPng(picture: Picture, seal: Sign, id: FilmId): Promise<Uint8Array> {
  markPicture(picture, { id });
  const png = await encodePng(picture);
  return (await seal(bytesAsSource(png), { id, labelled: false }))?.bytes ?? png;
}
