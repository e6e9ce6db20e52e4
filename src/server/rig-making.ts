/** @file A portrait's rig, in the process that opens strangers' files: kept from before, or made and kept. */
import { utimes } from "node:fs/promises";
import { z } from "@hono/zod-openapi";
import {
  buildRig,
  bytesAsSource,
  drawSheet,
  type Failure,
  FilmError,
  markPicture,
  type Rig,
  type Run,
  readPortrait,
  readRig,
  sheetIdOf,
  writeRig,
} from "../index.js";
import {
  encodePng,
  type NodeMachine,
  openSeal,
  readBytes,
  readPortraitFile,
  wholeFile,
} from "../platform/node.js";
import type { RigOptions } from "./film-request.js";
import { type RigResult, rigResultSchema } from "./rig-request.js";
import { PIXELS_MOST } from "./strangers.js";

/** Which rig, and where it is kept. */
export interface RigOrder {
  /** The portrait's file, and its SHA-256. */
  readonly portrait: string;
  readonly portraitSha256: string;
  readonly options: RigOptions;
  /** See `rigStem`. */
  readonly stem: string;
}

/** A rig, and what is known of it. */
export interface MadeRig extends RigResult {
  readonly rig: Rig;
}

/** Finds a rig, or makes it. */
export async function rigOf(order: RigOrder, on: NodeMachine, run: Run): Promise<MadeRig> {
  return (await keptRig(order.stem)) ?? makeRig(order, on, run);
}

/** A rig that cannot be read is none: it is made anew. */
async function keptRig(stem: string): Promise<MadeRig | undefined> {
  try {
    const text = new TextDecoder().decode(await readBytes(`${stem}.json`, "rig_invalid"));
    const result = rigResultSchema.parse(JSON.parse(text));
    const rig = readRig(await readBytes(`${stem}.rig`, "rig_invalid"));
    for (const end of ["json", "rig"]) await utimes(`${stem}.${end}`, new Date(), new Date());
    return { ...result, rig };
  } catch (error) {
    const isDamaged = error instanceof SyntaxError || error instanceof z.ZodError;
    if (isDamaged || error instanceof FilmError) return undefined;
    // It was removed between reading and touching it.
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

async function makeRig(order: RigOrder, on: NodeMachine, run: Run): Promise<MadeRig> {
  const { options, portrait: path, portraitSha256, stem } = order;
  const { crop, size: sizePx, face } = options;
  const faceIndex = face === undefined ? undefined : face - 1;
  const wish = { crop, sizePx, faceIndex, pixelsMost: PIXELS_MOST };
  const seen = await readPortraitFile(path, wish, on, run);
  const portrait = await readPortrait(seen.portrait, on, { faceIndex: seen.faceIndex }, run);
  const rig = { ...(await buildRig(portrait, on, run)), portraitSha256 };
  const { width, height } = rig.picture;
  const result = { width, height, warnings: portrait.warnings.map(told) };
  await wholeFile(`${stem}.rig`).write(writeRig(rig));
  await wholeFile(`${stem}.json`).write(JSON.stringify(result));
  return { ...result, rig };
}

function told({ code, message, hint }: Failure): RigResult["warnings"][number] {
  return { code, message, hint };
}

/** Draws a rig's expressions: a PNG beside it, marked and signed as every picture of ours. */
export async function drawRigSheet(rig: Rig, { portrait, portraitSha256, stem }: RigOrder) {
  const seal = await openSeal({ inputs: [{ role: "portrait", path: portrait }] });
  const id = await sheetIdOf(portraitSha256);
  const sheet = drawSheet(rig);
  markPicture(sheet, { id });
  const png = await encodePng(sheet);
  const signed = await seal(bytesAsSource(png), { id, labelled: false });
  await wholeFile(`${stem}.png`).write(signed?.bytes ?? png);
}
