/**
 * @file `npm run bench:lips [-- FOLDER]`: do the lips of rendered frames fit the sound?
 *
 * A landmark network looks at the rendered pixels, never at the curves that drove them. Without a
 * folder of recordings the two samples are heard. Printed per recording and for all together:
 * where the aperture's correlation with the loudness peaks, how many sure p, b, m close the lips,
 * the gap in silence, and the jitter of points that belong to the skull.
 *
 * Songs and raps in the folder should be left out: loudness says little about their lips.
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { quantile, sampleAt } from "../src/base/curves.js";
import {
  analyzeVoice,
  openDefaultStyle,
  perform,
  recordingOf,
  type Take,
  type Voice,
} from "../src/index.js";
import { openNode, readAudio } from "../src/platform/node.js";
import { CLASS_COUNT, CLASS_INDEX } from "../src/voice/classes.js";
import { openStage } from "./stage.js";

/** Of each recording, seconds. */
const HEARD_SECONDS = 8;
const HOP_RATE = 100;
/** Lags looked at, hops each way, and where the peak may lie. */
const LAGS = 40;
const PEAK_WITHIN = 15;

/** What one recording gives. */
interface Seen {
  readonly name: string;
  readonly correlogram: Float64Array;
  readonly closures: number;
  readonly closed: number;
  /** Over the portrait's own gap, in % of the distance between the eyes' outer corners. */
  readonly silentGaps: readonly number[];
  readonly jitter: number;
}

const folder = process.argv[2] ?? fileURLToPath(new URL("../samples", import.meta.url));
const machine = await openNode();
const stage = await openStage(machine);
const style = await openDefaultStyle(machine.assets);

const all: Seen[] = [];
for (const name of (await readdir(folder)).sort()) {
  if (!/\.(wav|mp3|m4a|aac|ogg|opus|flac)$/i.test(name)) continue;
  const voice = await analyzeVoice(await firstSeconds(join(folder, name)), machine);
  const seen = await watch(name, voice, perform(voice, { style, head: 0, expression: 0 }));
  all.push(seen);
  print(name, [seen]);
}
print(`all ${all.length}`, all);

async function firstSeconds(path: string) {
  const { blocks, sampleRateHz } = await readAudio(path);
  const mono: number[] = [];
  for await (const channels of blocks()) {
    mono.push(...channels[0]);
    if (mono.length > HEARD_SECONDS * sampleRateHz) break;
  }
  const wanted = Math.round(HEARD_SECONDS * sampleRateHz);
  return recordingOf([Float32Array.from(mono.slice(0, wanted))], sampleRateHz);
}

async function watch(name: string, voice: Voice, take: Take): Promise<Seen> {
  const { apertures, jitter } = await stage.watch(take);
  const level = Float32Array.from(voice.levelDb);
  const loud = quantile(level, 0.95);
  // Frame i shows the instant (i + ½) / fps, hop h the instant (h + ½) / 100.
  const atHop = (hop: number) => sampleAt(apertures, ((hop + 0.5) / HOP_RATE) * take.fps - 0.5);
  const open = Float32Array.from(level, (_, hop) => atHop(hop));
  const low = quantile(apertures, 0.02);
  const span = quantile(apertures, 0.95) - low;
  const spans = sureClosures(voice);
  return {
    name,
    jitter,
    correlogram: correlate(bandOf(open), bandOf(level.map((value) => Math.max(value, loud - 60)))),
    closures: spans.length,
    closed: spans.filter((middle) => {
      const near = open.slice(Math.max(0, middle - 8), middle + 9);
      return (Math.min(...near) - low) / span < 0.15;
    }).length,
    silentGaps: silentHops(level, loud).map((hop) => 100 * (open[hop] - stage.restGap)),
  };
}

/** Middles of the sounds that are p, b or m without doubt, hops. */
function sureClosures({ classes, hopCount }: Voice): number[] {
  const sure = (hop: number) => classes[hop * CLASS_COUNT + CLASS_INDEX.PP];
  const middles: number[] = [];
  for (let start = 0; start < hopCount; start++) {
    if (sure(start) <= 0.4) continue;
    let end = start;
    let peak = 0;
    while (end < hopCount && sure(end) > 0.2) peak = Math.max(peak, sure(end++));
    if (end - start >= 4 && peak > 0.6) middles.push((start + end) >> 1);
    start = end;
  }
  return middles;
}

/** Hops inside pauses of 300 ms and more, without the first 200 and the last 100 ms. */
function silentHops(level: Float32Array, loud: number): number[] {
  const hops: number[] = [];
  let start = 0;
  for (let hop = 0; hop <= level.length; hop++) {
    if (hop < level.length && level[hop] < loud - 35) continue;
    if (hop - start >= 30) for (let k = start + 20; k < hop - 10; k++) hops.push(k);
    start = hop + 1;
  }
  return hops;
}

/** What is slower than 70 ms and faster than a second. */
function bandOf(curve: Float32Array): Float64Array {
  const [short, long] = [runningMean(curve, 7), runningMean(curve, 101)];
  return short.map((value, i) => value - long[i]);
}

function runningMean(curve: Float32Array, width: number): Float64Array {
  const half = width >> 1;
  return Float64Array.from(curve, (_, i) => {
    const near = curve.subarray(Math.max(0, i - half), i + half + 1);
    return near.reduce((sum, value) => sum + value, 0) / near.length;
  });
}

/** Correlation by lag, hops; positive: the first curve is late. */
function correlate(a: Float64Array, b: Float64Array): Float64Array {
  return Float64Array.from({ length: 2 * LAGS + 1 }, (_, k) => {
    let [sum, aa, bb] = [0, 1e-12, 1e-12];
    for (let i = LAGS; i < a.length - LAGS; i++) {
      sum += a[i + k - LAGS] * b[i];
      aa += a[i + k - LAGS] ** 2;
      bb += b[i] ** 2;
    }
    return sum / Math.sqrt(aa * bb);
  });
}

function print(name: string, seen: readonly Seen[]): void {
  const mean = Array.from({ length: 2 * LAGS + 1 }, (_, k) =>
    seen.reduce((sum, { correlogram }) => sum + correlogram[k] / seen.length, 0),
  );
  let peak = LAGS;
  for (let k = LAGS - PEAK_WITHIN; k <= LAGS + PEAK_WITHIN; k++) if (mean[k] > mean[peak]) peak = k;
  const sum = (of: (one: Seen) => number) => seen.reduce((total, one) => total + of(one), 0);
  const gaps = seen.flatMap(({ silentGaps }) => silentGaps);
  const jitters = seen.map(({ jitter }) => jitter);
  console.log(
    [
      name.padEnd(44),
      `lips ${(((peak - LAGS) * 1000) / HOP_RATE).toFixed(0).padStart(4)} ms (r ${mean[peak].toFixed(2)})`,
      `closed ${sum(({ closed }) => closed)} of ${sum(({ closures }) => closures)} p b m`,
      `silence ${gaps.length > 0 ? quantile(gaps, 0.5).toFixed(1) : "–"} %`,
      `jitter ${quantile(jitters, 0.5).toFixed(2)} %`,
    ].join("  "),
  );
}
