/** @file The studio's worker: sees, listens, acts and makes films, so that the page stays free. */
import {
  analyzeVoice,
  buildRig,
  FilmError,
  faceIndexAt,
  findCrop,
  openDefaultStyle,
  type Recording,
  type Rig,
  type Run,
  readPortrait,
  readStyle,
  recordingOf,
  type Style,
  type Take,
  type Voice,
  writeLiveLink,
  writeTake,
} from "../index.js";
import {
  type BrowserMachine,
  openBrowser,
  openBrowserToolkit,
  readAudio,
  readPicture,
  readPictureSize,
} from "../platform/browser.js";
import { type Actor, makeActor } from "./acting.js";
import { type Material, makeFilmFile, makeSheetFile, type Seen } from "./film-job.js";
import type { FromThread, JobName, Jobs, Settings, ToThread, VoiceSource } from "./jobs.js";
import { makeLiveActor } from "./live-job.js";
import { phonesOf } from "./phones.js";
import { reportOn } from "./report-job.js";

/** Long side of a film, px: what two processors draw as fast as it is seen. */
const SIZE_PX = 512;
/** A picture of which head and shoulders fill this share is taken whole. */
const WHOLE_SHARE = 0.6;

/** What portraits and voices are read with; fetched while somebody still chooses them. */
const NETS = [
  "face-detection-short.onnx",
  "face-detection-full.onnx",
  "face-landmarks.onnx",
  "person-classes.onnx",
  "articulation.onnx",
] as const;

let opening: Promise<BrowserMachine> | undefined;
let seen: Seen | undefined;
let heard:
  | { readonly voice: Voice; readonly recording: Recording; readonly file: Blob | undefined }
  | undefined;
let acted: { readonly settings: Settings; readonly take: Take } | undefined;
/** The portrait's last rig of another size than the one that is seen. */
let other: { readonly of: Seen; readonly sizePx: number; readonly rig: Rig } | undefined;
let toolkit: ReturnType<typeof openBrowserToolkit> | undefined;
const actor = makeActor();
const live = makeLiveActor();
let usual: Promise<Style> | undefined;
/** Those that were loaded; `Settings.style` counts them from 1. */
const styles: Style[] = [];
const stops = new Map<number, AbortController>();

const open = () => {
  opening ??= openBrowser();
  return opening;
};

// What cannot be had now is asked for again when it is needed, and fails there.
open()
  .then(async ({ nets }) => {
    for (const name of NETS) await nets.open(name);
    toolkit ??= openBrowserToolkit();
  })
  .catch(() => undefined);

type Work = {
  readonly [Name in JobName]: (
    asked: Parameters<Jobs[Name]>[0],
    run: Run,
  ) => Promise<ReturnType<Jobs[Name]>>;
};

const work: Work = {
  async portrait({ file, whole }, run) {
    const machine = await open();
    const { picture, ...taken } = await cut(file, whole, machine, run);
    const portrait = await readPortrait(picture, machine, taken, run);
    const rig = await buildRig(portrait, machine, run);
    // A copy: films of other sizes read it again, and are signed as made from it.
    seen = { file: new Blob([await file.arrayBuffer()]), rig, ...taken };
    const share = taken.part ?? { width: 1, height: 1 };
    const { width, height } = await readPictureSize(file);
    const native = { width: share.width * width, height: share.height * height };
    return { rig, native, warnings: portrait.warnings };
  },
  async voice(source, run) {
    const machine = await open();
    const recording = await openVoice(source);
    const channels = await samplesOf(recording);
    const voice = await analyzeVoice(recording, machine, run);
    // The one before is not closed: a film may still be made of it.
    heard = { voice, recording, file: "file" in source ? source.file : undefined };
    const { durationSeconds } = voice;
    const { sampleRateHz } = recording;
    return { channels, sampleRateHz, durationSeconds, phones: phonesOf(voice) };
  },
  async style({ file }) {
    const style = readStyle(new Uint8Array(await file.arrayBuffer()));
    return { index: styles.push(style), name: style.name };
  },
  async act(settings) {
    const take = await takeOf(settings, actor);
    acted = { settings, take };
    const { layers: _, ...flat } = take;
    return flat;
  },
  async liveBegin({ sampleRateHz, settings }) {
    const { nets } = await open();
    live.begin(sampleRateHz, nets, settings, await styleOf(settings));
  },
  liveHear: ({ samples }) => live.hear(samples),
  liveDirect: async (settings) => live.direct(settings, await styleOf(settings)),
  liveEnd: (_) => live.end(),
  film: async (wish, run) => makeFilmFile(wish, material(), await open(), run),
  report: async (wish, run) => reportOn(wish, material, await open(), run),
  async take({ as }) {
    const { take } = present(acted);
    const text = as === "csv" ? writeLiveLink(take) : writeTake(take);
    return new Blob([text], { type: as === "csv" ? "text/csv" : "application/json" });
  },
  sheet: (_) => makeSheetFile(material()),
};

/** What films are made of now. */
function material(): Material {
  const portrait = present(seen);
  const { take, settings } = present(acted);
  toolkit ??= openBrowserToolkit();
  return {
    ...{ portrait, take, toolkit, sound: present(heard) },
    async rigAt(sizePx, run) {
      if (sizePx === SIZE_PX) return portrait.rig;
      if (other?.of === portrait && other.sizePx === sizePx) return other.rig;
      const { file, part, faceIndex } = portrait;
      const machine = await open();
      const picture = await readPicture(file, { sizePx, part });
      const rig = await buildRig(
        await readPortrait(picture, machine, { faceIndex }, run),
        machine,
        run,
      );
      other = { of: portrait, sizePx, rig };
      return rig;
    },
    takeAt: async (fps) => (fps === take.fps ? take : takeOf(settings, makeActor(), fps)),
  };
}

async function takeOf(settings: Settings, act: Actor, fps?: number): Promise<Take> {
  const { voice } = present(heard);
  return act(voice, settings, { style: await styleOf(settings), fps });
}

async function styleOf({ style }: Settings): Promise<Style> {
  usual ??= open().then(({ assets }) => openDefaultStyle(assets));
  return styles[style - 1] ?? usual;
}

addEventListener("message", async ({ data }: MessageEvent<ToThread>) => {
  if ("cancel" in data) {
    stops.get(data.cancel)?.abort();
    return;
  }
  const { id, name, asked } = data;
  const stop = new AbortController();
  stops.set(id, stop);
  const run: Run = {
    signal: stop.signal,
    onProgress: ({ stage, done, total }) => tell({ id, stage, share: done / Math.max(1, total) }),
  };
  try {
    const job = work[name] as (asked: unknown, run: Run) => Promise<unknown>;
    tell({ id, result: await job(asked, run) });
  } catch (error) {
    if (stop.signal.aborted) tell({ id, stopped: true });
    else if (error instanceof FilmError) tell({ id, failure: error.toJSON() });
    else tell({ id, crash: error instanceof Error ? (error.stack ?? error.message) : `${error}` });
  }
  stops.delete(id);
});

function tell(message: FromThread): void {
  postMessage(message);
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("asked before there was a portrait and a voice");
  return value;
}

/** What is taken of a picture, and which of its faces. */
async function cut(file: Blob, whole: boolean, machine: BrowserMachine, run: Run) {
  const all = {
    picture: await readPicture(file, { sizePx: SIZE_PX }),
    faceIndex: undefined,
    part: undefined,
  };
  if (whole) return all;
  const part = await findCrop(await readPicture(file), machine, "square", {}, run);
  if (part.width * part.height > WHOLE_SHARE) return all;
  const picture = await readPicture(file, { sizePx: SIZE_PX, part });
  return { picture, faceIndex: await faceIndexAt(picture, machine, part.face), part };
}

async function openVoice(source: VoiceSource): Promise<Recording> {
  if ("file" in source) return readAudio(source.file);
  return recordingOf([source.samples], source.sampleRateHz);
}

async function samplesOf(recording: Recording): Promise<Float32Array<ArrayBuffer>[]> {
  const blocks: Float32Array[][] = [];
  for await (const block of recording.blocks()) blocks.push(block.map((part) => part.slice()));
  const length = blocks.reduce((sum, [first]) => sum + (first?.length ?? 0), 0);
  return Array.from({ length: recording.channelCount }, (_, channel) => {
    const all = new Float32Array(length);
    let at = 0;
    for (const block of blocks) {
      const part = block[channel] ?? new Float32Array(0);
      all.set(part, at);
      at += part.length;
    }
    return all;
  });
}
