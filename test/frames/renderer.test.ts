import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { type ChannelWeights, setChannels } from "../../src/base/channels.js";
import type { Picture } from "../../src/base/picture.js";
import type { Box } from "../../src/base/plane.js";
import { holdHead, type Moment, makeMoment } from "../../src/frames/moment.js";
import { makeRenderer } from "../../src/frames/renderer.js";
import { readRig, writeRig } from "../../src/rig/rig-file.js";
import { astronautRig } from "../support/machine.js";

const rig = await astronautRig();
const renderer = makeRenderer(rig);

const EYES: Box = { x: 176, y: 88, width: 96, height: 34 };
const MOUTH: Box = { x: 190, y: 136, width: 72, height: 46 };
const FACE: Box = { x: 150, y: 40, width: 150, height: 170 };

function moment(weights: ChannelWeights, head: number[] = [], gaze: number[] = []): Moment {
  const made = makeMoment();
  setChannels(made.weights, weights);
  holdHead(made, head);
  made.gaze.set(gaze);
  return made;
}

function draw(of: Moment, on = renderer): Picture {
  const frame = on.render(of);
  return { ...frame, data: frame.data.slice() };
}

/** Mean difference of two pictures in a region, 8-bit steps. */
function difference(a: Picture, b: Picture, { x, y, width, height }: Box): number {
  let sum = 0;
  for (let row = y; row < y + height; row++) {
    for (let i = (row * a.width + x) * 4; i < (row * a.width + x + width) * 4; i++) {
      sum += Math.abs(a.data[i] - b.data[i]);
    }
  }
  return sum / (width * height * 3);
}

test("a take in which nothing moves is the portrait, to the byte", () => {
  expect(Buffer.compare(Buffer.from(draw(makeMoment()).data), Buffer.from(rig.picture.data))).toBe(
    0,
  );
});

test("whatever she does, the background is the portrait's, to the byte", () => {
  const frame = draw(
    moment({ jawOpen: 0.6, eyeBlink: 1, browInnerUp: 1 }, [0.1, 0.12, 0.1, 0.2, 0.1, 1]),
  );
  // The flag on the left and the model on the right: nowhere near her.
  for (const [x, y] of [
    [5, 5],
    [8, 300],
    [60, 40],
    [505, 20],
    [500, 100],
    [500, 170],
  ]) {
    const i = (y * 512 + x) * 4;
    expect([...frame.data.subarray(i, i + 3)]).toEqual([...rig.picture.data.subarray(i, i + 3)]);
  }
});

test("the same moment gives the same bytes, on a fresh renderer and from a saved rig", () => {
  const posed = moment(
    { jawOpen: 0.3, mouthFunnel: 0.2, eyeBlinkLeft: 0.7 },
    [0.03, -0.05, 0.02],
    [0.1, 0.05],
  );
  const hash = (picture: Picture) => createHash("sha256").update(picture.data).digest("hex");
  const first = hash(draw(posed));
  draw(moment({ jawOpen: 0.7, mouthSmile: 1 }, [0.1, 0.1, 0.1]));
  expect(hash(draw(posed))).toBe(first);
  expect(hash(draw(posed, makeRenderer(rig)))).toBe(first);
  expect(hash(draw(posed, makeRenderer(readRig(writeRig(rig)))))).toBe(first);
});

test("m shuts a smiling mouth: no teeth are left", async () => {
  const frame = draw(moment({ jawOpen: 0.05, mouthClose: 0.05, mouthPress: 0.2 }));
  // Teeth have edges: bright and dark side by side along a row. Lips that meet have none there.
  const edges = (picture: Picture) => {
    let sum = 0;
    for (let y = 140; y < 149; y++) {
      for (let x = 208; x < 242; x++) {
        const i = (y * 512 + x) * 4;
        sum += Math.abs(picture.data[i + 2] - picture.data[i + 6]);
      }
    }
    return sum;
  };
  expect(edges(frame)).toBeLessThan(0.5 * edges(rig.picture));
  await expect(frame).toMatchGolden("astronaut-m", { region: MOUTH, meanError: 0.6, maxError: 14 });
});

test("a blink covers the eyes and touches nothing else", async () => {
  const frame = draw(moment({ eyeBlink: 1 }));
  expect(difference(frame, rig.picture, MOUTH)).toBe(0);
  await expect(frame).toMatchGolden("astronaut-blink", {
    region: EYES,
    meanError: 0.6,
    maxError: 14,
  });
  const half = draw(moment({ eyeBlink: 0.5 }));
  await expect(half).toMatchGolden("astronaut-blink-half", {
    region: EYES,
    meanError: 0.6,
    maxError: 14,
  });
});

test("looking aside moves the irises and leaves the lids", async () => {
  const frame = draw(moment({}, [], [0.2, 0]));
  expect(difference(frame, rig.picture, EYES)).toBeGreaterThan(0.3);
  expect(difference(frame, rig.picture, MOUTH)).toBe(0);
  await expect(frame).toMatchGolden("astronaut-gaze", {
    region: EYES,
    meanError: 0.6,
    maxError: 14,
  });
});

test("an open mouth, a turned head and a song look as they did", async () => {
  const faces = { region: FACE, meanError: 0.6, maxError: 24 };
  await expect(draw(moment({ jawOpen: 0.45, mouthLowerDown: 0.15 }))).toMatchGolden(
    "astronaut-aa",
    faces,
  );
  await expect(draw(moment({}, [-0.05, 0.13, 0.06]))).toMatchGolden("astronaut-turned", faces);
  const song = moment({ jawOpen: 0.7, browInnerUp: 0.6, eyeBlink: 0.3 }, [-0.06, 0.06, 0.05]);
  await expect(draw(song)).toMatchGolden("astronaut-song", faces);
});

const CHEST: Box = { x: 150, y: 330, width: 120, height: 60 };
const LIPS: Box = { x: 206, y: 138, width: 40, height: 14 };
const HAIR: Box = { x: 148, y: 60, width: 24, height: 60 };

/** The rows by which a region has gone up: where it fits the portrait best. */
function rise(frame: Picture, { x, y, width, height }: Box): number {
  const misfit = (up: number) => {
    let sum = 0;
    for (let row = y; row < y + height; row++) {
      for (let column = x; column < x + width; column++) {
        const to = (row * frame.width + column) * 4;
        sum += Math.abs(frame.data[to] - rig.picture.data[to + up * frame.width * 4]);
      }
    }
    return sum;
  };
  const ways = [-4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8];
  return ways.reduce((best, up) => (misfit(up) < misfit(best) ? up : best));
}

test("a breath lifts the chest, and leaves face and border alone", () => {
  const breathing = { ...moment({}), breath: 1 };
  const frame = draw(breathing);
  expect(rise(frame, CHEST)).toBeGreaterThanOrEqual(2);
  expect(difference(frame, rig.picture, EYES)).toBeLessThan(0.05);
  expect(difference(frame, rig.picture, LIPS)).toBeLessThan(0.05);
  expect(difference(frame, rig.picture, { x: 0, y: 511, width: 512, height: 1 })).toBeLessThan(0.1);
});

test("shoulders go a part of the head's way, after it", () => {
  const bowed = moment({}, [0, 0, 0, 0, -1, 0]);
  const sunk = draw(bowed);
  expect(rise(sunk, CHEST)).toBeLessThan(0);
  bowed.shoulders.fill(0);
  expect(rise(draw(bowed), CHEST)).toBe(0);
});

test("hair that hangs swings after the head; short hair goes with it", () => {
  const swinging = moment({});
  swinging.hair.set([0, 0, 0.12]);
  expect(difference(draw(swinging), rig.picture, HAIR)).toBeLessThan(0.5);
  const hanging = { ...rig, hair: { ...rig.hair, data: rig.hair.data.map(() => 255) } };
  const frame = draw(swinging, makeRenderer(hanging));
  expect(difference(frame, rig.picture, HAIR)).toBeGreaterThan(3);
  // The face is no hair.
  expect(difference(frame, rig.picture, LIPS)).toBeLessThan(0.05);
});
