/** @file Films made in a real Chromium, from static files alone, against those that Node makes. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BufferSource, Input, WEBM } from "mediabunny";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Picture } from "../../src/base/picture.js";
import { type Recording, recordingOf } from "../../src/base/recording.js";
import { drawInline } from "../../src/frames/drawer.js";
import { findFilmMark } from "../../src/mark/film-mark.js";
import { findMark } from "../../src/mark/find-mark.js";
import { lumaOf } from "../../src/mark/luma.js";
import { drawMark, markColors } from "../../src/mark/marker.js";
import { perform } from "../../src/performance/performance.js";
import { openDefaultStyle } from "../../src/performance/style.js";
import { openNode, readAudio, readFootage, readPicture } from "../../src/platform/node.js";
import { openNets } from "../../src/platform/node-nets.js";
import { readPortrait } from "../../src/portrait/portrait.js";
import { buildRig } from "../../src/rig/rig.js";
import { analyzeVoice } from "../../src/voice/voice.js";
import { bundlePage } from "../../tools/bundle.js";
import { samplesOf } from "../media/material.js";
import { CHROMIUM_PATH, type OpenPage, openPage } from "../support/chromium.js";
import { assets, sample } from "../support/machine.js";
import type { Driven, Prepared } from "../support/page/jobs.js";

const SECONDS = 3;
const FRAMES = 75;
const SIZE = 512;
/** Encoders of Opus are late by half a millisecond. */
const LATE_SAMPLES = 30;
const SAMPLES = {
  portrait: "samples/astronaut.png",
  voice: "samples/austen.wav",
  seconds: SECONDS,
};

if (CHROMIUM_PATH === undefined) console.warn("no Chromium (set CHROMIUM): no page is tested");

/** What the page has put on its global object; only used inside of the page. */
declare const ask: Driven["ask"];
declare const askIn: Driven["askIn"];
declare const base64: Driven["base64"];
declare const listen: Driven["listen"];
declare const live: Driven["live"];
declare const liveInPieces: Driven["liveInPieces"];

describe.skipIf(CHROMIUM_PATH === undefined)("a page", () => {
  const folder = mkdtempSync(join(tmpdir(), "ritratto-page-"));
  let open: OpenPage;
  let made: Prepared;
  /** What Node makes of the same samples, with the same build of ONNX Runtime. */
  let node: Awaited<ReturnType<typeof makeOnNode>>;
  let hasDecoders: boolean;
  /** The portrait, lying on its side, and EXIF data that says so. */
  let turned: Uint8Array;

  beforeAll(async () => {
    const support = fileURLToPath(new URL("../support/page/", import.meta.url));
    const scripts = { page: join(support, "page.ts"), thread: join(support, "thread.ts") };
    await bundlePage({ scripts, out: folder });
    const upright = sharp(sample("astronaut.png")).rotate(90).withMetadata({ orientation: 8 });
    turned = await upright.jpeg({ quality: 100 }).toBuffer();
    open = await openPage({
      folders: {
        "/": folder,
        "/samples/": fileURLToPath(new URL("../../samples/", import.meta.url)),
      },
      files: {
        "/": '<!doctype html><link rel="icon" href="data:,"><script type="module" src="page.js"></script>',
        "/turned.jpg": turned,
      },
    });
    await open.page.waitForFunction(() => "ask" in globalThis);
    hasDecoders = (await openNode()).hasNativeCodecs;
    const preparing = open.page.evaluate((samples) => ask("prepare", samples), SAMPLES);
    node = await makeOnNode();
    made = await preparing;
    // Rigs with networks as WebAssembly, two at once: on a busy machine that takes a minute.
  }, 300_000);
  afterAll(async () => {
    await open?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Node's frame with the mark of a film that the page made. */
  const markedOnNode = (index: number, id: string) => {
    const data = Uint8ClampedArray.from(node.frames[index]);
    markColors(drawMark(node.rig.picture, node.rig.picture, { id }), data);
    return data;
  };

  const framesOf = async (indices: number[], threads: number) => {
    const asked = { indices, threads };
    const texts = await open.page.evaluate(async (asked) => {
      return (await ask("frames", asked)).map(base64);
    }, asked);
    return texts.map((text) => Buffer.from(text, "base64"));
  };

  test("draws what Node draws, with one worker as with two", async () => {
    const indices = [0, 17, 40, FRAMES - 1];
    const drawn = await framesOf(indices, 2);
    const drawer = drawInline(node.rig, node.take);
    for (const [i, index] of indices.entries()) {
      expect(largestDifference(drawn[i], await drawer.draw(index)), `frame ${index}`).toBeLessThan(
        3,
      );
    }
    expect(Buffer.concat(await framesOf(indices, 1)).equals(Buffer.concat(drawn))).toBe(true);
  });

  test("is told when a drawing worker fails", async () => {
    const asked = framesOf([0, FRAMES], 1);
    await expect(asked).rejects.toThrow(`a frame from 0 to ${FRAMES - 1}`);
  });

  test.each([
    { by: "the browser", container: "mp4", codec: "h264", count: FRAMES },
    { by: "the browser", container: "webm", codec: "vp9", count: 25 },
    { by: "the browser", container: "mp4", codec: "av1", count: 25 },
    { by: "WebAssembly", container: "mp4", codec: "h264", count: 25 },
  ] as const)("makes $container with $codec by $by", async ({ by, container, codec, count }) => {
    const where = by === "WebAssembly" ? "bare" : "usual";
    const text = await open.page.evaluate(
      async ({ where, ...asked }) => {
        if (where === "bare") await askIn(where, "receive", await ask("give", undefined));
        return base64((await askIn(where, "film", asked)).bytes);
      },
      { where, container, codec, frameCount: count },
    );
    const path = join(folder, `film.${container}`);
    writeFileSync(path, Buffer.from(text, "base64"));
    if (!hasDecoders) return;
    const footage = await readFootage(path);
    expect([footage.width, footage.height, footage.fps]).toEqual([SIZE, SIZE, 25]);
    const { id = "" } = (await findFilmMark(footage)) ?? {};
    const likeness: number[] = [];
    for await (const { picture, index } of footage.frames()) {
      likeness.push(lumaPsnr(picture, markedOnNode(index, id)));
    }
    expect(likeness).toHaveLength(count);
    expect(likeness.reduce((sum, each) => sum + each) / count).toBeGreaterThan(40);
    const [heard = new Float32Array(0)] = await samplesOf(footage.sound as Recording);
    expect(heard.length / (footage.sound?.sampleRateHz ?? 0)).toBeCloseTo(count / 25, 1);
    const said = await resampledTo(node, footage.sound?.sampleRateHz ?? 0);
    expect(likenessWithin(heard, said, LATE_SAMPLES)).toBeGreaterThan(0.9);
    footage.close?.();
  });

  test("reads its own films, also from a file", async () => {
    const seen = await open.page.evaluate(async () => {
      const asked = { container: "webm", codec: "vp9", frameCount: 25 } as const;
      const { bytes } = await ask("film", { ...asked, threads: 2, intoFile: true });
      return ask("look", bytes);
    });
    expect(seen.frames).toBe(25);
    expect(seen.soundSeconds).toBeCloseTo(1, 1);
  });

  test("shows a face that speaks, and a take that comes in pieces as if it were whole", async () => {
    const { shown } = await open.page.evaluate(() => live(1));
    expect(shown).toBeGreaterThan(2);
    const index = 42;
    const text = await open.page.evaluate(async (at) => base64(await liveInPieces(at)), index);
    const seen = Buffer.from(text, "base64");
    expect(largestDifference(seen, node.frames[index])).toBeLessThan(3);
  });

  test("acts a voice while it comes", async () => {
    const { frameCount } = await open.page.evaluate(() => ask("speak", undefined));
    expect(frameCount).toBe(FRAMES);
  });

  test("makes films with their opacity", async () => {
    const text = await open.page.evaluate(async () => {
      const asked = { container: "webm", codec: "vp9", frameCount: 10, alpha: true } as const;
      return base64((await ask("film", asked)).bytes);
    });
    const input = new Input({
      formats: [WEBM],
      source: new BufferSource(Buffer.from(text, "base64")),
    });
    const track = await input.getPrimaryVideoTrack();
    expect(await track?.canBeTransparent()).toBe(true);
    expect((await track?.computePacketStats())?.packetCount).toBe(10);
  });

  test("makes pictures one by one, and their sound", async () => {
    const texts = await open.page.evaluate(async () => {
      const files = Object.entries(await ask("pictures", 2));
      return files.map(([name, bytes]) => [name, base64(bytes)] as const);
    });
    expect(texts.map(([name]) => name)).toEqual(["00001.png", "00002.png", "sound.wav"]);
    for (const [index, [, text]] of texts.slice(0, 2).entries()) {
      const pixels = await sharp(Buffer.from(text, "base64")).raw().toBuffer();
      const data = Uint8ClampedArray.from(pixels);
      const { id = "" } = findMark(lumaOf({ data, width: SIZE, height: SIZE })) ?? {};
      expect(largestDifference(pixels, markedOnNode(index, id))).toBeLessThan(3);
    }
    expect(Buffer.from(texts[2][1], "base64").length).toBeGreaterThan(0.08 * 2 * node.rateHz);
  });

  test("listens to a microphone", async () => {
    const heard = await open.page.evaluate(() => listen(1200));
    expect(heard.blocks).toBeGreaterThan(10);
    expect(heard.seconds).toBeGreaterThan(0.4);
    expect(heard.loudest).toBeGreaterThan(0.1);
  });

  test.each([
    { url: "samples/astronaut.png", sizePx: undefined, tolerance: 0 },
    { url: "samples/astronaut.png", sizePx: 300, tolerance: 1 },
    { url: "samples/astronaut.png", sizePx: 640, tolerance: 1 },
    // Decoders of JPEG differ.
    { url: "turned.jpg", sizePx: undefined, tolerance: 0.5 },
  ])("reads $url at $sizePx as Node does", async ({ url, sizePx, tolerance }) => {
    const text = await open.page.evaluate(async (asked) => base64(await ask("picture", asked)), {
      url,
      ...(sizePx === undefined ? {} : { sizePx }),
    });
    const { data, info } = await sharp(Buffer.from(text, "base64"))
      .raw()
      .toBuffer({ resolveWithObject: true });
    const known = await readPicture(url === "turned.jpg" ? turned : sample("astronaut.png"), {
      sizePx,
    });
    expect([info.width, info.height, info.channels]).toEqual([known.width, known.height, 4]);
    expect(meanDifference(data, known.data)).toBeLessThanOrEqual(tolerance);
  });

  test("asks nobody but the server that it came from, and nothing fails unheard", () => {
    const foreign = open.requests.filter((url) => {
      return !url.startsWith(`${open.origin}/`) && !/^(blob|data):/.test(url);
    });
    expect(foreign).toEqual([]);
    expect(open.requests.some((url) => url.endsWith(".wasm"))).toBe(true);
    expect(open.errors).toEqual([]);
  });

  test("knows what it can encode", () => {
    expect(made.encoders.codecs.h264).toBeDefined();
    expect(made.encoders.codecs.vp9).toBe("browser");
    expect(made.isIsolated).toBe(false);
  });
});

/** The same as the page's `prepare`. */
async function makeOnNode() {
  const on = { assets, nets: openNets(assets, "wasm") };
  const rig = await buildRig(
    await readPortrait(await readPicture(sample("astronaut.png")), on),
    on,
  );
  const recording = await readAudio(sample("austen.wav"));
  const rateHz = recording.sampleRateHz;
  const [all = new Float32Array(0)] = await samplesOf(recording);
  const voice = all.slice(0, SECONDS * rateHz);
  const heard = await analyzeVoice(recordingOf([voice], rateHz), on);
  const take = perform(heard, { style: await openDefaultStyle(assets) });
  const drawer = drawInline(rig, take, "rgba");
  const frames: Uint8Array[] = [];
  while (frames.length < take.frameCount) frames.push(await drawer.draw(frames.length));
  return { rig, take, voice, rateHz, frames };
}

async function resampledTo({ voice, rateHz }: { voice: Float32Array; rateHz: number }, to: number) {
  const { makeResampler } = await import("../../src/voice/resample.js");
  const resampler = makeResampler(rateHz, to);
  return Float32Array.from([...resampler.push(voice), ...resampler.flush()]);
}

/** The best correlation if `a` is late or early by some samples at most. */
function likenessWithin(a: Float32Array, b: Float32Array, late: number): number {
  let best = 0;
  for (let shift = -late; shift <= late; shift += 3) {
    let [ab, aa, bb] = [0, 0, 0];
    for (let i = late; i < Math.min(a.length, b.length) - late; i += 2) {
      ab += a[i + shift] * b[i];
      aa += a[i + shift] * a[i + shift];
      bb += b[i] * b[i];
    }
    best = Math.max(best, ab / Math.sqrt(aa * bb));
  }
  return best;
}

function largestDifference(a: Uint8Array, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
  return largest;
}

function meanDifference(a: Uint8Array, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i] - b[i]);
  return sum / a.length;
}

/** Of two RGBA pictures, dB. */
function lumaPsnr({ data }: Picture, other: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < data.length; i += 4) {
    const red = data[i] - other[i];
    const green = data[i + 1] - other[i + 1];
    const blue = data[i + 2] - other[i + 2];
    sum += (0.2126 * red + 0.7152 * green + 0.0722 * blue) ** 2;
  }
  return 10 * Math.log10((255 * 255) / (sum / (data.length / 4)));
}
