/** @file What a film is worth, as the studio's worker finds out: of any film, or of what is performed. */
import {
  type FilmContainer,
  type FilmReport,
  type Footage,
  type PageImage,
  type Run,
  renderFilm,
  reportFilm,
  type Still,
  shrinkTo,
  spreadOver,
  takeStills,
  writePage,
} from "../index.js";
import { type BrowserMachine, blobSink, encodeJpeg, readFootage } from "../platform/browser.js";
import type { Material } from "./film-job.js";
import type { ReportWish, StudioReport } from "./jobs.js";

/** What films are looked at in, px: faces are measured as well as in larger ones. */
const SEEN_MOST_PX = 512;
/** Frames of a contact sheet, and widths of those and of moments, px. */
const SHEET_FRAMES = 24;
const SMALL_PX = 200;
const LARGE_PX = 320;

/**
 * Judges a film. What is performed now is drawn first, into memory: nothing of that film is kept.
 *
 * @param materialNow - Asked only for what is performed now.
 * @throws FilmError as `reportFilm`.
 */
export async function reportOn(
  wish: ReportWish,
  materialNow: () => Material,
  machine: BrowserMachine,
  run: Run,
): Promise<StudioReport> {
  if ("film" in wish) {
    const footage = await readFootage(wish.film, { sizePx: SEEN_MOST_PX });
    return judged(footage, undefined, machine, run);
  }
  const material = materialNow();
  // Browsers without a decoder of H.264 can still look at what they drew.
  const container: FilmContainer = machine.encoders.codecs.vp9 === undefined ? "mp4" : "webm";
  const sink = blobSink(container);
  const { portrait, take, sound } = material;
  const job = { rig: portrait.rig, take, sound: sound.recording, consent: wish.consent, container };
  await renderFilm({ ...job, label: "off" }, sink, machine, run);
  return judged(await readFootage(sink.blob), material, machine, run);
}

async function judged(
  film: Footage,
  material: Material | undefined,
  machine: BrowserMachine,
  run: Run,
): Promise<StudioReport> {
  try {
    const known = material && { portrait: material.portrait.rig.picture };
    const report = await reportFilm({ film, ...known }, machine, run);
    return await plain(report, film);
  } finally {
    film.close();
  }
}

async function plain(report: FilmReport, film: Footage): Promise<StudioReport> {
  const { name, durationSeconds, fps, width, height, verdict, measures, moments } = report;
  const spread = spreadOver(film, SHEET_FRAMES);
  const stills = await takeStills(film, [...spread, ...moments.map(({ seconds }) => seconds)]);
  const sheet = await Promise.all(
    stills.slice(0, SHEET_FRAMES).map((still) => draw(still, SMALL_PX)),
  );
  const large = await Promise.all(stills.slice(SHEET_FRAMES).map((still) => draw(still, LARGE_PX)));
  const images = {
    sheet: sheet.map(({ image }) => image),
    moments: large.map(({ image }) => image),
  };
  return {
    ...{ name, durationSeconds, fps, size: { width, height }, verdict, measures },
    moments: moments.map((moment, k) => ({ ...moment, still: large[k]?.blob })),
    page: new Blob([writePage(report, images)], { type: "text/html" }),
  };
}

async function draw(
  { seconds, picture }: Still,
  widest: number,
): Promise<{ readonly blob: Blob; readonly image: PageImage }> {
  const width = Math.min(widest, picture.width);
  const height = Math.max(1, Math.round((width * picture.height) / picture.width));
  const bytes = await encodeJpeg(shrinkTo(picture, width, height));
  const letters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  const address = `data:image/jpeg;base64,${btoa(letters)}`;
  const blob = new Blob([Uint8Array.from(bytes)], { type: "image/jpeg" });
  return { blob, image: { seconds, address, width, height } };
}
