/** @file Wrinkles in frames: where an expression folds the skin, and where not. */
import { describe, expect, test } from "vitest";
import { type ChannelWeights, setChannels } from "../../src/base/channels.js";
import { makeMoment } from "../../src/frames/moment.js";
import { makeRenderer } from "../../src/frames/renderer.js";
import type { Rig } from "../../src/rig/rig.js";
import { LOG_NONE } from "../../src/rig/wrinkles.js";
import { astronautPortrait, astronautRig } from "../support/machine.js";

const rig = await astronautRig();
const { landmarks } = await astronautPortrait();
const smooth: Rig = {
  ...rig,
  wrinkles: {
    ...rig.wrinkles,
    maps: rig.wrinkles.maps.map((map) => ({
      ...map,
      folded: map.folded.slice().fill(LOG_NONE),
      smoothed: map.smoothed.slice().fill(LOG_NONE),
    })),
  },
};
const renderers = [rig, smooth].map(makeRenderer);

/** How much darker wrinkles make each pixel of an expression, grey levels. */
function darkening(weights: ChannelWeights): Float32Array {
  const [folded, plain] = renderers.map((renderer) => {
    const moment = makeMoment();
    setChannels(moment.weights, weights);
    return renderer.render(moment).data.slice();
  });
  return Float32Array.from({ length: folded.length / 4 }, (_, i) => {
    const sum = (data: Uint8ClampedArray) => data[4 * i] + data[4 * i + 1] + data[4 * i + 2];
    return (sum(plain) - sum(folded)) / 3;
  });
}

const { width } = rig.picture;
/** Largest and summed darkening in the part of the picture that a condition names. */
function within(values: Float32Array, isIn: (x: number, y: number) => boolean) {
  let [most, sum] = [0, 0];
  values.forEach((value, i) => {
    if (!isIn(i % width, Math.floor(i / width))) return;
    most = Math.max(most, Math.abs(value));
    sum += value;
  });
  return { most, sum };
}
const x = (point: number) => landmarks[3 * point];
const y = (point: number) => landmarks[3 * point + 1];

describe("the skin folds", () => {
  test("between brows that are drawn together, and only there", () => {
    const frown = darkening({ browDown: 1 });
    const between = (px: number, py: number) => px > x(107) && px < x(336) && py < y(6);
    expect(within(frown, between).sum).toBeGreaterThan(20);
    expect(within(frown, (_, py) => py > y(4)).most).toBe(0);
  });

  test("beside the mouth of a smile, on the side that smiles", () => {
    const smile = darkening({ mouthSmileLeft: 0.8 });
    expect(within(smile, (px, py) => px > x(4) && py > y(4)).sum).toBeGreaterThan(40);
    expect(within(smile, (px) => px < x(2) - 8).most).toBe(0);
  });

  test("below the lip of a raised chin", () => {
    const shrug = darkening({ mouthShrugLower: 1 });
    expect(within(shrug, (_, py) => py > y(17)).sum).toBeGreaterThan(20);
    expect(within(shrug, (_, py) => py < y(4)).most).toBe(0);
  });

  test("the more, the stronger the expression", () => {
    const most = [0.2, 0.5, 0.9].map(
      (weight) => within(darkening({ mouthSmile: weight }), () => true).sum,
    );
    expect(most[1]).toBeGreaterThan(1.5 * most[0]);
    expect(most[2]).toBeGreaterThan(1.3 * most[1]);
  });
});

test("a smile that is taken away takes its folds along", () => {
  const serious = darkening({ mouthFrown: 0.22 });
  const beside = (px: number, py: number) => py > y(4) && py < y(13) && (px < x(61) || px > x(291));
  expect(within(serious, beside).sum).toBeLessThan(-10);
});

test("a face at rest has no other skin than the portrait", () => {
  expect(within(darkening({}), () => true).most).toBe(0);
});
