/**
 * @file One rig, one moment → one frame.
 *
 * Order: the portrait; the moved person over the background; what is seen through mouth and eyes;
 * the skin over all, its openings cut out. All working memory is made once.
 */
import { CHANNEL_INDEX } from "../base/channels.js";
import { clamp, smoothstep } from "../base/curves.js";
import type { Picture } from "../base/picture.js";
import type { Box } from "../base/plane.js";
import { SKIN_COUNT } from "../portrait/landmarks.js";
import { toCam } from "../portrait/pose.js";
import { relight } from "../rig/light.js";
import { neighboursOf, smoothNormals, smoothOverMesh } from "../rig/normals.js";
import { withPatch } from "../rig/patch.js";
import { type Rig, sourceVertices } from "../rig/rig.js";
import { makeSkinScratch, skinVertices, spreadOverSkin } from "../rig/subdivide.js";
import { OVAL } from "../rig/topology.js";
import { makeDeformer } from "./deform.js";
import { paintEye, similarityBetween } from "./eye-paint.js";
import { headMotion, makeMotion, movePoints, neckJoint } from "./head-motion.js";
import type { Moment } from "./moment.js";
import { makeOpening, traceOpening } from "./opening.js";
import { type ClosingLid, paintSkin } from "./skin-paint.js";
import { makeSkinLayer, rasterizeSkin } from "./skin-raster.js";
import { invertShift, makeWarpScratch, reachableCells, warpPerson } from "./warp.js";
import { displaceNodes, layGrid } from "./warp-grid.js";

/** Draws frames of one rig. */
export interface Renderer {
  readonly width: number;
  readonly height: number;
  /** @param out - A picture of the rig's size; every pixel is written. */
  render(moment: Moment, out: Picture): Picture;
}

/** The skin is transparent at the face's outline and solid from there inwards, cm. */
const EDGE_CM = [0.25, 1.75] as const;
/** Rounds of smoothing of the light's ratio over the landmarks. */
const LIGHT_ROUNDS = 2;

const { eyeBlinkLeft: BLINK_LEFT, eyeBlinkRight: BLINK_RIGHT } = CHANNEL_INDEX;

/** A renderer; makes the tables that a rig file does not hold. */
export function makeRenderer(rig: Rig): Renderer {
  const { skin, pose, picture } = rig;
  const deformer = makeDeformer(rig);
  const scratch = makeSkinScratch();
  const restCam = toCam(pose, rig.neutral, new Float32Array(SKIN_COUNT * 3));
  const source = sourceVertices(skin, restCam);
  const inward = new Float32Array(skin.vertexCount);
  spreadOverSkin(skin, rig.ovalDistance, inward);
  const grid = layGrid(rig, source, inward);
  const cells = reachableCells(grid, rig);
  const shift = new Float32Array(grid.headShare.length * 2);
  const back = new Float32Array(shift.length);
  const warpScratch = makeWarpScratch();
  const joint = neckJoint(rig);
  const motion = makeMotion();
  const moved = new Float32Array(SKIN_COUNT * 3);
  const cam = new Float32Array(SKIN_COUNT * 3);
  const rigidCam = new Float32Array(SKIN_COUNT * 3);
  const now = new Float32Array(skin.vertexCount * 3);
  const skinShift = new Float32Array(skin.vertexCount * 2);
  const ovalShift = new Float32Array(OVAL.length * 2);
  const around = neighboursOf(skin.coarse, SKIN_COUNT);
  const restNormals = smoothNormals(restCam, skin.coarse, around);
  const normals = new Float32Array(SKIN_COUNT * 3);
  const normalScratch = new Float32Array(SKIN_COUNT * 3);
  const ratio = new Float32Array(SKIN_COUNT);
  const ratioScratch = new Float32Array(SKIN_COUNT);
  const light = new Float32Array(skin.vertexCount);
  const opacity = inward.map((way) => smoothstep(EDGE_CM[0], EDGE_CM[1], way));
  const layer = makeSkinLayer(windowAround(source, rig));
  const texture = rig.lipPatch === undefined ? picture : withPatch(picture, rig.lipPatch);
  const mouth = makeOpening(
    Uint16Array.from([...skin.mouthUpper, ...[...skin.mouthLower].slice(1, -1).reverse()]),
  );
  const rightEye = makeOpening(skin.rightEye);
  const leftEye = makeOpening(skin.leftEye);
  const lids: [ClosingLid, ClosingLid] = [
    { patch: rig.rightLid, blink: 0 },
    { patch: rig.leftLid, blink: 0 },
  ];

  function place(moment: Moment): void {
    const points = deformer.deform(moment.weights);
    headMotion(moment.head, joint, motion);
    toCam(pose, movePoints(motion, points, moved), cam);
    skinVertices(skin, cam, now, scratch);
    toCam(pose, movePoints(motion, rig.neutral, moved), rigidCam);
    for (let v = 0; v < skin.vertexCount; v++) {
      skinShift[2 * v] = now[3 * v] - source[3 * v];
      skinShift[2 * v + 1] = source[3 * v + 1] - now[3 * v + 1];
    }
    OVAL.forEach((point, k) => {
      ovalShift[2 * k] = cam[3 * point] - rigidCam[3 * point];
      ovalShift[2 * k + 1] = rigidCam[3 * point + 1] - cam[3 * point + 1];
    });
  }

  function shade(): void {
    smoothNormals(cam, skin.coarse, around, normals, normalScratch);
    relight(rig.light, restNormals, normals, ratio);
    smoothOverMesh(ratio, around, 1, LIGHT_ROUNDS, ratioScratch);
    spreadOverSkin(skin, ratio, light);
  }

  function paintEyes(moment: Moment, frame: Picture): void {
    for (const [eye, opening, blink, canthi] of [
      [rig.rightEye, rightEye, lids[0].blink, [33, 133]],
      [rig.leftEye, leftEye, lids[1].blink, [263, 362]],
    ] as const) {
      if (opening.box.width === 0) continue;
      const at = (points: Float32Array) =>
        canthi.flatMap((point) => [points[3 * point], -points[3 * point + 1]]);
      const toPortrait = similarityBetween(at(rigidCam), at(restCam));
      const shadow = 0.35 * clamp(4 * Math.max(blink, moment.gaze[1] / 0.49), 0, 1);
      paintEye(eye, opening, toPortrait, moment.gaze, shadow, frame);
    }
  }

  return {
    width: picture.width,
    height: picture.height,
    render(moment, out) {
      out.data.set(picture.data);
      place(moment);
      const forces = { motion, skinShift, ovalShift, breath: moment.breath };
      displaceNodes(grid, rig, forces, shift);
      warpPerson(rig, grid, invertShift(grid, shift, back), cells, out, warpScratch);
      lids[0].blink = moment.weights[BLINK_RIGHT];
      lids[1].blink = moment.weights[BLINK_LEFT];
      for (const opening of [mouth, rightEye, leftEye]) traceOpening(opening, now, layer.box);
      paintEyes(moment, out);
      shade();
      rasterizeSkin(skin.triangles, { now, source, light, opacity }, layer);
      paintSkin(layer, texture, lids, [mouth, rightEye, leftEye], out);
      return out;
    },
  };
}

/** How far the face can go beyond its outline, cm. */
const WINDOW_CM = 3;

/** The part of the frame that the skin can be in. */
function windowAround(source: Float32Array, rig: Rig): Box {
  const margin = WINDOW_CM * rig.pose.pxPerCm;
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let v = 0; v < source.length; v += 3) {
    left = Math.min(left, source[v]);
    right = Math.max(right, source[v]);
    top = Math.min(top, -source[v + 1]);
    bottom = Math.max(bottom, -source[v + 1]);
  }
  const x = Math.max(0, Math.floor(left - margin));
  const y = Math.max(0, Math.floor(top - margin));
  return {
    x,
    y,
    width: Math.min(rig.picture.width, Math.ceil(right + margin)) - x,
    height: Math.min(rig.picture.height, Math.ceil(bottom + margin)) - y,
  };
}
