/**
 * @file `npm run pictures`: the pictures of the README, from the committed samples alone.
 *
 * film.jpg shows frames of `npm run demo` as they come, a third of a second apart; feelings.jpg the
 * same instant with each feeling; stages.jpg one instant before several backgrounds; sheet.jpg is what
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
  EMOTIONS,
  openDefaultStyle,
  perform,
  readPortrait,
  renderFrames,
  type Take,
  USUAL_BLUR,
  withBackground,
} from "../src/index.js";
import { openNode, readAudio, readPicture } from "../src/platform/node.js";

const START_SECONDS = 7;
const STEP_SECONDS = 1 / 3;
/** An instant before anything is said, and how the feelings are laid out. */
const FEELING_SECONDS = 0.2;
const FEELING_COLUMNS = 4;
/** An instant amid speech. */
const STAGE_SECONDS = 7.6;
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

const voice = await analyzeVoice(await readAudio(path("samples/austen.wav")), machine);
const style = await openDefaultStyle(machine.assets);
const times = Array.from({ length: COLUMNS * ROWS }, (_, k) => START_SECONDS + k * STEP_SECONDS);
const said = perform(voice, { style });
await mount(await tilesAt(said, times), COLUMNS, "film.jpg");

const address = await analyzeVoice(await readAudio(path("samples/kennedy.wav")), machine);
const feelings: Buffer[] = [];
for (const name of EMOTIONS) {
  const emotion = [{ seconds: 0, mix: { [name]: 1 } }];
  const take = perform(address, { style, emotion, seed: 2, head: 0.6 });
  feelings.push(...(await tilesAt(take, [FEELING_SECONDS])));
}
await mount(feelings, FEELING_COLUMNS, "feelings.jpg");

const stages = [
  rig,
  withBackground(rig, { blur: USUAL_BLUR }),
  withBackground(rig, { color: [0x2f, 0x6f, 0x8f] }),
  withBackground(rig, { picture: checkerboard() }),
];
const staged: Buffer[] = [];
for (const stage of stages) staged.push(...(await tilesAt(said, [STAGE_SECONDS], stage)));
await mount(staged, stages.length, "stages.jpg");

/** What stands for nothing behind a film with alpha. */
function checkerboard(): Picture {
  const { width, height } = picture;
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let i = 0; i < width * height; i++) {
    const isDark = ((i % width) >> 3) % 2 === (Math.floor(i / width) >> 3) % 2;
    data.fill(isDark ? 200 : 240, 4 * i, 4 * i + 3);
  }
  return { data, width, height };
}

/** The head in the frames of a take that show some instants, as PNG. */
async function tilesAt(take: Take, seconds: readonly number[], of = rig): Promise<Buffer[]> {
  const wanted = seconds.map((at) => Math.round(at * take.fps));
  const tiles: Buffer[] = [];
  for await (const { index, picture: frame } of renderFrames(of, take)) {
    if (!wanted.includes(index)) continue;
    tiles.push(await imageOf(frame).extract(HEAD).resize(TILE).png().toBuffer());
    if (tiles.length === wanted.length) break;
  }
  return tiles;
}

/** Tiles in rows, as one picture of docs/pictures. */
async function mount(tiles: readonly Buffer[], columns: number, name: string): Promise<void> {
  const width = columns * TILE.width;
  const height = Math.ceil(tiles.length / columns) * TILE.height;
  const placed: OverlayOptions[] = tiles.map((input, place) => ({
    input,
    left: (place % columns) * TILE.width,
    top: Math.floor(place / columns) * TILE.height,
  }));
  await sharp({ create: { width, height, channels: 3, background: "black" } })
    .composite(placed)
    .jpeg(JPEG)
    .toFile(path(`docs/pictures/${name}`));
}

function imageOf({ data, width, height }: Picture): Sharp {
  return sharp(data, { raw: { width, height, channels: 4 } }).removeAlpha();
}
