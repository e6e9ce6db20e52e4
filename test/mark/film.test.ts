/** @file Marks in films: frames as they are drawn, by threads or not, and one H.264 film read again. */
import { renderFilm } from "ritratto";
import { fileSink, openNode, readFootage } from "ritratto/node";
import { describe, expect, test } from "vitest";
import { CHANNEL_COUNT, setChannels } from "../../src/base/channels.js";
import { drawInline, type FrameDrawer } from "../../src/frames/drawer.js";
import { type FramePixels, i420Bytes } from "../../src/frames/yuv.js";
import { findFilmMark } from "../../src/mark/film-mark.js";
import { drawMark } from "../../src/mark/marker.js";
import { makeTake, type Take } from "../../src/performance/take.js";
import { withoutBackground } from "../../src/rig/background.js";
import { makeFolder } from "../media/material.js";
import { CONSENT } from "../support/consent.js";
import { astronautRig } from "../support/machine.js";

const rig = await astronautRig();
const { width, height } = rig.picture;
const COUNT = width * height;
const mark = { id: "00c0ffee1234" };
const { steps } = drawMark(rig.picture, rig.picture, mark);
const file = makeFolder();
const FRAMES = 4;
const take = talking(FRAMES);

/** A head that turns and speaks. */
function talking(frameCount: number): Take {
  const made = makeTake(25, frameCount);
  for (let i = 0; i < frameCount; i++) {
    const share = Math.sin((Math.PI * i) / 10);
    const weights = made.weights.subarray(i * CHANNEL_COUNT, (i + 1) * CHANNEL_COUNT);
    setChannels(weights, { jawOpen: 0.3 * share ** 2 });
    made.head.set([0.06 * share, -0.1 * share], 6 * i);
  }
  return made;
}

async function drawAll(drawer: FrameDrawer): Promise<Uint8Array[]> {
  try {
    return await Promise.all(Array.from({ length: FRAMES }, (_, index) => drawer.draw(index)));
  } finally {
    await drawer.close();
  }
}

/** Frames with the mark, and those without. */
async function drawBoth(pixels: FramePixels, of = rig) {
  const marked = await drawAll(drawInline(of, take, pixels, mark));
  return { marked, plain: await drawAll(drawInline(of, take, pixels)) };
}

describe("frames that are drawn with a mark", () => {
  test("have it added to their luma, in every frame the same, and their colours as they were", async () => {
    const { marked, plain } = await drawBoth("i420");
    for (const [k, frame] of marked.entries()) {
      const added = frame.subarray(0, COUNT).map((luma, i) => luma - plain[k][i]);
      expect(Buffer.compare(added, new Uint8Array(steps.buffer))).toBe(0);
      expect(Buffer.compare(frame.subarray(COUNT), plain[k].subarray(COUNT))).toBe(0);
    }
  });

  test("are the same from one thread and from two, in any order", async () => {
    const inline = await drawAll(drawInline(rig, take, "i420", mark));
    for (const threads of [1, 2]) {
      const { drawFrames } = await openNode({ threads });
      const drawer = drawFrames!(rig, take, "i420", mark);
      const drawn: Uint8Array[] = [];
      for (const index of [3, 1, 0, 2]) drawn[index] = await drawer.draw(index);
      await drawer.close();
      expect(drawn.every((frame, i) => Buffer.compare(frame, inline[i]) === 0)).toBe(true);
    }
  });

  test("as pictures have it in red, green and blue alike", async () => {
    const { marked, plain } = await drawBoth("rgba");
    const clamp = (value: number) => Math.min(255, Math.max(0, value));
    const wanted = plain[2].map((byte, i) => (i % 4 === 3 ? byte : clamp(byte + steps[i >> 2])));
    expect(Buffer.compare(marked[2], wanted)).toBe(0);
  });

  test("with alpha have it where they are opaque, and only there", async () => {
    const clear = withoutBackground(rig);
    const { marked, plain } = await drawBoth("i420a", clear);
    const { steps } = drawMark(clear.picture, clear.picture, mark);
    const opacity = marked[1].subarray(i420Bytes(width, height));
    expect(Buffer.compare(opacity, plain[1].subarray(i420Bytes(width, height)))).toBe(0);
    const wanted = plain[1]
      .subarray(0, COUNT)
      .map((luma, i) => luma + (opacity[i] === 255 ? steps[i] : 0));
    expect(Buffer.compare(marked[1].subarray(0, COUNT), wanted)).toBe(0);
    expect(opacity.filter((byte) => byte === 255).length).toBeGreaterThan(COUNT / 5);
    expect(opacity.filter((byte) => byte === 0).length).toBeGreaterThan(COUNT / 5);
  });
});

test.each(["good", "draft"] as const)("a film of quality “%s” is read again", async (quality) => {
  const path = file(`${quality}.mp4`);
  const machine = await openNode({ threads: 1 });
  const job = { rig, take: talking(20), quality, ...CONSENT };
  const { id } = await renderFilm(job, fileSink(path), machine);
  const footage = await readFootage(path);
  const found = await findFilmMark(footage);
  footage.close();
  expect(found).toMatchObject({ id, flags: 0, mirrored: false });
  expect(found?.z).toBeGreaterThan(9);
  expect(found?.scale).toBeCloseTo(1, 2);
});

test("a mark without strength is refused before any work", async () => {
  const machine = await openNode({ threads: 1 });
  const job = { rig, take, ...CONSENT, mark: { strength: 0 } };
  await expect(renderFilm(job, fileSink(file("none.mp4")), machine)).rejects.toMatchObject({
    code: "option_invalid",
  });
});
