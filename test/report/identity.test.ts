/** @file Whose face it is: one person stays herself, others are others. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import sharp, { type Sharp } from "sharp";
import { describe, expect, test } from "vitest";
import { buildPyramid, makePicture, mirrorPicture, type Picture } from "../../src/base/picture.js";
import { readPicture } from "../../src/platform/node-picture.js";
import { detectFaces, roiOfFace } from "../../src/portrait/detect.js";
import { LANDMARK_COUNT, readLandmarks } from "../../src/portrait/landmarks.js";
import { alignFace, identify, identityDistance } from "../../src/report/identity.js";
import { decode, nets, sample } from "../support/machine.js";

/** Above this dlib takes two faces for two persons'. */
const SAME_BELOW = 0.6;

/** Portraits that are not ours to give away; where they are absent their tests are left out. */
const portraits = fileURLToPath(new URL("../../../shared/media/portraits/", import.meta.url));

/** Finds the largest face and looks at it. */
async function see(picture: Picture): Promise<Float32Array> {
  const pyramid = buildPyramid(picture);
  const [face] = await detectFaces(pyramid, nets);
  const net = await nets.open("face-landmarks.onnx");
  const { points } = await readLandmarks(net, pyramid, roiOfFace(face));
  return identify(await nets.open("face-identity.onnx"), picture, points);
}

describe("the astronaut", async () => {
  const file = sample("astronaut.png");
  const astronaut = await decode(file);
  const known = await see(astronaut);
  const seeEdited = async (edit: (image: Sharp) => Sharp) =>
    see(await readPicture(await edit(sharp(file)).png().toBuffer()));

  test("is no other when she is mirrored", async () => {
    expect(identityDistance(known, await see(mirrorPicture(astronaut)))).toBeLessThan(0.3);
  });

  test.each<[string, (image: Sharp) => Sharp]>([
    ["turned by 10°", (image) => image.rotate(10, { background: "grey" })],
    ["turned by −8°", (image) => image.rotate(-8, { background: "grey" })],
    ["half as large", (image) => image.resize(256)],
    ["twice as large", (image) => image.resize(1024)],
    ["elsewhere", (image) => image.extract({ left: 93, top: 5, width: 256, height: 256 })],
    ["darker", (image) => image.linear(0.7, 0)],
    ["without colour", (image) => image.greyscale()],
  ])("is no other when she is %s", async (_, edit) => {
    expect(identityDistance(known, await seeEdited(edit))).toBeLessThan(0.3);
  });

  test("is another when her face is twice as wide", async () => {
    const wide = await seeEdited((image) => image.resize(1024, 512, { fit: "fill" }));
    expect(identityDistance(known, wide)).toBeGreaterThan(SAME_BELOW);
  });
});

describe.skipIf(!existsSync(portraits))("portraits (in ../shared/media/portraits)", () => {
  const look = async (name: string) => see(await readPicture(portraits + name));

  test("of one person are near, of several far from each other", async () => {
    const persons = [
      [await look("fr_obama_smile.jpg"), await look("avat_obama_official.jpg")],
      [await look("mg_lincoln_hd.jpg"), await look("lincoln_bw.jpg")],
      [await look("fr_biden2.jpg")],
      [await look("mg_edison_bw.jpg")],
      [await look("vt_asian_woman_unsplash.jpg")],
    ];
    const looks = persons.flatMap((person, i) => person.map((face) => ({ person: i, face })));
    for (const [i, a] of looks.entries()) {
      for (const b of looks.slice(i + 1)) {
        const distance = identityDistance(a.face, b.face);
        expect(distance < SAME_BELOW, `${a.person}, ${b.person}: ${distance}`).toBe(
          a.person === b.person,
        );
      }
    }
  });
});

describe("alignment", () => {
  /** dlib's mean face in the chip, px: outer left eye, inner left, outer right, inner right, nose. */
  const inChip = new Map([
    [263, [110.957, 46.35]],
    [362, [89.606, 47.897]],
    [33, [37.058, 46.373]],
    [133, [58.409, 47.906]],
    [2, [74.011, 87.78]],
  ]);

  /** Red tells x, green tells y, both px, up to 255. */
  function makeRamps(): Picture {
    const picture = makePicture(256, 256);
    for (let y = 0; y < 256; y++) {
      for (let x = 0; x < 256; x++) picture.data.set([x, y, 0, 255], (y * 256 + x) * 4);
    }
    return picture;
  }

  test.each([
    { angle: 0, scale: 1, x: 40, y: 50 },
    { angle: 0.4, scale: 1.3, x: 70, y: 20 },
    { angle: -0.3, scale: 0.7, x: 60, y: 90 },
  ])("brings eyes and nose to dlib's places: %o", ({ angle, scale, x, y }) => {
    const landmarks = new Float32Array(3 * LANDMARK_COUNT);
    for (const [landmark, [u, v]] of inChip) {
      landmarks[3 * landmark] = x + scale * (u * Math.cos(angle) - v * Math.sin(angle));
      landmarks[3 * landmark + 1] = y + scale * (u * Math.sin(angle) + v * Math.cos(angle));
    }
    const chip = alignFace(makeRamps(), landmarks);
    expect(chip).toHaveLength(150 * 150 * 3);
    for (const [landmark, [u, v]] of inChip) {
      const at = 3 * (Math.floor(v) * 150 + Math.floor(u));
      // A pixel's ramp is its left or upper edge; the chip's pixel is up to one pixel off.
      expect(Math.abs(chip[at] + 0.5 - landmarks[3 * landmark])).toBeLessThan(1);
      expect(Math.abs(chip[at + 1] + 0.5 - landmarks[3 * landmark + 1])).toBeLessThan(1);
    }
  });

  test("is black outside the picture", () => {
    const landmarks = new Float32Array(3 * LANDMARK_COUNT);
    for (const [landmark, place] of inChip) landmarks.set(place, 3 * landmark);
    const white = makePicture(150, 75);
    white.data.fill(255);
    const chip = alignFace(white, landmarks);
    const inside = 3 * (40 * 150 + 75);
    const below = 3 * (110 * 150 + 75);
    expect([...chip.subarray(inside, inside + 3)]).toEqual([255, 255, 255]);
    expect([...chip.subarray(below, below + 3)]).toEqual([0, 0, 0]);
  });
});

test("distances are Euclidean", () => {
  expect(identityDistance(Float32Array.of(1, 2, 3), Float32Array.of(1, 5, 7))).toBe(5);
});
