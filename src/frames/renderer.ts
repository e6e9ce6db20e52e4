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
import type { Eye } from "../rig/eyes.js";
import type { Lid } from "../rig/lids.js";
import { withPatch } from "../rig/patch.js";
import { mouthRing, type Rig } from "../rig/rig.js";
import { type EyeRows, LEFT_EYE, RIGHT_EYE } from "../rig/topology.js";
import { makeBodyMotion } from "./body-motion.js";
import { paintEye, type Similarity, similarityBetween, turnOf } from "./eye-paint.js";
import { type FaceMotion, makeFaceMotion } from "./face-motion.js";
import { displaceNodes } from "./grid-motion.js";
import { skinPlaces } from "./grid-skin.js";
import { gazeWithin, headLimits } from "./head-motion.js";
import { type Kernel, makeKernel } from "./kernel.js";
import { paintHairs, paintRims } from "./lash-paint.js";
import {
  carryLid,
  joinMargins,
  type LidLines,
  type LidPlace,
  makeLidPlace,
  paintLid,
  placeLid,
} from "./lid-paint.js";
import { paintLipLine, softenFolds } from "./lip-paint.js";
import type { Moment } from "./moment.js";
import { makeMouthPainter } from "./mouth-paint.js";
import { hideOpening, makeOpening, type Opening, traceOpening } from "./opening.js";
import { SKIN } from "./skin-layer.js";
import { makeSkinOpacity } from "./skin-opacity.js";
import { cutOpening, extendToEdges } from "./skin-paint.js";
import { mapCells, warpPerson } from "./warp.js";
import { layGrid } from "./warp-grid.js";
import { makeWrinkles } from "./wrinkles.js";

/** Draws frames of one rig. */
export interface Renderer {
  /** @returns The frame; the next call draws into the same picture. */
  render(moment: Moment): Picture;
  /** The frame drawn last as I420 of `evenSize`. @param out - Receives it; returned. */
  toI420(out: Uint8Array): Uint8Array;
  /** The frame drawn last, of `evenSize`. @param out - Receives it; returned. */
  toRgba(out: Uint8Array): Uint8Array;
  /** What both add to luma, see `Kernel`; `render` does not. */
  readonly mark: Int8Array;
}

/** Channels that move the lids' edges. */
const LID_CHANNELS = CHANNELS.flatMap((name, i) => (/^eye/.test(name) ? [i] : []));

function lidEffort(weights: Float32Array): number {
  let sum = 0;
  for (const channel of LID_CHANNELS) sum += weights[channel];
  return sum;
}

/** A renderer; makes the tables that a rig file does not hold. */
export function makeRenderer(rig: Rig): Renderer {
  const { skin, picture } = rig;
  const { pxPerCm } = rig.pose;
  const face = makeFaceMotion(rig);
  const body = makeBodyMotion(rig);
  const atRest = skinPlaces(rig, face.source);
  const grid = layGrid(rig, atRest);
  const opacity = makeSkinOpacity(rig, face, atRest, grid);
  const cells = mapCells(grid, rig);
  const wrinkles = makeWrinkles(rig);
  const kernel = makeKernel({
    folds: wrinkles.place,
    pictures: rig.lipPatch === undefined ? [picture] : [picture, withPatch(picture, rig.lipPatch)],
    background: rig,
    skin,
    source: face.source,
    grid,
    window: boxAround(face.source, WINDOW_CM, rig),
  });
  const { layer, frame } = kernel;
  const { changes, shifts: skinShift, places, attributes } = kernel.vertices;
  writeVertices(kernel, face.source);
  const mouth = makeOpening(mouthRing(skin));
  const mouthPainter = makeMouthPainter(rig);
  const eyes = drawnEyes(rig);
  const limits = headLimits(rig);
  const gaze = new Float32Array(2);
  const openings = [mouth, ...eyes.map(({ opening }) => opening)];

  function moveFace(moment: Moment): void {
    face.place(moment, changes);
    kernel.vertices.rigid.set(face.rigid.subarray(0, 8));
    kernel.moveSkin();
    opacity.turn(places, attributes, SKIN.opacity, SKIN.size);
    kernel.rasterize();
    kernel.touch(boxAround(places, PAINTED_CM, rig));
    for (const opening of openings) traceOpening(opening, places, layer.box);
    for (const { opening, corners } of eyes) {
      hideOpening(opening, places, corners, layer, pxPerCm);
    }
    for (const eye of eyes) traceEye(eye, face, places, moment.weights);
  }

  function moveHead(moment: Moment): void {
    const { hair, chest } = body;
    body.place(moment);
    displaceNodes(grid, rig, { head: face.motion, hair, chest, skinShift }, kernel.grid.shifts);
    kernel.invertShifts();
    kernel.sampleFrom(PORTRAIT);
    warpPerson(rig, grid, cells, kernel);
  }

  function paintMouth({ weights }: Moment): void {
    const { motion, cam } = face;
    const lipDepth = Math.max(cam[3 * 13 + 2], cam[3 * 14 + 2]);
    const toPortrait = backToPortrait(face, MOUTH_CORNERS);
    extendToEdges(layer, mouth);
    mouthPainter.paint(mouth, { weights, motion, toPortrait, lipDepth }, layer, frame);
  }

  function paintSkin({ weights }: Moment): void {
    for (const opening of openings) {
      extendToEdges(layer, opening);
      cutOpening(layer, opening);
    }
    const isPlain = mouthPainter.speaking === 0 || rig.lipPatch === undefined;
    kernel.sampleFrom(isPlain ? PORTRAIT : CLOSED_LIPS);
    for (const { lid, place } of eyes) carryLid(layer, lid, place, pxPerCm);
    kernel.sampleLayer();
    paintLipLine(layer, rig.lipLine, mouth, mouthPainter.speaking, pxPerCm);
    softenFolds(layer, mouth, mouthPainter.speaking, pxPerCm);
    if (wrinkles.compose(weights, kernel.folds)) kernel.foldLayer();
    for (const { lid, place } of eyes) {
      paintLid(layer, lid, place, pxPerCm, rig.mouth.surface.carved);
      joinMargins(layer, place);
    }
    kernel.laySkin();
  }

  return {
    render(moment) {
      kernel.clear();
      moveFace(moment);
      moveHead(moment);
      paintMouth(moment);
      gazeWithin(moment.head, limits, moment.gaze, gaze);
      for (const eye of eyes) paintEyeball(eye, face, gaze, frame);
      paintSkin(moment);
      for (const eye of eyes) paintLidEdge(eye, pxPerCm, frame);
      return frame;
    },
    toI420: kernel.toI420,
    toRgba: kernel.toRgba,
    mark: kernel.mark,
  };
}

/** One eye of a rig, being drawn. */
interface DrawnEye {
  readonly eye: Eye;
  readonly lid: Lid;
  readonly channel: number;
  /** Outer and inner corner, as landmarks; and a row of the crease with the margin below it. */
  readonly corners: readonly [number, number];
  readonly upright: readonly [number, number];
  readonly opening: Opening;
  /** Vertices along the lids, and where they are now. */
  readonly vertices: Readonly<Record<keyof LidLines, Uint16Array>>;
  readonly lines: LidLines;
  readonly place: LidPlace;
  /** 0 = open, 1 = shut. */
  blink: number;
  /** How much of the ball is no longer as in the portrait because the lids have moved, 0..1. */
  lidsMoved: number;
  /** The same because the lids have moved or the eye has turned, 0..1. */
  moved: number;
}

function drawnEyes({ skin, rightEye, leftEye, rightLid, leftLid }: Rig): readonly DrawnEye[] {
  const drawn = (ring: Uint16Array, margin: Uint16Array, rows: EyeRows) => {
    const vertices = {
      top: Uint16Array.from(rows.crease),
      margin,
      lower: Uint16Array.from(rows.lower),
    };
    return {
      opening: makeOpening(ring),
      vertices,
      lines: {
        top: new Float32Array(vertices.top.length * 2),
        margin: new Float32Array(margin.length * 2),
        lower: new Float32Array(vertices.lower.length * 2),
      },
      place: makeLidPlace(),
      corners: [rows.upper[0], rows.upper[8]],
      upright: [rows.crease[4], rows.upper[4]],
      blink: 0,
      lidsMoved: 0,
      moved: 0,
    } as const;
  };
  return [
    {
      ...drawn(skin.rightEye, skin.rightLid, RIGHT_EYE),
      eye: rightEye,
      lid: rightLid,
      channel: CHANNEL_INDEX.eyeBlinkRight,
    },
    {
      ...drawn(skin.leftEye, skin.leftLid, LEFT_EYE),
      eye: leftEye,
      lid: leftLid,
      channel: CHANNEL_INDEX.eyeBlinkLeft,
    },
  ];
}

/** Finds the lids of one eye in a frame. */
function traceEye(
  eye: DrawnEye,
  { cam, rigidCam }: FaceMotion,
  places: Float32Array,
  weights: Float32Array,
): void {
  const { lines, vertices, upright } = eye;
  for (const name of ["top", "margin", "lower"] as const) {
    vertices[name].forEach((v, i) => {
      lines[name][2 * i] = places[3 * v];
      lines[name][2 * i + 1] = -places[3 * v + 1];
    });
  }
  const height = (of: Float32Array) => of[3 * upright[0] + 1] - of[3 * upright[1] + 1];
  placeLid(eye.place, eye.lid, lines, height(cam), height(rigidCam));
  eye.blink = weights[eye.channel];
  eye.lidsMoved = smoothstep(0.02, 0.15, lidEffort(weights));
}

function paintEyeball(drawn: DrawnEye, face: FaceMotion, gaze: Float32Array, frame: Picture): void {
  const { eye, opening, blink, corners, lidsMoved } = drawn;
  drawn.moved = 1 - (1 - lidsMoved) * (1 - turnOf(eye, gaze));
  if (opening.box.width === 0) return;
  const shadow = 0.35 * clamp(4 * Math.max(blink, gaze[1] / 0.49), 0, 1);
  paintEye(eye, opening, backToPortrait(face, corners), gaze, shadow, lidsMoved, frame);
}

function paintLidEdge(drawn: DrawnEye, pxPerCm: number, frame: Picture): void {
  const { lid, place, blink, moved, lines } = drawn;
  paintRims(frame, lid, place, moved);
  const { margin } = lines;
  const outerIsLeft = margin[0] < margin[margin.length - 2];
  paintHairs(frame, lid, place, { blink, pxPerCm, outerIsLeft });
}

/** Inner corners of the lips, as landmarks. */
const MOUTH_CORNERS = [78, 308] as const;

/** From the frame back to the portrait between two landmarks, as the head alone moves them. */
function backToPortrait(face: FaceMotion, [a, b]: readonly [number, number]): Similarity {
  return similarityBetween(screen(face.rigidCam, a, b), screen(face.restCam, a, b));
}

/** What the kernel samples: the portrait, and the portrait with its lips filled in. */
const PORTRAIT = 0;
const CLOSED_LIPS = 1;

/** Writes what the vertices carry and no frame changes. @param source - cam px, y up. */
function writeVertices(kernel: Kernel, source: Float32Array): void {
  const { attributes } = kernel.vertices;
  for (let v = 0; v < source.length / 3; v++) {
    attributes[SKIN.size * v + SKIN.x] = source[3 * v];
    attributes[SKIN.size * v + SKIN.y] = -source[3 * v + 1];
  }
}

/** Two landmarks on the screen, px, shape [2, 2]. */
function screen(cam: Float32Array, a: number, b: number): number[] {
  return [cam[3 * a], -cam[3 * a + 1], cam[3 * b], -cam[3 * b + 1]];
}

/** How far the face can go beyond its outline, cm. */
const WINDOW_CM = 3;
/** What is painted at it can reach so far beyond its vertices: lashes, cm. */
const PAINTED_CM = 1;

/** The part of the frame in which skin is, and a margin about it. @param skin - cam px, y up. */
function boxAround(skin: Float32Array, marginCm: number, rig: Rig): Box {
  const margin = marginCm * rig.pose.pxPerCm;
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let v = 0; v < skin.length; v += 3) {
    left = Math.min(left, skin[v]);
    right = Math.max(right, skin[v]);
    top = Math.min(top, -skin[v + 1]);
    bottom = Math.max(bottom, -skin[v + 1]);
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
