/** @file Lids on their way: nothing pops, a shut one covers the ball, hairs hang only then. */
import { describe, expect, test } from "vitest";
import { type ChannelWeights, setChannels } from "../../src/base/channels.js";
import { makePicture, type Picture } from "../../src/base/picture.js";
import { paintHairs, paintRims } from "../../src/frames/lash-paint.js";
import { makeLidPlace, placeLid } from "../../src/frames/lid-paint.js";
import { makeMoment } from "../../src/frames/moment.js";
import { makeRenderer } from "../../src/frames/renderer.js";
import { buildEye } from "../../src/rig/eyes.js";
import { buildLid, type Lid } from "../../src/rig/lids.js";
import type { Patch } from "../../src/rig/patch.js";
import type { Rig } from "../../src/rig/rig.js";
import { eyeIn, IRIS, LIT, PX_PER_CM, SOURCE } from "../support/eye.js";
import { astronautRig } from "../support/machine.js";

const rig = await astronautRig();
const EYES = { x: 176, y: 84, width: 96, height: 40 };

function draw(weights: ChannelWeights, of: Rig = rig): Picture {
  const moment = makeMoment();
  setChannels(moment.weights, weights);
  const frame = makeRenderer(of).render(moment);
  return { ...frame, data: frame.data.slice() };
}

function eachOfEyes(visit: (i: number) => void): void {
  for (let y = EYES.y; y < EYES.y + EYES.height; y++) {
    for (let x = EYES.x; x < EYES.x + EYES.width; x++) visit(4 * (y * rig.picture.width + x));
  }
}

describe("a blink", () => {
  test("changes the picture evenly from step to step", () => {
    const renderer = makeRenderer(rig);
    const moment = makeMoment();
    let before = rig.picture.data.slice();
    const changes: number[] = [];
    for (let step = 1; step <= 25; step++) {
      setChannels(moment.weights, { eyeBlink: step / 25 });
      const { data } = renderer.render(moment);
      let sum = 0;
      eachOfEyes((i) => {
        sum += Math.abs(data[i] - before[i]);
      });
      changes.push(sum / (EYES.width * EYES.height));
      before = data.slice();
    }
    const mean = changes.reduce((sum, change) => sum + change, 0) / changes.length;
    expect(mean).toBeGreaterThan(0.3);
    expect(Math.max(...changes)).toBeLessThan(3 * mean);
  });

  test("leaves nothing of the ball to be seen", () => {
    const green = ({ picture, ...place }: Patch): Patch => ({
      ...place,
      picture: { ...picture, data: picture.data.map((_, i) => (i % 2 === 1 ? 255 : 0)) },
    });
    const paint = (eye: Rig["leftEye"]) => ({
      ...eye,
      photo: green(eye.photo),
      rest: green(eye.rest),
    });
    const marked = { ...rig, leftEye: paint(rig.leftEye), rightEye: paint(rig.rightEye) };
    const greenest = (frame: Picture) => {
      let most = 0;
      eachOfEyes((i) => {
        most = Math.max(most, frame.data[i + 1] - Math.max(frame.data[i], frame.data[i + 2]));
      });
      return most;
    };
    expect(greenest(draw({ eyeBlink: 0.3 }, marked))).toBeGreaterThan(120);
    expect(greenest(draw({ eyeBlink: 1 }, marked))).toBeLessThan(25);
  });

  test("gives a lid that is as bright as the skin around the eye", () => {
    const frame = draw({ eyeBlink: 1 });
    for (const { x, columns, margin } of [rig.rightLid, rig.leftLid]) {
      const middle = x + (columns >> 1);
      const row = Math.round(margin[columns >> 1]) + 1;
      const lid = frame.data[4 * (row * frame.width + middle) + 1];
      const under = frame.data[4 * ((row + 13) * frame.width + middle) + 1];
      expect(lid / under).toBeGreaterThan(0.6);
      expect(lid / under).toBeLessThan(1.15);
    }
  });
});

const picture = eyeIn(() => 160);
const eye = buildEye(picture, SOURCE.opening, IRIS);
const lid = buildLid(picture, SOURCE, eye, LIT, PX_PER_CM);
const withHair = (strength: number): Lid => ({
  ...lid,
  lashes: { ...lid.lashes, strength, color: [10, 10, 10] },
});
const shut = makeLidPlace();
placeLid(shut, lid, { top: SOURCE.crease, margin: SOURCE.lower, lower: SOURCE.lower }, 64, 24);

function skinFrame(): Picture {
  const frame = makePicture(200, 160);
  frame.data.fill(160);
  return frame;
}

/** Mean brightness of rows, so many px below the shut margin. */
function rowsBelow(frame: Picture, from: number, to: number): number {
  let [sum, count] = [0, 0];
  for (let k = Math.round(0.2 * shut.columns); k < 0.8 * shut.columns; k++) {
    for (let down = from; down < to; down++, count++) {
      sum += frame.data[4 * ((Math.floor(shut.bottom[k]) + down) * 200 + shut.x + k)];
    }
  }
  return sum / count;
}

test("a lid that has not moved is the portrait's own, however the head is turned", () => {
  const place = makeLidPlace();
  const tilt = (line: Float32Array) =>
    line.map((y, i) => (i % 2 === 1 ? y + 0.2 * line[i - 1] : y));
  const lines = { top: SOURCE.crease, margin: SOURCE.margin, lower: SOURCE.lower };
  placeLid(place, lid, lines, 24, 24);
  expect([place.share, place.squeeze]).toEqual([0, 1]);
  expect(place.scale).toBeCloseTo(1, 1);
  const tilted = { top: tilt(lines.top), margin: tilt(lines.margin), lower: tilt(lines.lower) };
  placeLid(place, lid, tilted, 23, 23);
  expect(place.share).toBe(0);
  placeLid(place, lid, { ...lines, margin: SOURCE.lower }, 64, 24);
  expect(place.share).toBe(1);
  expect(place.squeeze).toBeGreaterThan(1.5);
});

describe("hairs", () => {
  const hang = (strength: number, blink: number) => {
    const frame = skinFrame();
    const pose = { blink, pxPerCm: PX_PER_CM, outerIsLeft: true };
    paintHairs(frame, withHair(strength), shut, pose);
    return frame;
  };

  test("hang from a shut lid and only downwards", () => {
    const frame = hang(1, 1);
    expect(rowsBelow(frame, 1, 5)).toBeLessThan(150);
    expect(rowsBelow(frame, -6, -1)).toBeGreaterThan(159);
    expect(rowsBelow(frame, 20, 24)).toBe(160);
  });

  test("are not there on an open lid, nor on stone", () => {
    for (const frame of [hang(1, 0.25), hang(0, 1)]) {
      expect(frame.data.every((value) => value === 160)).toBe(true);
    }
  });

  test("of little strength are pale", () => {
    expect(rowsBelow(hang(0.2, 1), 1, 5)).toBeGreaterThan(rowsBelow(hang(1, 1), 1, 5) + 5);
  });
});

test("rims that have not moved are not painted; lids that meet leave a line", () => {
  const still = skinFrame();
  paintRims(still, lid, shut, 0);
  expect(still.data.every((value) => value === 160)).toBe(true);
  const met = skinFrame();
  paintRims(met, lid, shut, 1);
  expect(rowsBelow(met, 0, 1)).toBeLessThan(140);
  expect(rowsBelow(met, 12, 14)).toBe(160);
});
