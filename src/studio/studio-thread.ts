/** @file The studio's worker: sees, listens, acts and makes films, so that the page stays free. */
import {
  analyzeVoice,
  buildRig,
  type Direction,
  drawSheet,
  FilmError,
  faceIndexAt,
  findCrop,
  LAYERS,
  type LayerName,
  markPicture,
  openDefaultStyle,
  perform,
  performAnew,
  pictureSha256,
  type Recording,
  type Rig,
  type Run,
  readPortrait,
  recordingOf,
  renderFilm,
  sheetIdOf,
  type Take,
  type Voice,
  writeLiveLink,
  writeTake,
} from "../index.js";
import {
  type BrowserMachine,
  blobSink,
  encodePng,
  openBrowser,
  readAudio,
  readPicture,
} from "../platform/browser.js";
import type { FromThread, JobName, Jobs, Settings, ToThread, VoiceSource } from "./jobs.js";
import { phonesOf } from "./phones.js";

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
let rig: Rig | undefined;
let heard: { readonly voice: Voice; readonly recording: Recording } | undefined;
let take: Take | undefined;
const stops = new Map<number, AbortController>();

const open = () => {
  opening ??= openBrowser();
  return opening;
};

// What cannot be had now is asked for again when it is needed, and fails there.
open()
  .then(async ({ nets }) => {
    for (const name of NETS) await nets.open(name);
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
    const { picture, faceIndex } = await cut(file, whole, machine, run);
    const portrait = await readPortrait(picture, machine, { faceIndex }, run);
    rig = await buildRig(portrait, machine, run);
    return { rig, warnings: portrait.warnings };
  },
  async voice(source, run) {
    const machine = await open();
    const recording = await openVoice(source);
    const channels = await samplesOf(recording);
    const voice = await analyzeVoice(recording, machine, run);
    // The one before is not closed: a film may still be made of it.
    heard = { voice, recording };
    const { durationSeconds } = voice;
    const { sampleRateHz } = recording;
    return { channels, sampleRateHz, durationSeconds, phones: phonesOf(voice) };
  },
  async act(settings) {
    const { voice } = present(heard);
    const style = await openDefaultStyle((await open()).assets);
    take = act(voice, settings, style);
    const { layers: _, ...flat } = take;
    return flat;
  },
  async film({ container, consent }, run) {
    const sink = blobSink(container);
    const job = { rig: present(rig), take: present(take), sound: present(heard).recording };
    await renderFilm({ ...job, container, consent }, sink, await open(), run);
    return sink.blob;
  },
  async take({ as }) {
    const text = as === "csv" ? writeLiveLink(present(take)) : writeTake(present(take));
    return new Blob([text], { type: as === "csv" ? "text/csv" : "application/json" });
  },
  async sheet() {
    const drawn = drawSheet(present(rig));
    markPicture(drawn, { id: await sheetIdOf(await pictureSha256(present(rig).picture)) });
    return encodePng(drawn);
  },
};

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
  const all = { picture: await readPicture(file, { sizePx: SIZE_PX }), faceIndex: undefined };
  if (whole) return all;
  const part = await findCrop(await readPicture(file), machine, "square", {}, run);
  if (part.width * part.height > WHOLE_SHARE) return all;
  const picture = await readPicture(file, { sizePx: SIZE_PX, part });
  return { picture, faceIndex: await faceIndexAt(picture, machine, part.face) };
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

/** A take in which some layers have seeds of their own. */
function act(voice: Voice, settings: Settings, style: Direction["style"]): Take {
  const { emotion, seed, seeds, ...wishes } = settings;
  const direction: Direction = { ...wishes, style, emotion: [{ seconds: 0, mix: emotion }] };
  let acted = perform(voice, { ...direction, seed });
  const bySeed = new Map<number, LayerName[]>();
  for (const name of LAYERS) {
    const own = seeds[name] ?? seed;
    if (own !== seed) bySeed.set(own, [...(bySeed.get(own) ?? []), name]);
  }
  for (const [own, names] of bySeed) {
    const { layers } = acted;
    if (layers !== undefined) {
      acted = performAnew({ ...acted, layers }, names, voice, { ...direction, seed: own });
    }
  }
  return acted;
}
