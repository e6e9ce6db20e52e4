/** @file The test page's worker: makes everything with `ritratto/browser`. */
import {
  analyzeVoice,
  buildRig,
  openDefaultStyle,
  perform,
  performLive,
  type Recording,
  type Rig,
  readPortrait,
  readRig,
  recordingOf,
  renderFilm,
  type Take,
  writeRig,
} from "../../../src/index.js";
import {
  type BrowserMachine,
  blobSink,
  encodePng,
  fileSink,
  openBrowser,
  pictureBlobs,
  readAudio,
  readFootage,
  readPicture,
} from "../../../src/platform/browser.js";
import { CONSENT } from "../consent.js";
import { cutTake } from "./cut-take.js";
import type { Jobs } from "./jobs.js";

/** What portraits and voices are read with; loaded before there is any. */
const NETS = [
  "articulation.onnx",
  "face-detection-full.onnx",
  "face-detection-short.onnx",
  "face-landmarks.onnx",
  "person-classes.onnx",
] as const;
/** Samples that a microphone gives at once. */
const BLOCK_SAMPLES = 1024;

let machine: BrowserMachine | undefined;
let made:
  | {
      readonly rig: Rig;
      readonly take: Take;
      readonly sound: Float32Array;
      readonly sampleRateHz: number;
    }
  | undefined;

// A browser that cannot encode pictures.
if (self.name === "bare") Reflect.deleteProperty(globalThis, "VideoEncoder");

const jobs: Jobs = {
  async prepare({ portrait: picture, voice: wav, seconds }) {
    const clock = startClock();
    machine = await openBrowser();
    await Promise.all(NETS.map((name) => machine?.nets.open(name)));
    const open = clock();
    const portrait = await readPortrait(await readPicture(await fetchBlob(picture)), machine);
    const portraitTime = clock();
    const rig = await buildRig(portrait, machine);
    const rigTime = clock();
    const recording = await readAudio(await fetchBlob(wav));
    const { sampleRateHz } = recording;
    const sound = await begin(recording, seconds);
    const voice = await analyzeVoice(recordingOf([sound], sampleRateHz), machine);
    const voiceTime = clock();
    const take = perform(voice, { style: await openDefaultStyle(machine.assets) });
    made = { rig, take, sound, sampleRateHz };
    const { encoders } = machine;
    return {
      ...{ open, portrait: portraitTime, rig: rigTime, voice: voiceTime, take: clock() },
      ...{ encoders, isIsolated: crossOriginIsolated },
    };
  },
  async film({ frameCount, threads = 1, intoFile = false, ...format }) {
    const clock = startClock();
    const blob = blobSink(format.container);
    const folder = await navigator.storage.getDirectory();
    const file = await folder.getFileHandle("film", { create: true });
    const sink = intoFile ? fileSink(await file.createWritable()) : blob;
    const drawing = await openBrowser({ threads });
    const { rig, take, ...heard } = prepared();
    const sound = recordingOf([heard.sound], heard.sampleRateHz);
    const shown = cutTake(take, 0, frameCount);
    await renderFilm({ ...CONSENT, ...format, rig, take: shown, sound }, sink, drawing);
    drawing.close();
    const milliseconds = clock();
    return { bytes: await bytesOf(intoFile ? await file.getFile() : blob.blob), milliseconds };
  },
  async pictures(frameCount) {
    const { rig, take, ...heard } = prepared();
    const sound = recordingOf([heard.sound], heard.sampleRateHz);
    const sink = pictureBlobs();
    await renderFilm(
      { ...CONSENT, rig, take: cutTake(take, 0, frameCount), sound },
      sink,
      machine!,
    );
    const named = [...sink.files].map(async ([name, blob]) => [name, await bytesOf(blob)] as const);
    return Object.fromEntries(await Promise.all(named));
  },
  async frames({ indices, threads }) {
    const { rig, take } = prepared();
    const drawing = await openBrowser({ threads });
    const drawer = drawing.drawFrames?.(rig, take, "i420");
    const frames = await Promise.all(indices.map((index) => drawer!.draw(index)));
    await drawer?.close();
    drawing.close();
    return frames;
  },
  async give() {
    const { rig, ...others } = prepared();
    return { rig: writeRig(rig), ...others };
  },
  async receive({ rig, ...others }) {
    made = { rig: readRig(rig), ...others };
    machine = await openBrowser();
    return machine.encoders;
  },
  async speak() {
    const { sound, sampleRateHz } = prepared();
    const style = await openDefaultStyle(machine!.assets);
    const acting = performLive(sampleRateHz, machine!, { style });
    const milliseconds: number[] = [];
    let frameCount = 0;
    const clock = startClock();
    for (let from = 0; from < sound.length; from += BLOCK_SAMPLES) {
      clock();
      const take = await acting.push(sound.slice(from, from + BLOCK_SAMPLES));
      if (take !== undefined) milliseconds.push(clock());
      frameCount += take?.frameCount ?? 0;
    }
    frameCount += (await acting.finish())?.frameCount ?? 0;
    milliseconds.sort((a, b) => a - b);
    return { frameCount, milliseconds, blockSeconds: BLOCK_SAMPLES / sampleRateHz };
  },
  async look(film) {
    const footage = await readFootage(new Blob([film.slice()]));
    let frames = 0;
    let pixel: number[] = [];
    for await (const { picture } of footage.frames()) {
      const middle = 4 * (picture.width * (picture.height >> 1) + (picture.width >> 1));
      pixel = [...picture.data.slice(middle, middle + 4)];
      frames++;
    }
    let samples = 0;
    for await (const [channel] of footage.sound?.blocks() ?? []) samples += channel.length;
    footage.close?.();
    return { frames, soundSeconds: samples / (footage.sound?.sampleRateHz ?? 1), pixel };
  },
  async picture({ url, sizePx }) {
    return bytesOf(await encodePng(await readPicture(await fetchBlob(url), { sizePx })));
  },
};

addEventListener("message", async ({ data: { id, name, asked } }) => {
  const job = jobs[name as keyof Jobs] as (asked: unknown) => Promise<unknown>;
  try {
    postMessage({ id, result: await job(asked) });
  } catch (error) {
    postMessage({
      id,
      error: error instanceof Error ? (error.stack ?? error.message) : `${error}`,
    });
  }
});

function prepared() {
  if (made === undefined) throw new Error("prepare first");
  return made;
}

/** @returns Gives the milliseconds since it was last asked. */
function startClock(): () => number {
  let last = performance.now();
  return () => {
    const now = performance.now();
    const passed = now - last;
    last = now;
    return passed;
  };
}

async function fetchBlob(url: string): Promise<Blob> {
  return (await fetch(url)).blob();
}

async function bytesOf(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer());
}

/** The first seconds of a recording with one channel. */
async function begin(recording: Recording, seconds: number): Promise<Float32Array> {
  const count = Math.round(seconds * recording.sampleRateHz);
  const samples = new Float32Array(count);
  let at = 0;
  for await (const [channel] of recording.blocks()) {
    samples.set(channel.subarray(0, count - at), at);
    at = Math.min(count, at + channel.length);
  }
  return samples;
}
