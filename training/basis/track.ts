/**
 * @file Films → landmarks and labels: what the expression shapes are learned from.
 *
 * Labels are a network's scores of the expressions, and a second network's landmarks. Both are given
 * (`--labels`), and neither is part of this project: nothing of them is used but what they say.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CHANNELS } from "../../src/base/channels.js";
import { type Packable, pack, unpack } from "../../src/base/packed.js";
import { buildPyramid, cropRoi, fromRoi, type Pyramid, type Roi } from "../../src/base/picture.js";
import { type NodeMachine, readFootage } from "../../src/platform/node.js";
import { followFace } from "../../src/portrait/follow.js";
import { LANDMARK_COUNT, roiOfLandmarks } from "../../src/portrait/landmarks.js";
import { openGraph } from "../runtime.js";

/** Landmarks of one film, px, frame by frame, and what the labelling network sees in them. */
export interface TrackedFilm {
  readonly name: string;
  /** Of the network that the product uses, each of shape [478 · 3]. */
  readonly faces: readonly Float32Array[];
  /** Of the labelling network. */
  readonly others: readonly Float32Array[];
  /** 0..1 in `CHANNELS` order, each of shape [52]. */
  readonly scores: readonly Float32Array[];
}

/** Sees expressions. */
export interface Labeller {
  look(pyramid: Pyramid, roi: Roi): Promise<Float32Array | undefined>;
  score(face: Float32Array): Promise<Float32Array>;
}

const FRAMES_PER_SECOND = 12.5;
const LABEL_PX = 256;
const SCORE_MIN = 0.5;
const MAGIC = "RITTRACK";
const VERSION = 1;

/** What the labelling network looks at, and in which order it answers after `_neutral`. */
const SCORED = [
  0, 1, 4, 5, 6, 7, 8, 10, 13, 14, 17, 21, 33, 37, 39, 40, 46, 52, 53, 54, 55, 58, 61, 63, 65, 66,
  67, 70, 78, 80, 81, 82, 84, 87, 88, 91, 93, 95, 103, 105, 107, 109, 127, 132, 133, 136, 144, 145,
  146, 148, 149, 150, 152, 153, 154, 155, 157, 158, 159, 160, 161, 162, 163, 168, 172, 173, 176,
  178, 181, 185, 191, 195, 197, 234, 246, 249, 251, 263, 267, 269, 270, 276, 282, 283, 284, 285,
  288, 291, 293, 295, 296, 297, 300, 308, 310, 311, 312, 314, 317, 318, 321, 323, 324, 332, 334,
  336, 338, 356, 361, 362, 365, 373, 374, 375, 377, 378, 379, 380, 381, 382, 384, 385, 386, 387,
  388, 389, 390, 397, 398, 400, 402, 405, 409, 415, 454, 466, 468, 469, 470, 471, 472, 473, 474,
  475, 476, 477,
] as const;
/** It knows all channels but the tongue, by the alphabet. */
const ANSWERS: readonly string[] = CHANNELS.filter((name) => name !== "tongueOut").toSorted();

/** Opens the labelling networks. @param folder - With face_landmarks_v2.onnx and face_blendshapes.onnx. */
export async function openLabeller(folder: string): Promise<Labeller> {
  const [landmarks, blendshapes] = await Promise.all(
    ["face_landmarks_v2.onnx", "face_blendshapes.onnx"].map(async (name) =>
      openGraph(await readFile(join(folder, name))),
    ),
  );
  return {
    async look(pyramid, roi) {
      const crop = cropRoi(pyramid, roi, {
        ...{ size: LABEL_PX, scale: 1 / 255, offset: 0, outside: "zero" },
      });
      const out = await landmarks.run({ input: { data: crop, shape: [1, LABEL_PX, LABEL_PX, 3] } });
      const { out0: raw, out1: score } = out;
      if (1 / (1 + Math.exp(-score[0])) < SCORE_MIN) return undefined;
      const points = new Float32Array(LANDMARK_COUNT * 3);
      for (let i = 0; i < points.length; i += 3) {
        const [x, y] = fromRoi(roi, raw[i] / LABEL_PX, raw[i + 1] / LABEL_PX);
        points.set([x, y, (raw[i + 2] * roi.size) / LABEL_PX], i);
      }
      return points;
    },
    async score(face) {
      const data = Float32Array.from(SCORED.flatMap((v) => [face[3 * v], face[3 * v + 1]]));
      const out = await blendshapes.run({ input: { data, shape: [1, SCORED.length, 2] } });
      return Float32Array.from(CHANNELS, (name) => out.out0[1 + ANSWERS.indexOf(name)] ?? 0);
    },
  };
}

/** Tracks one film, some frames a second; frames without a face are left out. */
export async function trackFilm(
  path: string,
  name: string,
  machine: NodeMachine,
  labeller: Labeller,
): Promise<TrackedFilm> {
  const footage = await readFootage(path);
  const film = { name, faces: [], others: [], scores: [] } as {
    name: string;
    faces: Float32Array[];
    others: Float32Array[];
    scores: Float32Array[];
  };
  try {
    const step = Math.max(1, Math.round(footage.fps / FRAMES_PER_SECOND));
    for await (const { index, picture, points } of followFace(footage, machine.nets)) {
      if (index % step !== 0) continue;
      const face = await points;
      if (face === undefined) continue;
      const other = await labeller.look(buildPyramid(picture), roiOfLandmarks(face));
      if (other === undefined) continue;
      film.faces.push(face);
      film.others.push(other);
      film.scores.push(await labeller.score(other));
    }
  } finally {
    footage.close();
  }
  return film;
}

/** Keeps a tracked film. */
export async function writeTracked(path: string, film: TrackedFilm): Promise<void> {
  await writeFile(path, pack(MAGIC, VERSION, film as unknown as Packable));
}

/** Reads what was kept; nothing, if there is none. */
export async function readTracked(path: string): Promise<TrackedFilm | undefined> {
  const bytes = await readFile(path).catch(() => undefined);
  const unpacked = bytes && unpack(MAGIC, VERSION, bytes);
  return unpacked !== undefined && "value" in unpacked
    ? (unpacked.value as unknown as TrackedFilm)
    : undefined;
}
