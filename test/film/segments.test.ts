/** @file Films in segments: the same frames, sound, identity and fingerprint as in one go, and no seam. */
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { FilePathSource } from "mediabunny";
import {
  buildRig,
  cutFilm,
  type FilmFormat,
  type FilmSegment,
  type FrameSpan,
  joinSegments,
  type RenderJob,
  readPortrait,
  renderFilm,
  renderSegment,
} from "ritratto";
import { fileSink, type NodeMachine, openNode, readAudio, readPicture } from "ritratto/node";
import { beforeAll, describe, expect, test } from "vitest";
import { drawSpan } from "../../src/film/drawing.js";
import { identify } from "../../src/film/identity.js";
import { makeTake } from "../../src/performance/take.js";
import { makeFingerprinter } from "../../src/trust/fingerprint.js";
import { inspect, makeFolder, watch } from "../media/material.js";
import { cutVoice, writeFace, writeWav } from "../support/inputs.js";

const file = makeFolder();
const FPS = 29.97;
/** Neither whole seconds nor whole segments: the last one has a single frame. */
const FRAMES = 46;
const SPANS: readonly FrameSpan[] = [
  { from: 0, to: 17 },
  { from: 17, to: 45 },
  { from: 45, to: 46 },
];

let machine: NodeMachine;
let job: RenderJob;
beforeAll(async () => {
  machine = await openNode({ threads: 1 });
  await writeFace(file("face.png"));
  writeWav(file("voice.wav"), cutVoice(8, 8 + FRAMES / FPS));
  const picture = await readPicture(file("face.png"), { sizePx: 256 });
  const take = makeTake(FPS, FRAMES);
  for (let i = 0; i < FRAMES; i++) {
    take.head[6 * i + 1] = 0.15 * Math.sin(i / 7);
    take.weights[52 * i + 17] = 0.4 + 0.4 * Math.sin(i / 3);
  }
  job = {
    ...{ rig: await buildRig(await readPortrait(picture, machine), machine), take },
    sound: await readAudio(file("voice.wav")),
    // With the visible tag, which fades over several segments.
    consent: { basis: "subject" },
  };
});

test("films are cut where the frames are, into parts of about the same length", () => {
  for (const [frames, fps, seconds] of [
    [1, 25, 20],
    [749, 25, 20],
    [9001, 29.97, 20],
    [90_000, 25, 60],
    [7, 60, 0.01],
  ] as const) {
    const spans = cutFilm(frames, fps, seconds);
    expect(spans[0]?.from).toBe(0);
    expect(spans.at(-1)?.to).toBe(frames);
    for (const [i, { from, to }] of spans.entries()) {
      expect(to).toBeGreaterThan(from);
      expect(spans[i + 1]?.from ?? frames).toBe(to);
      if (spans.length > 1 && seconds * fps > 10) {
        expect((to - from) / fps / seconds).toBeGreaterThan(0.66);
        expect((to - from) / fps / seconds).toBeLessThan(1.5);
      }
    }
  }
});

/** Draws a span, and sees its frames before they are encoded. */
async function drawEach(format: FilmFormat, span: FrameSpan, see: (frame: Uint8Array) => void) {
  const { id, labelled } = await identify({ ...job, ...format });
  const printer = makeFingerprinter({ width: 256, height: 256, durationSeconds: FRAMES / FPS });
  const pixels = format.alpha ? "i420a" : "i420";
  const use = async (frame: Uint8Array) => see(frame);
  await drawSpan({ ...job, ...format }, { id, labelled, pixels, span }, printer, use, machine);
}

test("a frame is the same to the byte, in whichever span it is drawn", async () => {
  const hashesOf = async (span: FrameSpan) => {
    const hashes: string[] = [];
    await drawEach({}, span, (frame) => {
      hashes.push(createHash("sha256").update(frame).digest("hex"));
    });
    return hashes;
  };
  const whole = await hashesOf({ from: 0, to: FRAMES });
  expect(new Set(whole).size).toBeGreaterThan(FRAMES - 3);
  expect((await Promise.all(SPANS.map(hashesOf))).flat()).toEqual(whole);
});

/** Renders segments in any order. @returns Them, in order. */
async function renderAll(format: FilmFormat, order: readonly number[], end: string) {
  const parts: FilmSegment[] = [];
  for (const i of order) {
    const sink = fileSink(file(`${order.join("")}-${i}.${end}`));
    const run = await renderSegment({ ...job, ...format }, SPANS[i]!, sink, machine);
    parts[i] = JSON.parse(JSON.stringify(run));
  }
  return parts.map((part, i) => ({ ...part, path: file(`${order.join("")}-${i}.${end}`) }));
}

const sourced = (parts: readonly (FilmSegment & { readonly path: string })[]) =>
  parts.map((part) => ({ ...part, source: new FilePathSource(part.path) }));

/** Encoders spend less on a last frame, on which nothing stands: at the end of a segment, or of a film. */
const MOST_LOST_DB = 1.5;

/** Of a plane of bytes, dB. */
function psnr(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return 10 * Math.log10(255 ** 2 / (sum / a.length + 1e-9));
}

describe.each<[string, FilmFormat, string]>([
  ["H.264", {}, "mp4"],
  ["VP9 with alpha", { container: "webm", alpha: true }, "webm"],
  ["AV1", { container: "mp4", codec: "av1", quality: "draft" }, "mp4"],
])("%s, joined,", (name, format, end) => {
  test("is the film that one go makes: pictures in time, sound, identity, fingerprint", async () => {
    const whole = file(`${name}-whole.${end}`);
    const one = await renderFilm({ ...job, ...format }, fileSink(whole), machine);
    const joined = file(`${name}-joined.${end}`);
    const parts = await renderAll(format, [2, 0, 1], end);
    const film = await joinSegments({ ...job, ...format }, sourced(parts), fileSink(joined));
    expect(film).toEqual(one);
    const [a, b] = [await inspect(whole), await inspect(joined)];
    expect(b.videoCodec).toBe(a.videoCodec);
    const times = ({ pictures }: typeof a) =>
      pictures.map(({ timestamp }) => Math.round(timestamp * 1e4)).sort((x, y) => x - y);
    expect(times(b)).toEqual(times(a));
    expect(b.sound.map(({ data }) => data)).toEqual(a.sound.map(({ data }) => data));
    const keys = b.pictures.filter(({ type }) => type === "key").map(({ timestamp }) => timestamp);
    for (const { from } of SPANS) {
      expect(keys.some((time) => Math.abs(time - from / FPS) < 1e-3)).toBe(true);
    }
    const [seenA, seenB] = [await watch(whole), await watch(joined)];
    expect(seenB.frames).toHaveLength(FRAMES);
    // Against what was drawn no frame, at a joint or not, is much worse than the worst of one go; opacity comes behind.
    const drawn: Uint8Array[] = [];
    const all = { from: 0, to: FRAMES };
    await drawEach(format, all, (frame) => drawn.push(frame.slice(0, (256 * 256 * 3) / 2)));
    const qualityOf = ({ frames }: typeof seenA) =>
      frames.map((frame, i) => psnr(frame, drawn[i]!));
    const worst = Math.min(...qualityOf(seenA));
    for (const [i, quality] of qualityOf(seenB).entries()) {
      expect(quality, `frame ${i}`).toBeGreaterThan(worst - MOST_LOST_DB);
    }
    expect(worst).toBeGreaterThan(name === "AV1" ? 33 : 36);
    const opacities = b.pictures.filter(({ sideData }) => sideData.alpha !== undefined);
    expect(opacities).toHaveLength(format.alpha ? FRAMES : 0);
    if (name !== "H.264") return;
    // Whoever rendered which, in whatever order.
    const again = file(`${name}-again.${end}`);
    await joinSegments(
      { ...job, ...format },
      sourced(await renderAll(format, [0, 1, 2], end)),
      fileSink(again),
    );
    const other = await inspect(again);
    expect(other.pictures.map(({ data }) => data)).toEqual(b.pictures.map(({ data }) => data));
  }, 120_000);
});

describe("segments that are none of the film are refused, and nothing is left:", () => {
  const join = async (parts: readonly (FilmSegment & { readonly path: string })[]) => {
    const path = file("refused.mp4");
    await expect(joinSegments(job, sourced(parts), fileSink(path))).rejects.toMatchObject({
      code: "segment_invalid",
    });
    await expect(inspect(path)).rejects.toThrow();
  };
  let parts: Awaited<ReturnType<typeof renderAll>>;
  beforeAll(async () => {
    parts = await renderAll({}, [0, 1, 2], "mp4");
  });

  test("one is missing, doubled, or out of turn", async () => {
    const [a, b, c] = parts as [(typeof parts)[0], (typeof parts)[0], (typeof parts)[0]];
    await join([a, b]);
    await join([b, c]);
    await join([a, b, b, c]);
    await join([b, a, c]);
    await join([]);
  });

  test("one has other frames than it says, is encoded otherwise, or is no film", async () => {
    const [a, b, c] = parts as [(typeof parts)[0], (typeof parts)[0], (typeof parts)[0]];
    await join([a, { ...b, path: c.path }, c]);
    const [other] = await renderAll({ codec: "av1", quality: "draft" }, [0], "mp4");
    await join([a, { ...b, path: other!.path }, c]);
    writeFileSync(file("junk.mp4"), "no film at all");
    await join([{ ...a, path: file("junk.mp4") }, b, c]);
  });
});
