/**
 * @file `npm run bench:mark -- [--films N]`: what invisible marks survive, and what they cost.
 *
 * Films of 4 s are made from portraits of different kinds, filtered and compressed again, and their
 * marks looked for without knowing what was done. Then films of others are looked at: no mark may be found.
 * Those come out of ../shared/media, if that is there; else there is one portrait and no other film.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, parse } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import sharp from "sharp";
import { quantile } from "../src/base/curves.js";
import type { Picture } from "../src/base/picture.js";
import type { Plane } from "../src/base/plane.js";
import { openFilmFile } from "../src/film/film-file.js";
import { drawInline } from "../src/frames/drawer.js";
import { momentsOf } from "../src/frames/moment.js";
import { makeRenderer } from "../src/frames/renderer.js";
import { evenSize } from "../src/frames/yuv.js";
import {
  analyzeVoice,
  buildRig,
  type FoundMark,
  lumaOf,
  openDefaultStyle,
  perform,
  type Rig,
  readPortrait,
  recordingOf,
  renderFilm,
  type Take,
} from "../src/index.js";
import { meanFrame } from "../src/mark/film-mark.js";
import { searchMark } from "../src/mark/find-mark.js";
import { drawMark } from "../src/mark/marker.js";
import { fileSink, openNode, readAudio, readFootage, readPicture } from "../src/platform/node.js";
import { likeness } from "./likeness.js";
import { usualPortraits } from "./portraits.js";
import { reencode, type Treatment } from "./re-encode.js";

const SIDE_PX = 512;
const SECONDS = 4;
/** Of films that others made. */
const OTHERS_SECONDS = 10;
/** Films are looked at as large as they are, up to this. */
const LOOKED_AT_PX = 1920;

/** What is done to films, by the name of its row. */
const ATTACKS: Readonly<Record<string, Treatment | undefined>> = {
  "as it is made": undefined,
  "crf 23": { crf: 23 },
  "crf 28": { crf: 28 },
  "crf 33": { crf: 33 },
  "half size, crf 23": { crf: 23, filters: "scale=256:256" },
  "1.5 times, crf 23": { crf: 23, filters: "scale=768:768" },
  "40 % cropped, crf 28": { crf: 28, filters: "crop=308:308:120:60" },
  "screen recording, crf 28": {
    crf: 28,
    filters: "scale=618:618:flags=bicubic,pad=1280:720:331:51:gray,fps=30",
  },
  "mirrored, crf 23": { crf: 23, filters: "hflip" },
  "stretched to 640 × 360, crf 23": { crf: 23, filters: "scale=640:360" },
  "turned by 3°, crf 23": { crf: 23, filters: "rotate=3*PI/180" },
  "turned by −3°, crf 23": { crf: 23, filters: "rotate=-3*PI/180" },
};
/** Width and height, px. */
const COST_SIZES = [
  [512, 512],
  [1920, 1080],
] as const;
const JPEG_ROW = "one frame as JPEG 75";

/** What a row of the table is made of. */
interface Tried {
  readonly mark: FoundMark | undefined;
  readonly z: number;
  readonly cpuSeconds: number;
}

const { values } = parseArgs({ options: { films: { type: "string", default: "8" } } });
const machine = await openNode();
const folder = mkdtempSync(join(tmpdir(), "ritratto-mark-"));
const rows = new Map<string, Tried[]>();
try {
  const take = await takeOf(SECONDS);
  console.log("| film | PSNR-Y dB | SSIM | bytes |\n|---|---|---|---|");
  for (const path of usualPortraits().slice(0, Number(values.films))) await tryFilm(path, take);
  printRows();
  await lookAtOthers();
  await printCost(take);
} finally {
  rmSync(folder, { recursive: true });
}
process.exit(0);

async function tryFilm(path: string, take: Take): Promise<void> {
  const rig = await rigOf(path, SIDE_PX, SIDE_PX);
  const made = join(folder, "made.mp4");
  const plain = join(folder, "plain.mp4");
  const consent = { basis: "historical" } as const;
  const { id } = await renderFilm({ rig, take, consent, label: "off" }, fileSink(made), {});
  await encodePlain(plain, rig, take);
  const [size, plainSize] = [statSync(made).size, statSync(plain).size];
  const { psnr, ssim } = await lossOf(rig, take, id);
  const bytes = `${((100 * size) / plainSize - 100).toFixed(1)} %`;
  console.log(`| ${parse(path).name} | ${psnr.toFixed(1)} | ${ssim.toFixed(4)} | +${bytes} |`);
  for (const [name, treatment] of Object.entries(ATTACKS)) {
    const treated = treatment === undefined ? made : join(folder, "treated.mp4");
    if (treatment !== undefined) await reencode(made, treated, treatment);
    note(name, await meanOf(treated), id);
  }
  note(JPEG_ROW, lumaOf(await jpegOf(made)), id);
}

async function takeOf(seconds: number): Promise<Take> {
  const path = fileURLToPath(new URL("../samples/austen.wav", import.meta.url));
  const { blocks, sampleRateHz } = await readAudio(path);
  const mono: number[] = [];
  for await (const [channel] of blocks()) mono.push(...channel);
  const cut = Float32Array.from(mono.slice(0, Math.round(seconds * sampleRateHz)));
  const style = await openDefaultStyle(machine.assets);
  return perform(await analyzeVoice(recordingOf([cut], sampleRateHz), machine), { style });
}

/** The rig of the upper middle of a portrait. */
async function rigOf(path: string, width: number, height: number): Promise<Rig> {
  const png = await sharp(path)
    .resize({ width, height, fit: "cover", position: "top" })
    .png()
    .toBuffer();
  const picture = await readPicture(png, { sizePx: Math.max(width, height) });
  return buildRig(await readPortrait(picture, machine), machine);
}

/** The same film without a mark, which the product does not make. */
async function encodePlain(path: string, rig: Rig, take: Take): Promise<void> {
  const { fps, frameCount } = take;
  const { width, height } = evenSize(rig.picture);
  const sink = fileSink(path);
  const { target } = sink;
  const shape = { target, width, height, fps, frameCount };
  const film = await openFilmFile({ ...shape, container: "mp4", codec: "h264" });
  const drawer = drawInline(rig, take);
  for (let index = 0; index < frameCount; index++) {
    await film.addFrame(await drawer.draw(index), index);
  }
  await film.finish();
  await sink.commit();
}

/** What the mark takes off some frames before they are compressed. */
async function lossOf(rig: Rig, take: Take, id: string) {
  const { width, height } = rig.picture;
  const plain = drawInline(rig, take);
  const marked = drawInline(rig, take, "i420", { id });
  const found = [];
  for (let index = 0; index < take.frameCount; index += 20) {
    found.push(likeness(await plain.draw(index), await marked.draw(index), width, height));
  }
  return {
    psnr: Math.min(...found.map(({ psnr }) => psnr)),
    ssim: Math.min(...found.map(({ ssim }) => ssim)),
  };
}

async function meanOf(path: string, seconds?: number): Promise<Plane> {
  const footage = await readFootage(path, { sizePx: LOOKED_AT_PX });
  const endSeconds = Math.min(footage.video.endSeconds, seconds ?? Number.POSITIVE_INFINITY);
  try {
    const video = { ...footage.video, endSeconds };
    return await meanFrame({
      ...footage,
      video,
      frames: () => until(footage.frames(), endSeconds),
    });
  } finally {
    footage.close();
  }
}

async function* until<T extends { readonly timeSeconds: number }>(
  frames: AsyncIterable<T>,
  seconds: number,
) {
  for await (const frame of frames) {
    if (frame.timeSeconds > seconds) return;
    yield frame;
  }
}

/** A frame from the middle of a film. */
async function jpegOf(path: string): Promise<Picture> {
  const footage = await readFootage(path);
  try {
    for await (const { timeSeconds, picture } of footage.frames()) {
      if (timeSeconds < SECONDS / 2) continue;
      const { data, width, height } = picture;
      const raw = sharp(Buffer.from(data), { raw: { width, height, channels: 4 } });
      return await readPicture(await raw.jpeg({ quality: 75 }).toBuffer(), { sizePx: SIDE_PX });
    }
    throw new Error(`no frame in the middle of ${path}`);
  } finally {
    footage.close();
  }
}

function search(luma: Plane): Tried {
  const before = process.cpuUsage();
  const found = searchMark(luma);
  const { user, system } = process.cpuUsage(before);
  return { mark: found.mark, z: found.z, cpuSeconds: (user + system) / 1e6 };
}

function note(name: string, luma: Plane, id: string): void {
  const tried = search(luma);
  if (tried.mark !== undefined && tried.mark.id !== id) throw new Error(`a wrong id: ${name}`);
  rows.set(name, [...(rows.get(name) ?? []), tried]);
}

function printRows(): void {
  console.log(
    "\n| attack | ids decoded | bits wrong %, mean / most | z, least | CPU s, mean / most |",
  );
  console.log("|---|---|---|---|---|");
  for (const [name, tried] of rows) {
    const read = tried.flatMap(({ mark }) => (mark === undefined ? [] : [100 * mark.wrongBits]));
    const times = tried.map(({ cpuSeconds }) => cpuSeconds);
    const least = Math.min(...tried.map(({ z }) => z));
    const cells = [name, `${read.length} of ${tried.length}`, spanOf(read)];
    console.log(`| ${[...cells, least.toFixed(1), spanOf(times)].join(" | ")} |`);
  }
}

function spanOf(numbers: readonly number[]): string {
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  return numbers.length === 0 ? "–" : `${mean.toFixed(1)} / ${Math.max(...numbers).toFixed(1)}`;
}

/** Films that carry no mark. */
async function lookAtOthers(): Promise<void> {
  const media = fileURLToPath(new URL("../../shared/media/", import.meta.url));
  const paths = ["video", "video_silent"]
    .map((name) => join(media, name))
    .filter((path) => existsSync(path))
    .flatMap((path) => readdirSync(path).map((name) => join(path, name)))
    .filter((path) => path.endsWith(".mp4"));
  const tried: Tried[] = [];
  for (const path of paths) tried.push(search(await meanOf(path, OTHERS_SECONDS)));
  if (tried.length === 0) return;
  const wrong = tried.filter(({ mark }) => mark !== undefined).length;
  const zs = tried.map(({ z }) => z);
  const spent = spanOf(tried.map(({ cpuSeconds }) => cpuSeconds));
  console.log(`\nMarks found in ${tried.length} films without any: ${wrong}.`);
  console.log(
    `z: median ${quantile(zs, 0.5).toFixed(1)}, most ${Math.max(...zs).toFixed(1)}; CPU s ${spent}.`,
  );
}

/** CPU milliseconds on one thread: of packing what was painted of a frame, and of drawing the mark. */
async function printCost(take: Take): Promise<void> {
  console.log("\n| frame | packed with mark, ms | as colours, ms | drawing the mark, once, ms |");
  console.log("|---|---|---|---|");
  const [path] = usualPortraits();
  for (const [width, height] of COST_SIZES) {
    const rig = await rigOf(path, width, height);
    const renderer = makeRenderer(rig);
    const mark = { id: "0123456789ab" };
    const drawing = cpuMsOf(() => void drawMark(rig.picture, rig.picture, mark), 5);
    renderer.mark.set(drawMark(rig.picture, rig.picture, mark).steps);
    renderer.render(momentsOf(take)(10));
    const out = new Uint8Array(4 * width * height);
    const i420 = out.subarray(0, (width * height * 3) / 2);
    const cells = [
      cpuMsOf(() => void renderer.toI420(i420), 100),
      cpuMsOf(() => void renderer.toRgba(out), 100),
      drawing,
    ];
    console.log(`| ${width} × ${height} | ${cells.map((ms) => ms.toFixed(2)).join(" | ")} |`);
  }
}

function cpuMsOf(work: () => void, times: number): number {
  for (let k = 0; k < times; k++) work();
  const before = process.cpuUsage();
  for (let k = 0; k < times; k++) work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / times;
}
