/**
 * @file One rig, one moment → one frame.
 *
 * Order: the portrait; the moved person over the background; what is seen through mouth and eyes;
 * the skin over all, its openings cut out. All working memory is made once.
 */
import { CHANNEL_INDEX, CHANNELS } from "../base/channels.js";
import { clamp, smoothstep } from "../base/curves.js";
import type { Picture } from "../base/picture.js";
import type { Box } from "../base/plane.js";
import { SKIN_COUNT } from "../portrait/landmarks.js";
import { toCam } from "../portrait/pose.js";
import { relight } from "../rig/light.js";
import { neighboursOf, smoothNormals, smoothOverMesh } from "../rig/normals.js";
import { withPatch } from "../rig/patch.js";
import { mouthRing, type Rig, sourceVertices } from "../rig/rig.js";
import { makeSkinScratch, skinVertices, spreadOverSkin } from "../rig/subdivide.js";
import { OVAL } from "../rig/topology.js";
import { makeDeformer } from "./deform.js";
import { paintEye, similarityBetween } from "./eye-paint.js";
import { headLimits, headMotion, makeMotion, movePoints, neckJoint } from "./head-motion.js";
import { type Kernel, makeKernel } from "./kernel.js";
import { paintLashes } from "./lash-paint.js";
import type { Moment } from "./moment.js";
import { makeMouthPainter } from "./mouth-paint.js";
import { makeOpening, traceOpening } from "./opening.js";
import { SKIN } from "./skin-layer.js";
import { type ClosingLid, cutOpening, extendToEdges, paintLid } from "./skin-paint.js";
import { invertShift, mapCells, warpPerson } from "./warp.js";
import { displaceNodes, layGrid } from "./warp-grid.js";

/** Draws frames of one rig. */
export interface Renderer {
  /** @returns The frame; the next call draws into the same picture. */
  render(moment: Moment): Picture;
  /** The frame drawn last as I420 of `evenSize`. @param out - Receives it; returned. */
  toI420(out: Uint8Array): Uint8Array;
}

/** The skin is transparent at the face's outline and solid from there inwards, cm. */
const EDGE_CM = [0.25, 1.75] as const;
/** Skin seen more from the side than this, as the cosine to the viewer, is left to the grid. */
const GRAZING = [0.12, 0.38] as const;
/** Rounds of smoothing of the light's ratio over the landmarks. */
const LIGHT_ROUNDS = 2;

const { eyeBlinkLeft: BLINK_LEFT, eyeBlinkRight: BLINK_RIGHT } = CHANNEL_INDEX;
/** Channels that move the lids' edges. */
const LID_CHANNELS = CHANNELS.flatMap((name, i) => (/^eye/.test(name) ? [i] : []));

function lidEffort(weights: Float32Array): number {
  let sum = 0;
  for (const channel of LID_CHANNELS) sum += weights[channel];
  return sum;
}

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
  const cells = mapCells(grid, rig);
  const shift = new Float32Array(grid.headShare.length * 2);
  const back = new Float32Array(shift.length);
  const joint = neckJoint(rig);
  const limits = headLimits(rig);
  const motion = makeMotion();
  const moved = new Float32Array(SKIN_COUNT * 3);
  const cam = new Float32Array(SKIN_COUNT * 3);
  const rigidCam = new Float32Array(SKIN_COUNT * 3);
  const skinShift = new Float32Array(skin.vertexCount * 2);
  const ovalShift = new Float32Array(OVAL.length * 2);
  const around = neighboursOf(skin.coarse, SKIN_COUNT);
  const restNormals = smoothNormals(restCam, skin.coarse, around);
  const normals = new Float32Array(SKIN_COUNT * 3);
  const normalScratch = new Float32Array(SKIN_COUNT * 3);
  const ratio = new Float32Array(SKIN_COUNT);
  const ratioScratch = new Float32Array(SKIN_COUNT);
  const light = new Float32Array(skin.vertexCount);
  const kernel = makeKernel({
    pictures: rig.lipPatch === undefined ? [picture] : [picture, withPatch(picture, rig.lipPatch)],
    background: rig,
    triangles: skin.triangles,
    vertexCount: skin.vertexCount,
    window: windowAround(source, rig),
  });
  const { layer, frame } = kernel;
  const now = kernel.vertices.places;
  writeVertices(kernel, source, skinOpacity(rig, inward, restNormals));
  const mouth = makeOpening(mouthRing(skin));
  const mouthPainter = makeMouthPainter(rig);
  const rightEye = makeOpening(skin.rightEye);
  const leftEye = makeOpening(skin.leftEye);
  const rightMargin = new Float32Array(skin.rightLid.length * 2);
  const leftMargin = new Float32Array(skin.leftLid.length * 2);
  const openings = [mouth, rightEye, leftEye];
  const lids: [ClosingLid, ClosingLid] = [
    { lid: rig.rightLid, blink: 0 },
    { lid: rig.leftLid, blink: 0 },
  ];

  function place(moment: Moment): void {
    const points = deformer.deform(moment.weights);
    headMotion(moment.head, joint, limits, motion);
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
    const { attributes } = kernel.vertices;
    for (let v = 0; v < light.length; v++) attributes[SKIN.size * v + SKIN.light] = light[v];
  }

  function paintEyes(moment: Moment): void {
    for (const [eye, opening, blink, canthi] of [
      [rig.rightEye, rightEye, lids[0].blink, [33, 133]],
      [rig.leftEye, leftEye, lids[1].blink, [263, 362]],
    ] as const) {
      if (opening.box.width === 0) continue;
      const [outer, inner] = canthi;
      const toPortrait = similarityBetween(
        screen(rigidCam, outer, inner),
        screen(restCam, outer, inner),
      );
      const shadow = 0.35 * clamp(4 * Math.max(blink, moment.gaze[1] / 0.49), 0, 1);
      const lidsMoved = smoothstep(0.02, 0.15, lidEffort(moment.weights));
      paintEye(eye, opening, toPortrait, moment.gaze, shadow, lidsMoved, frame);
    }
  }

  function paintLidEdges(): void {
    for (const [lid, margin, outline, { blink }] of [
      [rig.rightLid, skin.rightLid, rightMargin, lids[0]],
      [rig.leftLid, skin.leftLid, leftMargin, lids[1]],
    ] as const) {
      for (let i = 0; i < margin.length; i++) {
        outline[2 * i] = now[3 * margin[i]];
        outline[2 * i + 1] = -now[3 * margin[i] + 1];
      }
      paintLashes(outline, lid.lash, blink, pose.pxPerCm, frame);
    }
  }

  function paintMouth(moment: Moment): void {
    const toPortrait = similarityBetween(screen(rigidCam, 78, 308), screen(restCam, 78, 308));
    const lipDepth = Math.max(cam[3 * 13 + 2], cam[3 * 14 + 2]);
    mouthPainter.paint(mouth, { weights: moment.weights, motion, toPortrait, lipDepth }, frame);
  }

  function paintSkin(): void {
    for (const opening of openings) {
      extendToEdges(layer, opening);
      cutOpening(layer, opening);
    }
    const isPlain = mouthPainter.isAtRest || rig.lipPatch === undefined;
    kernel.sampleFrom(isPlain ? PORTRAIT : CLOSED_LIPS);
    kernel.sampleLayer();
    for (const lid of lids) paintLid(layer, lid);
    kernel.laySkin();
  }

  return {
    render(moment) {
      frame.data.set(picture.data);
      place(moment);
      shade();
      kernel.rasterize();
      displaceNodes(grid, rig, { motion, skinShift, ovalShift, breath: moment.breath }, shift);
      kernel.sampleFrom(PORTRAIT);
      warpPerson(rig, grid, cells, invertShift(grid, shift, back), kernel);
      lids[0].blink = moment.weights[BLINK_RIGHT];
      lids[1].blink = moment.weights[BLINK_LEFT];
      for (const opening of openings) traceOpening(opening, now, layer.box);
      paintMouth(moment);
      paintEyes(moment);
      paintSkin();
      paintLidEdges();
      return frame;
    },
    toI420: kernel.toI420,
  };
}

/** What the kernel samples: the portrait, and the portrait with its lips filled in. */
const PORTRAIT = 0;
const CLOSED_LIPS = 1;

/** Writes what the vertices carry and no frame changes. @param source - cam px, y up. */
function writeVertices(kernel: Kernel, source: Float32Array, opacity: Float32Array): void {
  const { attributes } = kernel.vertices;
  for (let v = 0; v < opacity.length; v++) {
    attributes[SKIN.size * v + SKIN.x] = source[3 * v];
    attributes[SKIN.size * v + SKIN.y] = -source[3 * v + 1];
    attributes[SKIN.size * v + SKIN.opacity] = opacity[v];
  }
}

/** Opaque inside the outline, except where the portrait shows the skin from the side. */
function skinOpacity({ skin }: Rig, inward: Float32Array, restNormals: Float32Array): Float32Array {
  const facing = new Float32Array(skin.vertexCount);
  spreadOverSkin(
    skin,
    Float32Array.from({ length: SKIN_COUNT }, (_, v) => restNormals[3 * v + 2]),
    facing,
  );
  return inward.map(
    (way, v) =>
      smoothstep(EDGE_CM[0], EDGE_CM[1], way) * smoothstep(GRAZING[0], GRAZING[1], facing[v]),
  );
}

/** Two landmarks on the screen, px, shape [2, 2]. */
function screen(cam: Float32Array, a: number, b: number): number[] {
  return [cam[3 * a], -cam[3 * a + 1], cam[3 * b], -cam[3 * b + 1]];
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
