/**
 * @file `npm run bench:looks -- [-o DIR] [--before DIR] [PORTRAIT …]`: sheets to look at.
 *
 * Per portrait one sheet each of head, mouth and eyes. With --before, the sheets of the same names
 * in that folder stand above the new ones. Without portraits: eight of different kinds out of
 * ../shared/media, if that is there, else the committed sample.
 */
import { existsSync, mkdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join, parse } from "node:path";
import { parseArgs } from "node:util";
import sharp from "sharp";
import { buildRig, drawSheet, readPortrait, type SheetPart, type SheetPose } from "../src/index.js";
import { encodePng, openNode, readPicture } from "../src/platform/node.js";
import { usualPortraits } from "./portraits.js";

const MOUTHS: readonly SheetPose[] = [
  { label: "rest" },
  { label: "AA", weights: { jawOpen: 0.45, mouthLowerDown: 0.2 } },
  { label: "sing", weights: { jawOpen: 0.8, mouthLowerDown: 0.3, mouthUpperUp: 0.2 } },
  {
    label: "EE",
    weights: {
      jawOpen: 0.12,
      mouthStretch: 0.3,
      mouthSmile: 0.3,
      mouthUpperUp: 0.3,
      mouthLowerDown: 0.4,
    },
  },
  { label: "OO", weights: { jawOpen: 0.15, mouthFunnel: 0.5, mouthPucker: 0.5 } },
  {
    label: "L",
    weights: { jawOpen: 0.25, mouthLowerDown: 0.2, mouthUpperUp: 0.15, tongueOut: 0.35 },
  },
  { label: "FV", weights: { jawOpen: 0.06, mouthRollLower: 0.45, mouthUpperUp: 0.25 } },
  { label: "MBP", weights: { jawOpen: 0.05, mouthClose: 0.05, mouthPress: 0.25 } },
  {
    label: "laugh",
    weights: {
      jawOpen: 0.4,
      mouthSmile: 0.8,
      mouthUpperUp: 0.4,
      mouthLowerDown: 0.3,
      cheekSquint: 0.6,
    },
  },
  {
    label: "AA, turned",
    weights: { jawOpen: 0.5, mouthLowerDown: 0.2 },
    head: { yaw: 10, pitch: -4 },
  },
];
const EYES: readonly SheetPose[] = [
  { label: "rest" },
  { label: "blink .5", weights: { eyeBlink: 0.5 } },
  { label: "blink 1", weights: { eyeBlink: 1 } },
  { label: "wide", weights: { eyeWide: 0.8, browInnerUp: 0.8, browOuterUp: 0.8 } },
  { label: "squint", weights: { eyeSquint: 0.8, cheekSquint: 0.7, mouthSmile: 0.7 } },
  { label: "left", gaze: { yaw: 15 } },
  { label: "right", gaze: { yaw: -15 } },
  { label: "down", gaze: { pitch: 11 }, weights: { eyeLookDown: 0.4 } },
  { label: "up", gaze: { pitch: -10 }, weights: { eyeLookUp: 0.35 } },
  { label: "angry", weights: { browDown: 0.9, eyeSquint: 0.4, noseSneer: 0.3 } },
];
const HEADS: readonly SheetPose[] = [
  { label: "rest" },
  { label: "yaw 15", head: { yaw: 15 } },
  { label: "yaw -15", head: { yaw: -15 } },
  { label: "pitch 10", head: { pitch: 10 } },
  { label: "pitch -10", head: { pitch: -10 } },
  { label: "roll 12", head: { roll: 12 } },
  { label: "joy", weights: { mouthSmile: 0.8, cheekSquint: 0.7, eyeSquint: 0.4, jawOpen: 0.15 } },
  { label: "anger", weights: { browDown: 0.9, noseSneer: 0.6, mouthFrown: 0.4, eyeSquint: 0.3 } },
  { label: "sorrow", weights: { browInnerUp: 0.9, mouthFrown: 0.6, mouthShrugLower: 0.4 } },
  {
    label: "surprise",
    weights: { browInnerUp: 0.9, browOuterUp: 0.9, eyeWide: 0.7, jawOpen: 0.5 },
    head: { yaw: 6, pitch: -5, roll: 4 },
  },
];
const SHEETS: readonly (readonly [SheetPart, readonly SheetPose[]])[] = [
  ["head", HEADS],
  ["mouth", MOUTHS],
  ["eyes", EYES],
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: "string", short: "o", default: "out/looks" },
    before: { type: "string" },
  },
});
const machine = await openNode();
mkdirSync(values.out, { recursive: true });
for (const path of positionals.length > 0 ? positionals : usualPortraits()) {
  const rig = await buildRig(await readPortrait(await readPicture(path), machine), machine);
  for (const [part, poses] of SHEETS) {
    const name = `${parse(path).name}-${part}.png`;
    const png = await encodePng(drawSheet(rig, { poses, part }));
    await writeFile(join(values.out, name), await above(values.before, name, png));
    console.log(join(values.out, name));
  }
}

/** A sheet under the one of the same name that is in a folder. */
async function above(folder: string | undefined, name: string, png: Uint8Array) {
  if (folder === undefined || !existsSync(join(folder, name))) return png;
  const { width, height } = await sharp(png).metadata();
  return sharp({ create: { width, height: 2 * height, channels: 3, background: "black" } })
    .composite([
      { input: join(folder, name), top: 0, left: 0 },
      { input: Buffer.from(png), top: height, left: 0 },
    ])
    .png()
    .toBuffer();
}
