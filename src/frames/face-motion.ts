/** @file Where a face's points and skin are in one frame, and how the light on them has changed. */
import { toCam } from "../portrait/pose.js";
import { relight } from "../rig/light.js";
import { neighboursOf, smoothNormals, smoothOverMesh } from "../rig/normals.js";
import { type Rig, sourceVertices } from "../rig/rig.js";
import { makeSkinScratch, skinVertices, spreadOverSkin } from "../rig/subdivide.js";
import { makeDeformer } from "./deform.js";
import {
  headLimits,
  headMotion,
  type Motion,
  makeMotion,
  motionInCam,
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
  /** Directions of the portrait's surface at the landmarks, its form only, shape [468, 3]. */
  readonly restNormals: Float32Array;
  /** How the head moves. */
  readonly motion: Motion;
  /** Landmarks now, cam, shape [468, 3]. */
  readonly cam: Float32Array;
  /** The same if only the head moved and no expression changed. */
  readonly rigidCam: Float32Array;
  /** How far expressions alone have moved the skin, px, y down, shape [vertices, 2]. */
  readonly skinShift: Float32Array;
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
  const rigid = new Float32Array(12);
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
    place(moment, now) {
      const points = deformer.deform(moment.weights);
      headMotion(moment.head, joint, limits, motion);
      toCam(pose, movePoints(motion, points, moved), cam);
      skinVertices(skin, cam, now, scratch);
      toCam(pose, movePoints(motion, neutral, moved), rigidCam);
      motionInCam(pose, motion, rigid);
      for (let i = 0, to = 0; i < source.length; i += 3, to += 2) {
        const x = source[i];
        const y = source[i + 1];
        const z = source[i + 2];
        skinShift[to] = now[i] - (rigid[0] * x + rigid[1] * y + rigid[2] * z + rigid[3]);
        skinShift[to + 1] = rigid[4] * x + rigid[5] * y + rigid[6] * z + rigid[7] - now[i + 1];
      }
    },
    shade(light) {
      smoothNormals(cam, skin.coarse, around, normals, normalScratch);
      relight(rig.light, restNormals, normals, ratio);
      smoothOverMesh(ratio, around, 1, LIGHT_ROUNDS, ratioScratch);
      spreadOverSkin(skin, ratio, light);
    },
  };
}
