/** @file A portrait that takes are tried on, and a look at the pixels that come of them. */
import { fileURLToPath } from "node:url";
import { quantile } from "../src/base/curves.js";
import { buildPyramid } from "../src/base/picture.js";
import { buildRig, readPortrait, renderFrames, type Take } from "../src/index.js";
import { type NodeMachine, readPicture } from "../src/platform/node.js";
import { lookAtFace, roiOfLandmarks } from "../src/portrait/landmarks.js";

/** Points that an expression does not move. */
const SKULL = [33, 133, 362, 263, 168, 6, 197, 195, 5];

/** What is seen of a take. */
export interface Watched {
  /** Inner lips' distance against the eyes', per frame. */
  readonly apertures: Float32Array;
  /** The skull's jitter, % of the eyes' distance. */
  readonly jitter: number;
}

/** The astronaut, rigged: takes are rendered, and a landmark network looks at the pixels. */
export async function openStage(machine: NodeMachine) {
  const path = fileURLToPath(new URL("../samples/astronaut.png", import.meta.url));
  const portrait = await readPortrait(await readPicture(path), machine);
  const rig = await buildRig(portrait, machine);
  const net = await machine.nets.open("face-landmarks.onnx");
  return {
    restGap: apertureOf(portrait.landmarks),
    async watch(take: Take): Promise<Watched> {
      const apertures = new Float32Array(take.frameCount);
      const jumps: number[] = [];
      let points = portrait.landmarks;
      const past: Float32Array[] = [];
      for await (const { index, picture } of renderFrames(rig, take)) {
        points = (await lookAtFace(net, buildPyramid(picture), roiOfLandmarks(points))).points;
        apertures[index] = apertureOf(points);
        past.push(points);
        if (past.length > 3) past.shift();
        if (past.length === 3) jumps.push(jumpOf(past));
      }
      return { apertures, jitter: quantile(jumps, 0.5) };
    },
  };
}

function jumpOf([a, b, c]: readonly Float32Array[]): number {
  const squares = SKULL.flatMap((point) =>
    [3 * point, 3 * point + 1].map((i) => (a[i] - 2 * b[i] + c[i]) ** 2),
  );
  const sum = squares.reduce((total, value) => total + value, 0);
  return (100 * Math.sqrt(sum / SKULL.length)) / distance(c, 33, 263);
}

function apertureOf(points: Float32Array): number {
  return distance(points, 13, 14) / distance(points, 33, 263);
}

function distance(points: Float32Array, a: number, b: number): number {
  return Math.hypot(...[0, 1, 2].map((axis) => points[3 * a + axis] - points[3 * b + axis]));
}
