/**
 * @file `npm run bench:sharpness -- [PORTRAIT …]`: how much of its finest detail a moving face keeps.
 *
 * Variance of the Laplacian over the inner face of frames whose head is shifted by parts of a pixel,
 * turned, or both, against the portrait's. 1 = as sharp; more would be noise. Without portraits: eight of
 * different kinds out of ../shared/media, if that is there, else the committed sample.
 */
import { basename } from "node:path";
import { parseArgs } from "node:util";
import type { Picture } from "../src/base/picture.js";
import { makeFaceMotion } from "../src/frames/face-motion.js";
import { holdHead, makeMoment } from "../src/frames/moment.js";
import { makeRenderer } from "../src/frames/renderer.js";
import { buildRig, type Rig, readPortrait } from "../src/index.js";
import { openNode, readPicture } from "../src/platform/node.js";
import { SKIN_COUNT } from "../src/portrait/landmarks.js";
import { usualPortraits } from "./portraits.js";

const DEGREE = Math.PI / 180;
/** Landmarks whose mean is the inner face's middle; those at its sides, and above and below it. */
const MIDDLE = [168, 4, 6, 152, 50, 280];
const SIDES = [234, 454] as const;
const HEIGHT = [10, 152] as const;
/** Radii of the inner face, as shares of its width and height. */
const SHARE = 0.33;

/** Head poses: pitch, yaw, roll, radians; x, y, z, cm. */
function posesOf(pxPerCm: number): Readonly<Record<string, readonly number[][]>> {
  const px = 1 / pxPerCm;
  const shifts = Array.from({ length: 8 }, (_, k) => {
    return [0, 0, 0, (k / 8 + 1) * px, (((k * 3) % 8) / 8 + 1) * px, 0];
  });
  const turns = [-6, -4, -2, 2, 4, 6].flatMap((a) => [
    [0, a * DEGREE, 0, 0, 0, 0],
    [0.7 * a * DEGREE, 0, 0, 0, 0, 0],
    [0, 0, a * DEGREE, 0, 0, 0],
  ]);
  const both = [-5, -3, 3, 5].map((a) => {
    return [0.6 * a * DEGREE, a * DEGREE, 0.5 * a * DEGREE, 0.1 * a, 0, 0.2 * a];
  });
  return { shifts, turns, both };
}

/** An ellipse in a picture, px. */
interface Ellipse {
  readonly x: number;
  readonly y: number;
  readonly across: number;
  readonly down: number;
}

function innerFace(cam: Float32Array): Ellipse {
  const mean = (axis: number) =>
    MIDDLE.reduce((sum, point) => sum + cam[3 * point + axis], 0) / MIDDLE.length;
  const between = ([a, b]: readonly [number, number]) =>
    Math.hypot(cam[3 * a] - cam[3 * b], cam[3 * a + 1] - cam[3 * b + 1]);
  return { x: mean(0), y: -mean(1), across: SHARE * between(SIDES), down: SHARE * between(HEIGHT) };
}

/** Variance of the Laplacian of the brightness within an ellipse. */
function detailIn({ data, width, height }: Picture, { x, y, across, down }: Ellipse): number {
  const luma = (i: number) =>
    0.299 * data[4 * i] + 0.587 * data[4 * i + 1] + 0.114 * data[4 * i + 2];
  let [sum, squares, count] = [0, 0, 0];
  for (let row = Math.ceil(y - down); row < y + down; row++) {
    for (let column = Math.ceil(x - across); column < x + across; column++) {
      if (column < 1 || row < 1 || column >= width - 1 || row >= height - 1) continue;
      if (((column - x) / across) ** 2 + ((row - y) / down) ** 2 > 1) continue;
      const i = row * width + column;
      const value = luma(i - 1) + luma(i + 1) + luma(i - width) + luma(i + width) - 4 * luma(i);
      sum += value;
      squares += value * value;
      count++;
    }
  }
  return squares / count - (sum / count) ** 2;
}

/** Kept detail by kind of motion. */
function measure(rig: Rig): Record<string, number> {
  const renderer = makeRenderer(rig);
  const face = makeFaceMotion(rig);
  const changes = new Float32Array(4 * SKIN_COUNT);
  const own = innerFace(face.restCam);
  const before = detailIn(rig.picture, own);
  const out: Record<string, number> = {};
  for (const [kind, poses] of Object.entries(posesOf(rig.pose.pxPerCm))) {
    const kept = poses.map((pose) => {
      const moment = holdHead(makeMoment(), pose);
      const frame = renderer.render(moment);
      face.place(moment, changes);
      const { x, y } = innerFace(face.rigidCam);
      return detailIn(frame, { ...own, x, y }) / before;
    });
    out[kind] = kept.reduce((sum, value) => sum + value, 0) / kept.length;
  }
  return out;
}

const { positionals } = parseArgs({ allowPositionals: true });
const machine = await openNode();
const all: Record<string, number>[] = [];
console.log("| portrait | shifts | turns | both |\n|---|---|---|---|");
const line = (name: string, { shifts, turns, both }: Record<string, number>) =>
  console.log(`| ${name} | ${[shifts, turns, both].map((v) => v.toFixed(2)).join(" | ")} |`);
for (const path of positionals.length > 0 ? positionals : usualPortraits()) {
  const rig = await buildRig(await readPortrait(await readPicture(path), machine), machine);
  all.push(measure(rig));
  line(basename(path), all[all.length - 1]);
}
const mean = (kind: string) => all.reduce((sum, one) => sum + one[kind], 0) / all.length;
line("**mean**", { shifts: mean("shifts"), turns: mean("turns"), both: mean("both") });
