/**
 * @file `npm run bench`: seconds of work per second of film, by phase, beside the floor (encoding
 * alone), and peak memory.
 *
 * Every case runs in a process of its own. Timings of shared machines are noisy: compare the ratios
 * to the floor within one run, not seconds between runs. `-- --long` adds a ten-minute film.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import {
  analyzeVoice,
  buildRig,
  perform,
  type Recording,
  readPortrait,
  recordingOf,
  renderFilm,
} from "../dist/index.js";
import { fileSink, openNode, readAudio, readPicture } from "../dist/platform/node.js";

interface Case {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** Of voice; the sample is cut or repeated. */
  readonly seconds: number;
}

const CASES: readonly Case[] = [
  { name: "512 × 512, 10 s", width: 512, height: 512, seconds: 10 },
  { name: "512 × 512, 26 s", width: 512, height: 512, seconds: 26 },
  { name: "1920 × 1080, 10 s", width: 1920, height: 1080, seconds: 10 },
  { name: "3840 × 2160, 2 s", width: 3840, height: 2160, seconds: 2 },
];
const LONG: Case = { name: "512 × 512, 10 min", width: 512, height: 512, seconds: 600 };

const FPS = 25;
const sample = (name: string) => fileURLToPath(new URL(`../samples/${name}`, import.meta.url));

/** What one case measures; seconds of wall clock, and MiB. */
interface Measured {
  readonly portrait: number;
  readonly rig: number;
  readonly voice: number;
  readonly take: number;
  readonly film: number;
  readonly encoding: number;
  readonly cpu: number;
  readonly memoryMiB: number;
}

async function measure({ width, height, seconds }: Case): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), "ritratto-bench-"));
  try {
    const machine = await openNode();
    const picture = await readPicture(await enlarge(width, height), { mostPx: 4096 });
    const recording = await voiceOf(seconds);
    const spent: Record<string, number> = {};
    const timed = async <T>(phase: string, work: () => T | Promise<T>): Promise<T> => {
      const start = performance.now();
      const result = await work();
      spent[phase] = (performance.now() - start) / 1000;
      return result;
    };
    const start = process.cpuUsage();
    const portrait = await timed("portrait", () => readPortrait(picture, machine));
    const rig = await timed("rig", () => buildRig(portrait, machine));
    const voice = await timed("voice", () => analyzeVoice(recording, machine));
    const take = await timed("take", () => perform(voice, { fps: FPS }));
    const consent = { basis: "licensed" } as const;
    const job = { rig, take, sound: recording, consent };
    const film = (name: string, on: Parameters<typeof renderFilm>[2]) =>
      renderFilm(job, fileSink(join(folder, name)), on);
    await timed("film", () => film("film.mp4", machine));
    const { user, system } = process.cpuUsage(start);
    const memoryMiB = process.resourceUsage().maxRSS / 1024;
    const frames = await firstFrames(machine.drawFrames?.(rig, take));
    await timed("encoding", () => film("floor.mp4", { drawFrames: () => replay(frames) }));
    return { ...(spent as unknown as Measured), cpu: (user + system) / 1e6, memoryMiB };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The sample portrait, filling a picture of another size. */
function enlarge(width: number, height: number): Promise<Buffer> {
  return sharp(sample("astronaut.png"))
    .resize({ width, height, fit: "cover", position: "top", kernel: "lanczos3" })
    .png()
    .toBuffer();
}

async function voiceOf(seconds: number): Promise<Recording> {
  const { blocks, sampleRateHz } = await readAudio(sample("austen.wav"));
  const parts: Float32Array[] = [];
  for await (const [mono] of blocks()) parts.push(mono.slice());
  const once = parts.flatMap((part) => [...part]);
  const length = Math.round(seconds * sampleRateHz);
  const repeated = Float32Array.from({ length }, (_, i) => once[i % once.length]);
  return recordingOf([repeated], sampleRateHz);
}

type Drawer = NonNullable<ReturnType<NonNullable<Parameters<typeof renderFilm>[2]["drawFrames"]>>>;

/** A second of drawn frames. */
async function firstFrames(drawer: Drawer | undefined): Promise<Uint8Array[]> {
  if (drawer === undefined) return [];
  const frames = await Promise.all(Array.from({ length: FPS }, (_, i) => drawer.draw(i)));
  await drawer.close();
  return frames;
}

/** The same frames to and fro: as much work for the encoder as a film, none for us. */
function replay(frames: readonly Uint8Array[]): Drawer {
  const period = 2 * frames.length - 2;
  return {
    lanes: 1,
    async draw(index) {
      const at = index % period;
      return frames[at < frames.length ? at : period - at];
    },
    async close() {},
  };
}

function print(rows: readonly (readonly [Case, Measured])[]): void {
  const columns = [
    "case",
    "portrait s",
    "rig s",
    "voice",
    "film",
    "all",
    "floor",
    "all/floor",
    "cpu",
    "MiB",
  ];
  console.log(`| ${columns.join(" | ")} |`);
  console.log(`|${columns.map(() => "---").join("|")}|`);
  for (const [{ name, seconds }, m] of rows) {
    const all = m.portrait + m.rig + m.voice + m.take + m.film;
    const perSecond = (value: number) => (value / seconds).toFixed(3);
    const cells = [
      name,
      m.portrait.toFixed(2),
      m.rig.toFixed(2),
      perSecond(m.voice),
      perSecond(m.film),
      perSecond(all),
      perSecond(m.encoding),
      (all / m.encoding).toFixed(1),
      perSecond(m.cpu),
      m.memoryMiB.toFixed(0),
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
  console.log(
    "\nvoice, film, all, floor, cpu: seconds per second of film; all includes the portrait.",
  );
}

const [only] = process.argv.slice(2).filter((word) => word.startsWith("{"));
if (only !== undefined) {
  console.log(JSON.stringify(await measure(JSON.parse(only) as Case)));
  process.exit(0);
}
const cases = process.argv.includes("--long") ? [...CASES, LONG] : CASES;
const script = fileURLToPath(import.meta.url);
const rows = cases.map((each) => {
  const words = [...process.execArgv, script, JSON.stringify(each)];
  const output = execFileSync(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
  return [each, JSON.parse(output.toString()) as Measured] as const;
});
print(rows);
