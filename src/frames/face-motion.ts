/** @file Where a face's points and skin are in one frame, and how the light on them has changed. */
import { toCam } from "../portrait/pose.js";
import { relight } from "../rig/light.js";
import { neighboursOf, smoothNormals, smoothOverMesh } from "../rig/normals.js";
import { type Rig, sourceVertices } from "../rig/rig.js";
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
  /** The head's motion in the picture, see `motionInCam`, shape [3, 4]. */
  readonly rigid: Float32Array;
  /**
   * Moves the face.
   *
   * @param changes - Receives how far each landmark has gone from the portrait, cam, and how much brighter
   *   the skin has become there, shape [468, 4].
   */
  place(moment: Moment, changes: Float32Array): void;
}

/** The motion of a rig's face. */
export function makeFaceMotion(rig: Rig): FaceMotion {
  const { skin, pose, neutral } = rig;
  const deformer = makeDeformer(rig);
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
    rigid,
    place(moment, changes) {
      const points = deformer.deform(moment.weights);
      headMotion(moment.head, joint, limits, motion);
      toCam(pose, movePoints(motion, points, moved), cam);
      toCam(pose, movePoints(motion, neutral, moved), rigidCam);
      motionInCam(pose, motion, rigid);
      smoothNormals(cam, skin.coarse, around, normals, normalScratch);
      relight(rig.light, restNormals, normals, ratio);
      smoothOverMesh(ratio, around, 1, LIGHT_ROUNDS, ratioScratch);
      for (let v = 0; v < ratio.length; v++) {
        for (let axis = 0; axis < 3; axis++) {
          changes[4 * v + axis] = cam[3 * v + axis] - restCam[3 * v + axis];
        }
        changes[4 * v + 3] = ratio[v];
      }
    },
  };
}
