/**
 * @file `npm run bench:quality [-- FOLDER]`: speak and report over a fixed set, one table.
 *
 * The set is chosen for its variety, not for its ease. FOLDER holds `portraits/` and `audio/`; it is
 * ../shared/media if that is there and nothing else is said. Without it the committed samples are
 * all. Below stand the median of the set and films of real people, measured the same way.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { quantile } from "../dist/base/curves.js";
import {
  type FilmReport,
  MEASURES,
  type MeasureName,
  makeFilm,
  numberOf,
  type Recording,
  recordingOf,
  reportFilm,
} from "../dist/index.js";
import { fileSink, openNode, readAudio, readFootage, readPicture } from "../dist/platform/node.js";
import { REAL_RANGES } from "../dist/report/real-ranges.js";

/** Of each voice, seconds. */
const SECONDS = 12;
const SIZE_PX = 512;
/** Portrait and voice, by the beginnings of their names. */
const PAIRS: readonly (readonly [portrait: string, voice: string])[] = [
  ["nasa_astronaut", "librispeech_1998"],
  ["fr_obama_smile", "jfk"],
  ["fst_monalisa_hd", "watson_it"],
  ["sr_hanfu_woman", "watson_ja"],
  ["fst_black_man_red", "google_sample_de"],
  ["lp_donna_velata", "watson_es"],
  ["st_art20_old_woman", "cosyvoice_laoxu"],
  ["tddfa_grad", "watson_ko"],
  ["mg_lincoln_hd", "librispeech_2414"],
  ["st_art14_afro_woman", "song_diffrhythm"],
  ["vt_asian_woman", "song_yue"],
  ["mit_vangogh_felt_hat", "watson_fr"],
  ["fst_man_beard_denim", "higgs_en_man"],
  ["lp_paint_child", "google_sample_pl"],
  ["mg_edison_bw", "silero_ru"],
  ["fst_pearl_earring", "watson_dutch"],
  ["hallo5_statue", "librispeech_3005"],
  ["avat_obama_official", "rap_hamilton"],
  ["vt_woman_pexels", "sing_vocadito"],
  ["flux_monk", "watson_ar"],
];
const SAMPLES = [
  ["astronaut.png", "austen.wav"],
  ["astronaut.png", "kennedy.wav"],
] as const;
const COLUMNS: readonly MeasureName[] = [
  "lipOffset",
  "lipMatch",
  "closureRecall",
  "silenceGap",
  "identityMedian",
  "jitter",
  "backgroundDifference",
  "blinkRate",
  "headYaw",
  "headPitch",
  "headRoll",
  "headSlow",
  "headFast",
  "mouthVariety",
  "browVariety",
];

const machine = await openNode();
const shared = fileURLToPath(new URL("../../shared/media", import.meta.url));
const chosen = process.argv[2] ?? (existsSync(shared) ? shared : undefined);
const pairs = chosen === undefined ? samplePairs() : pairsIn(chosen);
const folder = mkdtempSync(join(tmpdir(), "ritratto-quality-"));
const reports: FilmReport[] = [];
try {
  console.log(`| portrait, voice | verdict | ${COLUMNS.join(" | ")} |`);
  console.log(`|${"---|".repeat(COLUMNS.length + 2)}`);
  for (const [portraitPath, voicePath] of pairs) {
    const report = await judged(portraitPath, voicePath, join(folder, "film.mp4"));
    reports.push(report);
    const bad = report.measures
      .filter(({ verdict }) => verdict === "fail" || verdict === "warn")
      .map(({ name, verdict }) => `${verdict} ${name}`);
    const cells = COLUMNS.map((name) => cellOf(valueIn(report, name)));
    const name = `${stem(portraitPath)}, ${stem(voicePath)}`;
    console.log(`| ${name} | ${bad.join(", ") || report.verdict} | ${cells.join(" | ")} |`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
const medians = COLUMNS.map((name) => {
  const values = reports.flatMap((report) => valueIn(report, name) ?? []);
  return cellOf(values.length > 0 ? quantile(values, 0.5) : undefined);
});
console.log(`| **median of ${reports.length}** | | ${medians.join(" | ")} |`);
const real = COLUMNS.map((name) => {
  const range = REAL_RANGES[name];
  return range === undefined
    ? "–"
    : `${numberOf(range.p50)} (${numberOf(range.p10)} … ${numberOf(range.p90)})`;
});
console.log(`| **real people**, median (10 … 90 %) | | ${real.join(" | ")} |`);
console.log(`\n${COLUMNS.map((name) => `${name}: ${MEASURES[name].unit}`).join("; ")}`);

async function judged(portraitPath: string, voicePath: string, path: string) {
  const portrait = await readPicture(portraitPath, { sizePx: SIZE_PX });
  const voice = await firstSeconds(voicePath);
  await makeFilm(
    { portrait, voice, consent: { basis: "licensed" }, label: "off" },
    fileSink(path),
    machine,
  );
  const film = await readFootage(path);
  try {
    return await reportFilm({ film, portrait, voice }, machine);
  } finally {
    film.close();
  }
}

async function firstSeconds(path: string): Promise<Recording> {
  const { blocks, sampleRateHz } = await readAudio(path);
  const mono: number[] = [];
  const wanted = Math.round(SECONDS * sampleRateHz);
  for await (const [channel = new Float32Array(0)] of blocks()) {
    for (const sample of channel) mono.push(sample);
    if (mono.length >= wanted) break;
  }
  return recordingOf([Float32Array.from(mono.slice(0, wanted))], sampleRateHz);
}

function pairsIn(media: string): [string, string][] {
  const found = (kind: string, start: string) => {
    const inside = join(media, kind);
    const name = existsSync(inside)
      ? readdirSync(inside).find((n) => n.startsWith(start))
      : undefined;
    return name === undefined ? undefined : join(inside, name);
  };
  return PAIRS.flatMap(([portrait, voice]): [string, string][] => {
    const [a, b] = [found("portraits", portrait), found("audio", voice)];
    return a !== undefined && b !== undefined ? [[a, b]] : [];
  });
}

function samplePairs(): [string, string][] {
  const sample = (name: string) => fileURLToPath(new URL(`../samples/${name}`, import.meta.url));
  return SAMPLES.map(([portrait, voice]) => [sample(portrait), sample(voice)]);
}

function valueIn({ measures }: FilmReport, name: MeasureName): number | undefined {
  return measures.find((measure) => measure.name === name)?.value;
}

function cellOf(value: number | undefined): string {
  return value === undefined ? "–" : numberOf(value);
}

function stem(path: string): string {
  return basename(path).replace(/\.[^.]*$/, "");
}
