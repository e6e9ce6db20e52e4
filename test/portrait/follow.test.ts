/** @file One of two faces followed through a film, with the networks as they are. */
import { beforeAll, describe, expect, test } from "vitest";
import type { Footage } from "../../src/base/footage.js";
import type { Picture } from "../../src/base/picture.js";
import { placeOfLandmarks } from "../../src/portrait/cast.js";
import { followFace } from "../../src/portrait/follow.js";
import { makeFolder } from "../media/material.js";
import { footageOf, moved, rememberingNets } from "../support/footage.js";
import { writeTwoFaces } from "../support/inputs.js";
import { decode, nets } from "../support/machine.js";

const file = makeFolder();
const watched = rememberingNets(nets);
const FRAMES = 24;
/** Frames in which one of them is hidden. */
const HIDDEN = [8, 16] as const;
/** Where the small face and the large one are, px. */
const SMALL = 130;
const LARGE = 430;

let both: Picture;

beforeAll(async () => {
  await writeTwoFaces(file("two.png"));
  both = await decode(file("two.png"));
});

/** Both faces, moved a little; nothing is to be seen from a column to another. */
function pictureWithout(from: number, to: number, frame: number): Picture {
  const picture = moved(both, Math.round(3 * Math.sin(frame / 2)), 0);
  for (let i = 0; i < picture.data.length; i += 4) {
    const x = (i >> 2) % picture.width;
    if (x >= from && x < to) picture.data.set([176, 168, 176, 255], i);
  }
  return picture;
}

/** A film in which the large face is hidden for a while. */
function film() {
  const pictures = Array.from({ length: FRAMES }, (_, frame) => {
    const isHidden = frame >= HIDDEN[0] && frame < HIDDEN[1];
    return pictureWithout(260, isHidden ? 600 : 0, frame);
  });
  return footageOf(pictures);
}

/** Whose face is followed in each frame: s, l, or – for nobody's. */
async function followed(footage: Footage, faceIndex?: number): Promise<string> {
  let text = "";
  for await (const { points } of followFace(footage, watched, { faceIndex })) {
    const found = await points;
    const x = found && placeOfLandmarks(found).x;
    if (x === undefined) text += "–";
    else text += Math.abs(x - SMALL) < 40 ? "s" : Math.abs(x - LARGE) < 40 ? "l" : "?";
  }
  return text;
}

const [before, hidden, after] = [HIDDEN[0], HIDDEN[1] - HIDDEN[0], FRAMES - HIDDEN[1]];

describe("where the large face is hidden for a while,", () => {
  test("the largest one is the small one from then on", async () => {
    const line = await followed(film());
    expect(line.slice(0, before)).toBe("l".repeat(before));
    expect(line.slice(before + 1)).toBe("s".repeat(hidden + after - 1));
  });

  test("it is waited for if it was chosen", async () => {
    const line = await followed(film(), 0);
    expect(line).toBe("l".repeat(before) + "–".repeat(hidden) + "l".repeat(after));
  });

  test("the small one is kept if that was chosen", async () => {
    expect(await followed(film(), 1)).toBe("s".repeat(FRAMES));
  });
});

test("a face that is not there from the beginning is chosen when it comes", async () => {
  const pictures = Array.from({ length: 8 }, (_, frame) =>
    pictureWithout(0, frame < 4 ? 260 : 0, frame),
  );
  expect(await followed(footageOf(pictures), 1)).toBe("––––ssss");
});
