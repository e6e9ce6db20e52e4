/** @file Films without their background, and before another one: decoded and compared with what was drawn. */

import { existsSync } from "node:fs";
import { EncodedVideoPacketSource, FilePathTarget, Output, WebMOutputFormat } from "mediabunny";
import {
  type FilmFormat,
  renderFilm,
  renderFrames,
  withBackground,
  withoutBackground,
} from "ritratto";
import { fileSink, type NodeMachine, openNode } from "ritratto/node";
import { beforeAll, describe, expect, test } from "vitest";
import { makePicture, type Picture } from "../../src/base/picture.js";
import { makeTake } from "../../src/performance/take.js";
import type { Rig } from "../../src/rig/rig.js";
import { inspect, makeFolder, watch } from "../media/material.js";
import { CONSENT } from "../support/consent.js";
import { astronautPortrait, astronautRig } from "../support/machine.js";
import { toPicture } from "../support/mouth.js";

const file = makeFolder();
const rig = await astronautRig();
const { width, height } = rig.picture;
const { landmarks } = await astronautPortrait();
/** The tip of the nose. */
const nose = { x: Math.round(landmarks[3]!), y: Math.round(landmarks[4]!) };
const FRAMES = 3;
const take = makeTake(25, FRAMES);
take.head.set([0.1, -0.15, 0.06], 6);
take.head.set([-0.1, 0.12, -0.06], 12);

let machine: NodeMachine;
beforeAll(async () => {
  machine = await openNode({ threads: 1 });
});

async function framesOf(of: Rig): Promise<Picture[]> {
  const frames: Picture[] = [];
  for await (const { picture } of renderFrames(of, take)) {
    frames.push({ ...picture, data: picture.data.slice() });
  }
  return frames;
}

/** Mean difference of some samples. */
function difference(a: ArrayLike<number>, b: ArrayLike<number>, at: readonly number[]): number {
  return at.reduce((sum, i) => sum + Math.abs((a[i] ?? 0) - (b[i] ?? 0)), 0) / at.length;
}

const hasColor = ({ data }: Picture, i: number, color: readonly number[]) =>
  color.every((value, c) => data[4 * i + c] === value);

/** Numbers of the pixels of a picture that something is true for. */
const pixelsWhere = (picture: Picture, is: (x: number, y: number, opacity: number) => boolean) =>
  Array.from({ length: width * height }, (_, i) => i).filter((i) =>
    is(i % width, Math.floor(i / width), picture.data[4 * i + 3] ?? 0),
  );

describe("a webm with alpha", () => {
  const path = file("alpha.webm");
  let drawn: Picture[];

  beforeAll(async () => {
    drawn = await framesOf(withoutBackground(rig));
    const job = { ...CONSENT, rig, take, container: "webm", alpha: true, quality: "best" } as const;
    await renderFilm(job, fileSink(path), machine);
  });

  test("shows the person in its colours", async () => {
    const { frames } = await watch(path);
    expect(frames).toHaveLength(FRAMES);
    for (const [index, frame] of frames.entries()) {
      const wanted = drawn[index]!;
      const solid = pixelsWhere(wanted, (_x, _y, opacity) => opacity === 255);
      expect(solid.length).toBeGreaterThan(0.2 * width * height);
      const seen = toPicture(frame, width, height);
      const greens = solid.map((i) => 4 * i + 1);
      expect(difference(seen.data, wanted.data, greens)).toBeLessThan(2.5);
    }
  });

  test("holds the opacity beside each frame, moving with the head", async () => {
    const { pictures } = await inspect(path);
    const source = new EncodedVideoPacketSource("vp9");
    const output = new Output({
      format: new WebMOutputFormat(),
      target: new FilePathTarget(file("opacity.webm")),
    });
    output.addVideoTrack(source);
    await output.start();
    const decoderConfig = { codec: "vp09.00.10.08", codedWidth: width, codedHeight: height };
    for (const packet of pictures) {
      const { alpha } = packet.sideData;
      if (alpha === undefined) throw new Error(`no opacity at ${packet.timestamp} s`);
      await source.add(packet.clone({ data: alpha, sideData: {} }), { decoderConfig });
    }
    await output.finalize();
    const { frames } = await watch(file("opacity.webm"));
    expect(frames).toHaveLength(FRAMES);
    const everywhere = pixelsWhere(rig.picture, () => true);
    for (const [index, frame] of frames.entries()) {
      const opacity = drawn[index]!.data.filter((_, i) => i % 4 === 3);
      expect(difference(frame, opacity, everywhere)).toBeLessThan(1);
      const turned = drawn[(index + 1) % FRAMES]!.data.filter((_, i) => i % 4 === 3);
      expect(difference(frame, turned, everywhere)).toBeGreaterThan(1);
    }
  });

  test("is transparent far from the person, opaque in the face, and soft between", () => {
    for (const { data } of drawn) {
      const opacityAt = (x: number, y: number) => data[4 * (y * width + x) + 3];
      expect(opacityAt(4, 4)).toBe(0);
      expect(opacityAt(width - 4, 4)).toBe(0);
      expect(opacityAt(nose.x, nose.y)).toBe(255);
      const soft = data.filter((value, i) => i % 4 === 3 && value > 8 && value < 247);
      expect(soft.length).toBeGreaterThan(0.002 * width * height);
    }
  });
});

describe("another background", () => {
  /** As far from the person as no hair sways. */
  const far = () => pixelsWhere(rig.picture, (x, y) => y < 40 && (x < 60 || x > width - 60));
  const face = () =>
    pixelsWhere(rig.picture, (x, y) => Math.hypot(x - nose.x, y - nose.y) < 0.05 * width);
  const rgb = (pixels: readonly number[]) => pixels.flatMap((i) => [4 * i, 4 * i + 1, 4 * i + 2]);

  test("of one colour is exactly that, and the face is the portrait's", async () => {
    const color = [10, 200, 30] as const;
    const plain = await framesOf(rig);
    for (const [index, frame] of (await framesOf(withBackground(rig, { color }))).entries()) {
      expect(far().filter((i) => !hasColor(frame, i, color))).toEqual([]);
      expect(difference(frame.data, plain[index]!.data, rgb(face()))).toBeLessThan(0.01);
    }
  });

  test("shines through soft edges as much as the opacity says, whatever was there before", async () => {
    const black = await framesOf(withBackground(rig, { color: [0, 0, 0] }));
    const white = await framesOf(withBackground(rig, { color: [255, 255, 255] }));
    const clear = await framesOf(withoutBackground(rig));
    for (const [index, { data }] of clear.entries()) {
      const edge = pixelsWhere(clear[index]!, (_x, _y, opacity) => opacity > 30 && opacity < 225);
      // A film on black and one on white differ by what shines through, whoever lays them.
      const through = edge.map(
        (i) => white[index]!.data[4 * i + 1]! - black[index]!.data[4 * i + 1]!,
      );
      const wanted = edge.map((i) => 255 - data[4 * i + 3]!);
      expect(difference(through, wanted, [...edge.keys()])).toBeLessThan(4);
    }
  });

  test("out of focus is another one, and smoother; the face stays", async () => {
    const [first] = await framesOf(withBackground(rig, { blur: 0.04 }));
    const before = rig.picture;
    const steps = (picture: Picture) =>
      difference(
        picture.data,
        picture.data.slice(4),
        far().map((i) => 4 * i + 1),
      );
    expect(steps(first!)).toBeLessThan(steps(before));
    expect(difference(first!.data, before.data, rgb(far()))).toBeGreaterThan(2);
    expect(difference(first!.data, before.data, rgb(face()))).toBe(0);
  });

  test("of a picture fills the frame: its middle, whatever its shape", () => {
    const wide = makePicture(900, 300);
    for (let i = 0; i < 900 * 300; i++) {
      const x = i % 900;
      wide.data.set(
        [x < 300 ? 255 : 0, x >= 300 && x < 600 ? 255 : 0, x >= 600 ? 255 : 0, 255],
        4 * i,
      );
    }
    const { plate, picture } = withBackground(rig, { picture: wide });
    expect([plate.width, plate.height]).toEqual([width, height]);
    expect(far().filter((i) => !hasColor(picture, i, [0, 255, 0]))).toEqual([]);
  });
});

describe("what does not go together is refused, and leaves nothing", () => {
  const color = [0, 0, 0] as const;
  test.each<[string, FilmFormat, RegExp]>([
    ["alpha in mp4", { alpha: true }, /mp4 with h264 cannot hold alpha; webm with vp9 can/],
    ["alpha in AV1", { alpha: true, container: "webm", codec: "av1" }, /av1 cannot hold alpha/],
    [
      "alpha with a background",
      { alpha: true, container: "webm", background: { color } },
      /has no background/,
    ],
    ["no blur", { background: { blur: 0 } }, /above 0 and at most 0\.5 .* not 0\./],
    ["a blur that is no number", { background: { blur: Number.NaN } }, /not NaN/],
    ["a colour out of range", { background: { color: [0, 300, 0] } }, /from 0 to 255/],
  ])("%s", async (_, format, says) => {
    const made = renderFilm(
      { ...CONSENT, rig, take, ...format },
      fileSink(file("no.film")),
      machine,
    );
    await expect(made).rejects.toThrow(says);
    await expect(made).rejects.toMatchObject({ code: "option_invalid" });
    expect(existsSync(file("no.film"))).toBe(false);
  });

  test.each([0, -25, 61, Number.NaN])("%s frames a second", async (fps) => {
    const made = renderFilm(
      { ...CONSENT, rig, take: { ...take, fps } },
      fileSink(file("no.film")),
      machine,
    );
    await expect(made).rejects.toMatchObject({ code: "option_invalid" });
    expect(existsSync(file("no.film"))).toBe(false);
  });
});
