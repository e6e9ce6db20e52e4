/** @file What tests share: this machine's networks and assets, the sample portrait and its rig. */
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import type { Picture } from "../../src/base/picture.js";
import { openAssets } from "../../src/platform/node-assets.js";
import { openNets } from "../../src/platform/node-nets.js";
import { type Portrait, readPortrait } from "../../src/portrait/portrait.js";
import { buildRig, type Rig } from "../../src/rig/rig.js";

export const assets = openAssets();
export const nets = openNets(assets);

/** A committed sample, as a path. */
export function sample(name: string): string {
  return fileURLToPath(new URL(`../../samples/${name}`, import.meta.url));
}

/** Decodes a picture without any help of ours. */
export async function decode(path: string): Promise<Picture> {
  const { data, info } = await sharp(path)
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data: Uint8ClampedArray.from(data), width: info.width, height: info.height };
}

let portrait: Promise<Portrait> | undefined;
let rig: Promise<Rig> | undefined;

/** The astronaut, understood. */
export function astronautPortrait(): Promise<Portrait> {
  portrait ??= decode(sample("astronaut.png")).then((picture) =>
    readPortrait(picture, { nets, assets }),
  );
  return portrait;
}

/** The astronaut's rig. */
export function astronautRig(): Promise<Rig> {
  rig ??= astronautPortrait().then((known) => buildRig(known, { assets }));
  return rig;
}
