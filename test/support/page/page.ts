/** @file The test page: hands jobs to its worker, shows a live view, listens to a microphone. */
import { type LiveView, openLiveView, openMicrophone } from "../../../src/platform/browser.js";
import { readRig } from "../../../src/rig/rig-file.js";
import { cutTake } from "./cut-take.js";
import type { Driven, Jobs, SeenLive } from "./jobs.js";

/** Workers by name; one that is called "bare" is a browser without encoders. */
const workers = new Map<string, Worker>();
let nextId = 0;

function workerOf(name: string): Worker {
  const url = new URL("./thread.js", import.meta.url);
  const worker = workers.get(name) ?? new Worker(url, { type: "module", name });
  workers.set(name, worker);
  return worker;
}

function askIn<Name extends keyof Jobs>(
  where: string,
  name: Name,
  asked: Parameters<Jobs[Name]>[0],
): ReturnType<Jobs[Name]> {
  const worker = workerOf(where);
  const id = nextId++;
  return new Promise((resolve, reject) => {
    const listen = ({ data }: MessageEvent) => {
      if (data.id !== id) return;
      worker.removeEventListener("message", listen);
      if ("error" in data) reject(new Error(data.error));
      else resolve(data.result);
    };
    worker.addEventListener("message", listen);
    worker.postMessage({ id, name, asked });
  }) as ReturnType<Jobs[Name]>;
}

const ask = <Name extends keyof Jobs>(name: Name, asked: Parameters<Jobs[Name]>[0]) =>
  askIn("usual", name, asked);

/** Plays the take that was prepared into a canvas: as fast as it can be drawn, then by the clock. */
async function live(seconds: number): Promise<SeenLive> {
  const { rig, take } = await ask("give", undefined);
  const canvas = document.createElement("canvas");
  document.body.append(canvas);
  const clock = startClock();
  const view = openLiveView(readRig(rig), canvas.transferControlToOffscreen());
  await view.play(take);
  await view.show(0);
  const openMilliseconds = clock();
  const drawn: number[] = [];
  for (let index = 1; index < take.frameCount; index++) {
    drawn.push((await view.show((index + 0.5) / take.fps)).milliseconds);
  }
  const framesPerSecond = (1000 * drawn.length) / clock();
  const shown = await follow(view, seconds);
  view.close();
  drawn.sort((a, b) => a - b);
  return { openMilliseconds, milliseconds: drawn[drawn.length >> 1] ?? 0, framesPerSecond, shown };
}

/** Shows a view from time 0 as fast as the page paints. @returns How many frames were seen. */
async function follow(view: LiveView, seconds: number): Promise<number> {
  const start = performance.now();
  let shown = 0;
  for (let now = 0; now < seconds; now = (performance.now() - start) / 1000) {
    if ((await view.show(now)).index !== undefined) shown++;
    await new Promise(requestAnimationFrame);
  }
  return shown;
}

/** The take in three pieces, as they come while somebody speaks. @returns What one frame looks like. */
async function liveInPieces(index: number): Promise<Uint8ClampedArray> {
  const { rig, take } = await ask("give", undefined);
  const canvas = document.createElement("canvas");
  document.body.append(canvas);
  const view = openLiveView(readRig(rig), canvas.transferControlToOffscreen());
  for (const [from, to] of [
    [0, 20],
    [20, index],
    [index, take.frameCount],
  ] as const) {
    await view.append(cutTake(take, from, to));
    await view.show(from / take.fps);
  }
  await view.show((index + 0.5) / take.fps);
  // The canvas is the worker's; the page has what was painted last.
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  const { width, height } = canvas;
  const context = new OffscreenCanvas(width, height).getContext("2d");
  context?.drawImage(canvas, 0, 0);
  view.close();
  return context?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray(0);
}

/** @returns Gives the milliseconds since it was last asked. */
function startClock(): () => number {
  let last = performance.now();
  return () => {
    const passed = performance.now() - last;
    last += passed;
    return passed;
  };
}

/** Listens to the microphone for a while. */
async function listen(milliseconds: number) {
  let blocks = 0;
  const microphone = await openMicrophone(() => blocks++);
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  const recording = await microphone.stop();
  let loudest = 0;
  for await (const [channel] of recording.blocks()) {
    for (const sample of channel) loudest = Math.max(loudest, Math.abs(sample));
  }
  return { blocks, seconds: recording.durationSeconds, loudest };
}

/** Bytes as text, for whoever drives the page. */
function base64(bytes: Uint8Array | Uint8ClampedArray): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) {
    text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  }
  return btoa(text);
}

const driven: Driven = { ask, askIn, live, liveInPieces, listen, base64 };
Object.assign(globalThis, driven);
