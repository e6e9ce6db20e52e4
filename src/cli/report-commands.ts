/** @file The commands that look at films: what one is worth, and several side by side. */
import { basename } from "node:path";
import {
  distanceToReference,
  drawFilmSheet,
  type FilmReport,
  type Footage,
  MEASURES,
  type Measure,
  numberOf,
  type PageImage,
  type ReferenceDistance,
  reportFilm,
  type Still,
  shrinkTo,
  spreadOver,
  takeStills,
  timeCode,
  type Verdict,
  writePage,
} from "../index.js";
import {
  encodeJpeg,
  encodePng,
  type NodeMachine,
  openNode,
  readAudio,
  readFootage,
  readPicture,
} from "../platform/node.js";
import { runOf, type Session } from "./commands.js";
import { fileIfNamed } from "./files.js";

/** Options of `report` and `compare`. */
export interface ReportOptions {
  readonly portrait?: string;
  readonly audio?: string;
  readonly reference?: string;
  readonly html?: string;
  readonly sheet?: string;
}

/** Frames of a contact sheet, and their width and that of larger ones, px. */
const SHEET_FRAMES = 24;
const ROW_FRAMES = 8;
const SMALL_PX = 200;
const LARGE_PX = 320;

const MARKS: Readonly<Record<Verdict, string>> = {
  pass: "✓",
  warn: "!",
  fail: "✗",
  "not measured": "·",
};

/** `report`: what a film is worth. */
export async function report(
  filmPath: string,
  options: ReportOptions,
  session: Session,
): Promise<void> {
  const page = fileIfNamed(options.html);
  const open: Footage[] = [];
  try {
    const machine = await openNode({ netsAside: true });
    const film = await opened(filmPath, open);
    const real = options.reference && (await opened(options.reference, open));
    const judged = await judge(film, options, machine, session);
    const reference = real ? await judge(real, {}, machine, session) : undefined;
    const distance = reference && distanceToReference(judged, reference);
    await page?.write(await pageOf(judged, film));
    session.report.done(
      reportText(judged, reference, distance) + (page ? `\n${options.html}` : ""),
      { ...plain(judged), ...referenceData(reference, distance), html: page?.path },
    );
  } catch (error) {
    page?.discard();
    throw error;
  } finally {
    for (const each of open) each.close();
  }
}

/** `compare`: several films side by side. */
export async function compare(
  filmPaths: readonly string[],
  options: ReportOptions,
  session: Session,
): Promise<void> {
  const sheet = fileIfNamed(options.sheet);
  const open: Footage[] = [];
  try {
    const machine = await openNode({ netsAside: true });
    for (const path of filmPaths) await opened(path, open);
    const judged: FilmReport[] = [];
    for (const film of open) judged.push(await judge(film, options, machine, session));
    if (sheet !== undefined) {
      const rows = [];
      for (const film of open) {
        rows.push({
          name: film.name,
          stills: await takeStills(film, spreadOver(film, ROW_FRAMES)),
        });
      }
      await sheet.write(await encodePng(drawFilmSheet(rows)));
    }
    session.report.done(compareText(judged) + (sheet ? `\n${options.sheet}` : ""), {
      films: judged.map(plain),
      sheet: sheet?.path,
    });
  } catch (error) {
    sheet?.discard();
    throw error;
  } finally {
    for (const each of open) each.close();
  }
}

async function opened(path: string, open: Footage[]): Promise<Footage> {
  const footage = await readFootage(path);
  open.push(footage);
  return footage;
}

async function judge(
  film: Footage,
  { portrait, audio }: ReportOptions,
  machine: NodeMachine,
  session: Session,
): Promise<FilmReport> {
  const job = {
    film,
    portrait: portrait === undefined ? undefined : await readPicture(portrait),
    voice: audio === undefined ? undefined : await readAudio(audio),
  };
  return reportFilm(job, machine, runOf(session));
}

async function pageOf(judged: FilmReport, film: Footage): Promise<string> {
  const spread = spreadOver(film, SHEET_FRAMES);
  const times = [...spread, ...judged.moments.map(({ seconds }) => seconds)];
  const stills = await takeStills(film, times);
  const sheet = await Promise.all(stills.slice(0, spread.length).map((s) => imageOf(s, SMALL_PX)));
  const moments = await Promise.all(stills.slice(spread.length).map((s) => imageOf(s, LARGE_PX)));
  return writePage(judged, { sheet, moments });
}

async function imageOf({ seconds, picture }: Still, widest: number): Promise<PageImage> {
  const width = Math.min(widest, picture.width);
  const height = Math.max(1, Math.round((width * picture.height) / picture.width));
  const bytes = await encodeJpeg(shrinkTo(picture, width, height));
  const address = `data:image/jpeg;base64,${Buffer.from(bytes).toString("base64")}`;
  return { seconds, address, width, height };
}

function plain({ name, durationSeconds, fps, verdict, measures, moments }: FilmReport) {
  return { film: name, durationSeconds, fps, verdict, measures, moments };
}

function referenceData(reference?: FilmReport, distance?: ReferenceDistance) {
  return reference === undefined ? {} : { reference: { ...plain(reference), ...distance } };
}

function reportText(
  judged: FilmReport,
  reference: FilmReport | undefined,
  distance: ReferenceDistance | undefined,
): string {
  const count = (verdict: Verdict) =>
    judged.measures.filter((measure) => measure.verdict === verdict).length;
  const head = `${judged.name}: ${judged.verdict} (${count("fail")} fail, ${count("warn")} warn, ${count("pass")} pass)`;
  const lines = judged.measures.map((measure, k) => lineOf(measure, reference?.measures[k]));
  const moments = judged.moments.map(({ seconds, what }) => `  ${timeCode(seconds)}  ${what}`);
  const near =
    distance === undefined
      ? []
      : [
          `  against ${reference?.name}: lips match r ${numberOf(distance.apertureMatch ?? Number.NaN)}, mouth ${numberOf(distance.mouthDistance)} % of the eyes' distance away`,
        ];
  return [head, ...lines, ...near, ...moments].join("\n");
}

const TITLE_WIDTH = Math.max(...Object.values(MEASURES).map(({ title }) => title.length));

function lineOf(measure: Measure, reference: Measure | undefined): string {
  const { name, verdict, real, note } = measure;
  const { title } = MEASURES[name];
  const range = real === undefined ? "" : `real ${numberOf(real[0])} … ${numberOf(real[1])}`;
  const beside = reference === undefined ? "" : worded(reference).padStart(20);
  return `  ${MARKS[verdict]} ${title.padEnd(TITLE_WIDTH)}${worded(measure).padStart(20)}${beside}  ${range.padEnd(24)}${note ?? ""}`.trimEnd();
}

function worded({ name, value }: Measure): string {
  return value === undefined ? "–" : `${numberOf(value)} ${MEASURES[name].unit}`;
}

const COLUMN = 18;

function compareText(films: readonly FilmReport[]): string {
  const names = films.map(({ name }) =>
    basename(name)
      .slice(0, COLUMN - 2)
      .padStart(COLUMN),
  );
  const head = `${" ".repeat(TITLE_WIDTH + 4)}${names.join("")}`;
  const rows = (films[0]?.measures ?? []).map(({ name }, k) => {
    const cells = films.map(({ measures }) => {
      const { value, verdict = "not measured" } = measures[k] ?? {};
      const text = value === undefined ? "–" : numberOf(value);
      return `${text} ${MARKS[verdict]}`.padStart(COLUMN);
    });
    return `  ${MEASURES[name].title.padEnd(TITLE_WIDTH + 2)}${cells.join("")}`;
  });
  return [head, ...rows].join("\n");
}
