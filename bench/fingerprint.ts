/**
 * @file How far apart fingerprints are: of films that are the same but for what others did to them, and
 * of films that are not.
 *
 * Usage: npx tsx bench/fingerprint.ts FOLDER… (films; six of them are treated, all are compared)
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openNode, readFootage } from "../src/platform/node.js";
import { compareFingerprints } from "../src/trust/compare-fingerprints.js";
import { type FingerprintPair, fingerprintFilm } from "../src/trust/fingerprint.js";
import { reencode } from "./re-encode.js";

const TREATED = 6;
/** What is done to films, by FFmpeg's filters; each is written with x264 at this crf. */
const TREATMENTS: Readonly<Record<string, { readonly filters?: string; readonly crf: number }>> = {
  "crf 33": { crf: 33 },
  "half size, crf 28": { filters: "scale=trunc(iw/4)*2:-2", crf: 28 },
  "mirrored, crf 28": { filters: "hflip", crf: 28 },
  "first 1.4 s cut": { filters: "trim=start=1.4,setpts=PTS-STARTPTS", crf: 28 },
  "1.25 times as fast": { filters: "setpts=PTS/1.25", crf: 28 },
  "stretched by 1.25": { filters: "scale=trunc(iw*0.625)*2:ih", crf: 28 },
  "gamma and contrast": { filters: "eq=gamma=1.3:contrast=1.2:brightness=0.05", crf: 28 },
  "10 % cropped off": { filters: "crop=iw*0.9:ih*0.9", crf: 28 },
  "20 % cropped off": { filters: "crop=iw*0.8:ih*0.8", crf: 28 },
  "30 % cropped off": { filters: "crop=iw*0.7:ih*0.7", crf: 28 },
  "40 % cropped off": { filters: "crop=iw*0.6:ih*0.6", crf: 28 },
  "15 % cropped, off centre": { filters: "crop=iw*0.85:ih*0.85:iw*0.04:ih*0.12", crf: 28 },
  "35 % cropped, off centre": { filters: "crop=iw*0.65:ih*0.65:iw*0.08:ih*0.25", crf: 28 },
  "turned by 3°": { filters: "rotate=3*PI/180", crf: 28 },
  "with black borders": { filters: "pad=iw*1.25:ih*1.25:iw*0.125:ih*0.125", crf: 28 },
};

await openNode();
const paths = process.argv
  .slice(2)
  .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
const prints: FingerprintPair[] = [];
for (const path of paths) prints.push(await printOf(path));

const pairs = prints.flatMap((a, i) =>
  prints.slice(i + 1).map((b, k) => ({
    names: [paths[i], paths[i + 1 + k]].map((path) => path.split("/").at(-1)).join(" / "),
    ...compareFingerprints(a.upright, b),
  })),
);
pairs.sort((a, b) => a.pictureBits - b.pictureBits);
console.log(`${paths.length} films, ${pairs.length} pairs; the nearest:`);
for (const { names, pictureBits, soundDistance, part } of pairs.slice(0, 60)) {
  console.log(`${pictureBits} bits, part ${part}, sound ${soundDistance?.toFixed(2)}: ${names}`);
}
const sounds = pairs.flatMap(({ soundDistance }) => soundDistance ?? []).sort((a, b) => a - b);
console.log(
  "sounds:",
  sounds
    .slice(0, 12)
    .map((distance) => distance.toFixed(2))
    .join(" "),
);

const room = mkdtempSync(join(tmpdir(), "fingerprint-"));
const step = Math.max(1, Math.floor(paths.length / TREATED));
const treated = paths.map((_, i) => i).filter((i) => i % step === 0);
const even = "crop=trunc(iw/2)*2:trunc(ih/2)*2";
for (const i of treated) {
  const short = { filters: `select=lt(t\\,6),scale=-2:min(ih\\,480),${even}`, crf: 18 };
  await reencode(paths[i], join(room, `${i}.mp4`), short);
}
for (const [name, treatment] of Object.entries(TREATMENTS)) {
  const bits: string[] = [];
  for (const i of treated) {
    const to = join(room, "treated.mp4");
    const filters = `${treatment.filters ?? "null"},${even}`;
    await reencode(join(room, `${i}.mp4`), to, { ...treatment, filters });
    const found = await printOf(to);
    const { pictureBits, part } = compareFingerprints(prints[i].upright, found);
    bits.push(`${pictureBits}${part < 1 ? ` (${part})` : ""}`);
  }
  console.log(`${name}: ${bits.join(", ")}`);
}
rmSync(room, { recursive: true });

async function printOf(path: string): Promise<FingerprintPair> {
  const footage = await readFootage(path);
  try {
    return await fingerprintFilm(footage);
  } finally {
    footage.close();
  }
}
