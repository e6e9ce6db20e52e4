/** @file Where a face's points and skin are in one frame, and how the light on them has changed. */
import { toCam } from "../portrait/pose.js";
import { relight } from "../rig/light.js";
import { neighboursOf, smoothNormals, smoothOverMesh } from "../rig/normals.js";
import { type Rig, sourceVertices } from "../rig/rig.js";
import { makeSkinScratch, skinVertices, spreadOverSkin } from "../rig/subdivide.js";
import { OVAL } from "../rig/topology.js";
import { makeDeformer } from "./deform.js";
import {
  headLimits,
  headMotion,
  type Motion,
  makeMotion,
  movePoints,
  neckJoint,
} from "./head-motion.js";
import type { Moment } from "./moment.js";

/** Rounds of smoothing of the light's ratio over the landmarks. */
const LIGHT_ROUNDS = 2;

/** One face in motion; owns its working memory. "cam" is px, y up, z towards the viewer. */
export interface FaceMotion {
  /** Landmarks of the portrait, cam, shape [468, 3]; the rest is rewritten by `place`. */
  readonly restCam: Float32Array;
  /** Skin of the portrait, cam, shape [vertices, 3]. */
  readonly source: Float32Array;
  /** Directions of the portrait's surface at the landmarks, shape [468, 3]. */
  readonly restNormals: Float32Array;
  /** How the head moves. */
  readonly motion: Motion;
  /** Landmarks now, cam, shape [468, 3]. */
  readonly cam: Float32Array;
  /** The same if only the head moved and no expression changed. */
  readonly rigidCam: Float32Array;
  /** How far the skin has moved, px, y down, shape [vertices, 2]. */
  readonly skinShift: Float32Array;
  /** How far expressions alone have moved the outline, px, y down, shape [oval, 2]. */
  readonly ovalShift: Float32Array;
  /** Moves the face. @param skin - Receives the skin, cam, shape [vertices, 3]. */
  place(moment: Moment, skin: Float32Array): void;
  /** How much brighter the skin has become. @param light - Receives ratios, shape [vertices]. */
  shade(light: Float32Array): void;
}

/** The motion of a rig's face. */
export function makeFaceMotion(rig: Rig): FaceMotion {
  const { skin, pose, neutral } = rig;
  const deformer = makeDeformer(rig);
  const scratch = makeSkinScratch();
  const restCam = toCam(pose, neutral, new Float32Array(neutral.length));
  const source = sourceVertices(skin, restCam);
  const around = neighboursOf(skin.coarse, neutral.length / 3);
  const restNormals = smoothNormals(restCam, skin.coarse, around);
  const joint = neckJoint(rig);
  const limits = headLimits(rig);
  const motion = makeMotion();
  const moved = new Float32Array(neutral.length);
  const cam = new Float32Array(neutral.length);
  const rigidCam = new Float32Array(neutral.length);
  const skinShift = new Float32Array(skin.vertexCount * 2);
  const ovalShift = new Float32Array(OVAL.length * 2);
  const normals = new Float32Array(neutral.length);
  const normalScratch = new Float32Array(neutral.length);
  const ratio = new Float32Array(neutral.length / 3);
  const ratioScratch = new Float32Array(ratio.length);
  return {
    restCam,
    source,
    restNormals,
    motion,
    cam,
    rigidCam,
    skinShift,
    ovalShift,
    place(moment, now) {
      const points = deformer.deform(moment.weights);
      headMotion(moment.head, joint, limits, motion);
      toCam(pose, movePoints(motion, points, moved), cam);
      skinVertices(skin, cam, now, scratch);
      toCam(pose, movePoints(motion, neutral, moved), rigidCam);
      for (let v = 0; v < skin.vertexCount; v++) {
        skinShift[2 * v] = now[3 * v] - source[3 * v];
        skinShift[2 * v + 1] = source[3 * v + 1] - now[3 * v + 1];
      }
      OVAL.forEach((point, k) => {
        ovalShift[2 * k] = cam[3 * point] - rigidCam[3 * point];
        ovalShift[2 * k + 1] = rigidCam[3 * point + 1] - cam[3 * point + 1];
      });
    },
    shade(light) {
      smoothNormals(cam, skin.coarse, around, normals, normalScratch);
      relight(rig.light, restNormals, normals, ratio);
      smoothOverMesh(ratio, around, 1, LIGHT_ROUNDS, ratioScratch);
      spreadOverSkin(skin, ratio, light);
    },
  };
}
