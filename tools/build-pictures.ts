/**
 * @file `npm run pictures`: the pictures of the README, from the committed samples alone.
 *
 * film.jpg shows frames of `npm run demo` as they come, a third of a second apart; sheet.jpg is what
 * `ritratto rig --sheet` draws. Look at them before committing.
 */
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import sharp, { type OverlayOptions, type Sharp } from "sharp";
import type { Picture } from "../src/base/picture.js";
import {
  analyzeVoice,
  buildRig,
  drawSheet,
  perform,
  readPortrait,
  renderFrames,
} from "../src/index.js";
import { openNode, readAudio, readPicture } from "../src/platform/node.js";

const START_SECONDS = 7;
const STEP_SECONDS = 1 / 3;
const COLUMNS = 6;
const ROWS = 2;
/** The astronaut's head and collar in the 512 × 512 sample, and how large it is shown. */
const HEAD = { left: 120, top: 0, width: 220, height: 264 };
const TILE = { width: 200, height: 240 };
const JPEG = { quality: 84, mozjpeg: true };

const path = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));

await mkdir(path("docs/pictures"), { recursive: true });
const machine = await openNode();
const picture = await readPicture(path("samples/astronaut.png"));
const rig = await buildRig(await readPortrait(picture, machine), machine);
await imageOf(drawSheet(rig)).resize(1200).jpeg(JPEG).toFile(path("docs/pictures/sheet.jpg"));

const take = perform(await analyzeVoice(await readAudio(path("samples/austen.wav")), machine));
const wanted = Array.from({ length: COLUMNS * ROWS }, (_, k) =>
  Math.round((START_SECONDS + k * STEP_SECONDS) * take.fps),
);
const tiles: OverlayOptions[] = [];
for await (const { index, picture: frame } of renderFrames(rig, take)) {
  const place = wanted.indexOf(index);
  if (place < 0) continue;
  tiles.push({
    input: await imageOf(frame).extract(HEAD).resize(TILE).png().toBuffer(),
    left: (place % COLUMNS) * TILE.width,
    top: Math.floor(place / COLUMNS) * TILE.height,
  });
  if (tiles.length === wanted.length) break;
}
await sharp({
  create: {
    width: COLUMNS * TILE.width,
    height: ROWS * TILE.height,
    channels: 3,
    background: "black",
  },
})
  .composite(tiles)
  .jpeg(JPEG)
  .toFile(path("docs/pictures/film.jpg"));

function imageOf({ data, width, height }: Picture): Sharp {
  return sharp(data, { raw: { width, height, channels: 4 } }).removeAlpha();
}
