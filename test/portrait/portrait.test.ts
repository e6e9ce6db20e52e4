import { expect, test } from "vitest";
import { makePicture, mirrorPicture, type Picture } from "../../src/base/picture.js";
import { readPortrait } from "../../src/portrait/portrait.js";
import { earDistance } from "../../src/portrait/suitability.js";
import { assets, astronautPortrait, nets } from "../support/machine.js";

test("the astronaut is found where she is, upright and facing the camera", async () => {
  const portrait = await astronautPortrait();
  expect(earDistance(portrait.landmarks)).toBeGreaterThan(80);
  expect(portrait.landmarks[3 * 4]).toBeCloseTo(224, -1);
  expect(portrait.landmarks[3 * 4 + 1]).toBeCloseTo(126, -1);
  expect(Math.abs(portrait.pose.yawRad)).toBeLessThan(0.15);
  expect(portrait.warnings).toEqual([]);
});

test("the matte holds head and suit and leaves the flag out; the plate equals the picture there", async () => {
  const { matte, plate, picture, landmarks } = await astronautPortrait();
  const at = (x: number, y: number) => matte.data[Math.round(y) * 512 + Math.round(x)];
  expect(at(landmarks[12], landmarks[13])).toBeGreaterThan(0.98);
  expect(at(260, 420)).toBeGreaterThan(0.9);
  expect(at(40, 60)).toBeLessThan(0.05);
  plate.hole.forEach((hole, i) => {
    if (hole === 0) expect(plate.picture.data[4 * i]).toBe(picture.data[4 * i]);
  });
});

test("a mirrored portrait gives mirrored landmarks, within the network's noise", async () => {
  const portrait = await astronautPortrait();
  const mirrored = await readPortrait(mirrorPicture(portrait.picture), { nets, assets });
  const eyes = Math.abs(portrait.landmarks[263 * 3] - portrait.landmarks[33 * 3]);
  for (const [here, there] of [
    [33, 263],
    [61, 291],
    [13, 13],
    [152, 152],
    [468, 473],
  ]) {
    const dx = 512 - portrait.landmarks[3 * here] - mirrored.landmarks[3 * there];
    const dy = portrait.landmarks[3 * here + 1] - mirrored.landmarks[3 * there + 1];
    expect(Math.hypot(dx, dy) / eyes).toBeLessThan(0.03);
  }
  expect(mirrored.pose.yawRad).toBeCloseTo(-portrait.pose.yawRad, 1);
});

test("a picture of nothing has no face", async () => {
  const blank = makePicture(300, 200);
  blank.data.fill(127);
  await expect(readPortrait(blank, { nets, assets })).rejects.toMatchObject({
    code: "face_missing",
  });
});

/** The astronaut's head beside itself, the second one smaller. */
function twins(picture: Picture): Picture {
  const both = makePicture(900, 512);
  both.data.fill(200);
  for (let y = 0; y < 512; y++) {
    for (let x = 0; x < 512; x++) {
      both.data.set(
        picture.data.subarray((y * 512 + x) * 4, (y * 512 + x) * 4 + 4),
        (y * 900 + x) * 4,
      );
    }
  }
  for (let y = 0; y < 460; y++) {
    for (let x = 0; x < 380; x++) {
      const from = (Math.floor(y / 0.9) * 512 + Math.floor(x / 0.9) + 40) * 4;
      both.data.set(picture.data.subarray(from, from + 4), (y * 900 + x + 515) * 4);
    }
  }
  return both;
}

test("of several faces the largest is taken and said; another can be chosen; a third is not there", async () => {
  const picture = twins((await astronautPortrait()).picture);
  const largest = await readPortrait(picture, { nets, assets });
  expect(largest.warnings.map(({ code }) => code)).toContain("faces_several");
  expect(largest.landmarks[12]).toBeLessThan(450);
  const second = await readPortrait(picture, { nets, assets }, { faceIndex: 1 });
  expect(second.landmarks[12]).toBeGreaterThan(515);
  await expect(readPortrait(picture, { nets, assets }, { faceIndex: 2 })).rejects.toMatchObject({
    code: "face_not_there",
    details: { faces: 2 },
  });
});
