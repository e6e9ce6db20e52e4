/**
 * @file The portrait, able to move: a skin with 52 expressions, eyes, mouth, light and background.
 *
 * Everything a frame needs, as plain data. How it moves and is drawn is in `frames/`.
 */
import { CHANNEL_INDEX } from "../base/channels.js";
import { clamp, quantile } from "../base/curves.js";
import type { Picture } from "../base/picture.js";
import { bytesOfPlane } from "../base/plane.js";
import type { Assets } from "../base/ports.js";
import { type Run, step } from "../base/run.js";
import { SKIN_COUNT } from "../portrait/landmarks.js";
import type { Portrait } from "../portrait/portrait.js";
import { type HeadPose, headPoints, toCam } from "../portrait/pose.js";
import { type Blendshape, deltaOf, readBasis } from "./basis.js";
import { type BodyMap, mapBeard, mapHair, mapTorso } from "./body.js";
import { buildEye, type Eye } from "./eyes.js";
import { fitBasis } from "./fit.js";
import { edgeDistances } from "./geodesic.js";
import { stiffen, stiffnessOf } from "./glasses.js";
import type { BrowTone } from "./lashes.js";
import { buildLid, type Lid } from "./lids.js";
import { fitLight } from "./light.js";
import { cutLipLine, type LipLine } from "./lip-line.js";
import { followLips, type LipFollowers } from "./lips.js";
import { buildMouth, type Mouth, PARTED_CM } from "./mouth.js";
import { neighboursOf, smoothNormals } from "./normals.js";
import { boxAround, cutPatch, fillPatch, maskOf, type Patch } from "./patch.js";
import { buildSkin, makeSkinScratch, type Skin, skinVertices } from "./subdivide.js";
import { readTone, type Tone } from "./tone.js";
import {
  BROW_ROWS,
  BROWS,
  type EyeRows,
  LEFT_EYE,
  LOWER_LIP,
  OVAL,
  RIGHT_EYE,
  UPPER_LIP,
} from "./topology.js";
import { buildWrinkles, type Wrinkles } from "./wrinkles.js";

/** A portrait, able to move. Left and right are the subject's. */
export interface Rig {
  readonly picture: Picture;
  /** Hash of the portrait's file, if the rig was made from one: consent is remembered by it. */
  readonly portraitSha256?: string | undefined;
  /** The background without the person; equals the picture where `hole` is 0. */
  readonly plate: Picture;
  readonly hole: Uint8Array;
  /** 0 = background, 255 = person, shape [height, width]. */
  readonly matte: Uint8Array;
  /** What stays when the head moves (shoulders, clothes below the chin), at reduced size. */
  readonly torso: BodyMap;
  /** What swings when the head moves (hair that hangs), at reduced size. */
  readonly hair: BodyMap;
  /** What goes with the chin below it (a beard), at reduced size. */
  readonly beard: BodyMap;
  readonly pose: HeadPose;
  /** The face of the picture, head frame, cm, shape [468, 3]. */
  readonly neutral: Float32Array;
  readonly skin: Skin;
  /** One per channel, in `CHANNELS` order. */
  readonly shapes: readonly Blendshape[];
  /** How far the portrait's own jaw is down, as a weight of jawOpen. */
  readonly openJaw: number;
  readonly lips: LipFollowers;
  /** Way from the face's outline along the canonical mesh, cm, shape [468]. */
  readonly ovalDistance: Float32Array;
  readonly rightEye: Eye;
  readonly leftEye: Eye;
  readonly rightLid: Lid;
  readonly leftLid: Lid;
  /** The lips without what shows between them; absent if nothing does. */
  readonly lipPatch: Patch | undefined;
  /** The lips without the dark line between them. */
  readonly lipLine: LipLine;
  /** The inside of the mouth. */
  readonly mouth: Mouth;
  /** Nine coefficients, see light.ts. */
  readonly light: Float32Array;
  readonly tone: Tone;
  /** What expressions fold. */
  readonly wrinkles: Wrinkles;
}

/** The lips' outline against the skin, as landmarks. */
const LIPS = [...UPPER_LIP[0], ...LOWER_LIP[0].slice(1, -1).reverse()];

/** Skin triangles are split twice where a centimetre has more pixels than this. */
const FINE_PX_PER_CM = 9;

/** Builds the rig of a portrait. */
export async function buildRig(
  portrait: Portrait,
  on: { readonly assets: Assets },
  run?: Run,
): Promise<Rig> {
  step(run, "rig", 0, 3);
  const { picture, landmarks, pose, canonical } = portrait;
  const basis = await readBasis(on.assets);
  const neutral = headPoints(pose, landmarks);
  const skin = buildSkin(canonical.triangles, pose.pxPerCm > FINE_PX_PER_CM ? 2 : 1);
  const cam = toCam(pose, neutral, new Float32Array(SKIN_COUNT * 3));
  const source = sourceVertices(skin, cam);
  const ovalDistance = edgeDistances(canonical.vertices, skin.coarse, OVAL);
  step(run, "rig", 1, 3);
  const opening = (ring: Uint16Array) => outline(source, ring);
  const iris = (first: number) => landmarks.slice(first * 3, (first + 5) * 3);
  const rightEye = buildEye(picture, opening(skin.rightEye), iris(RIGHT_EYE.iris));
  const leftEye = buildEye(picture, opening(skin.leftEye), iris(LEFT_EYE.iris));
  const tone = readTone(picture, landmarks);
  const light = readLight(picture, skin, cam, ovalDistance);
  const lid = (rows: EyeRows, eye: Eye, ring: Uint16Array, margin: Uint16Array) =>
    buildLid(
      picture,
      {
        opening: opening(ring),
        margin: opening(margin),
        crease: opening(Uint16Array.from(rows.crease)),
        lower: opening(Uint16Array.from(rows.lower)),
        below: opening(Uint16Array.from(rows.below)),
      },
      eye,
      { light, rotation: pose.rotation, brow: readBrows(picture, cam) },
      pose.pxPerCm,
    );
  step(run, "rig", 2, 3);
  const shapes = stiffen(fitBasis(basis, neutral, canonical.vertices), stiffnessOf(portrait));
  const gapCm = lipGap(neutral);
  const mouth = buildMouth({
    picture,
    landmarks,
    pose,
    neutral,
    jawOpen: shapes[CHANNEL_INDEX.jawOpen],
    tone,
    light,
    eyes: [rightEye, leftEye],
    opening: opening(mouthRing(skin)),
    gapCm,
  });
  const rig: Rig = {
    picture,
    plate: portrait.plate.picture,
    hole: portrait.plate.hole,
    matte: bytesOfPlane(portrait.matte),
    torso: mapTorso(portrait),
    hair: mapHair(portrait),
    beard: mapBeard(portrait),
    pose,
    neutral,
    skin,
    shapes,
    openJaw: mouth.jawIsDown ? openJawOf(gapCm, shapes[CHANNEL_INDEX.jawOpen]) : 0,
    lips: followLips(neutral, canonical.vertices, skin.coarse),
    ovalDistance,
    rightEye,
    leftEye,
    rightLid: lid(RIGHT_EYE, rightEye, skin.rightEye, skin.rightLid),
    leftLid: lid(LEFT_EYE, leftEye, skin.leftEye, skin.leftLid),
    lipPatch: gapCm > PARTED_CM ? fillMouth(picture, opening(mouthRing(skin))) : undefined,
    lipLine: cutLipLine(picture, opening(mouthRing(skin)), outline(cam, LIPS), pose.pxPerCm),
    mouth,
    light,
    tone,
    wrinkles: buildWrinkles({ portrait, neutral, triangles: skin.coarse, light }),
  };
  step(run, "rig", 3, 3);
  return rig;
}

/** The skin's vertices through given landmarks, same frame. @param points - Shape [468, 3]. */
export function sourceVertices(skin: Skin, points: Float32Array): Float32Array {
  return skinVertices(skin, points, new Float32Array(skin.vertexCount * 3), makeSkinScratch());
}

/** Vertices around the mouth's opening, in order. */
export function mouthRing({ mouthUpper, mouthLower }: Skin): Uint16Array {
  return Uint16Array.from([...mouthUpper, ...mouthLower.slice(1, -1).reverse()]);
}

/** The weight of jawOpen that parts the lips by a gap. */
function openJawOf(gapCm: number, jawOpen: Blendshape): number {
  const drop = deltaOf(jawOpen, 13, 1) - deltaOf(jawOpen, 14, 1);
  return clamp(gapCm / Math.max(drop, 0.5), 0, 1);
}

/** Gap between the middles of the lips, cm. */
export function lipGap(points: Float32Array): number {
  return points[13 * 3 + 1] - points[14 * 3 + 1];
}

/** Picture coordinates of some vertices, shape [n, 2]. @param cam - px, y up. */
function outline(cam: Float32Array, vertices: ArrayLike<number>): Float32Array {
  const points = new Float32Array(vertices.length * 2);
  for (let i = 0; i < vertices.length; i++) {
    points[2 * i] = cam[3 * vertices[i]];
    points[2 * i + 1] = -cam[3 * vertices[i] + 1];
  }
  return points;
}

/** The mouth's opening filled with lip. */
function fillMouth(picture: Picture, opening: Float32Array): Patch {
  const box = boxAround(opening, 12, picture);
  const mask = maskOf(opening, box);
  const hole = { ...mask, data: mask.data.map((value) => (value > 0.02 ? 1 : 0)) };
  return fillPatch(cutPatch(picture, box), hole, 0.8);
}

/** The light at the landmarks that are plain skin. */
function readLight(picture: Picture, skin: Skin, cam: Float32Array, inward: Float32Array) {
  const features = new Set([
    ...BROWS,
    ...RIGHT_EYE.ring,
    ...LEFT_EYE.ring,
    ...UPPER_LIP.flat(),
    ...LOWER_LIP.flat(),
  ]);
  const brightness = new Float32Array(SKIN_COUNT);
  const isSkin = new Uint8Array(SKIN_COUNT);
  for (let v = 0; v < SKIN_COUNT; v++) {
    brightness[v] = brightnessAround(picture, cam[3 * v], -cam[3 * v + 1]);
    isSkin[v] = inward[v] > 0.8 && !features.has(v) ? 1 : 0;
  }
  const normals = smoothNormals(cam, skin.coarse, neighboursOf(skin.coarse, SKIN_COUNT));
  return fitLight(normals, brightness, isSkin);
}

/** The brows' brightness, and how much darker they are than the skin above and below them. */
function readBrows(picture: Picture, cam: Float32Array): BrowTone {
  const at = (v: number) => brightnessAround(picture, cam[3 * v], -cam[3 * v + 1]);
  const sides = BROW_ROWS.map(({ brow, above, beneath }) => {
    const [own, over, under] = [
      quantile(brow.map(at), 0.25),
      quantile(above.map(at), 0.5),
      quantile(beneath.map(at), 0.5),
    ];
    return { brightness: own, depth: Math.max(0, 1 - (2 * own) / Math.max(over + under, 1)) };
  });
  return {
    brightness: (sides[0].brightness + sides[1].brightness) / 2,
    depth: Math.sqrt(sides[0].depth * sides[1].depth),
  };
}

/** Half side of the square that a brightness is the mean of, px. */
const AROUND_PX = 4;

/** Mean brightness around a place, 0..255. */
function brightnessAround({ data, width, height }: Picture, x: number, y: number): number {
  const left = clamp(Math.floor(x) - AROUND_PX, 0, width - 1);
  const right = clamp(Math.floor(x) + AROUND_PX, 0, width - 1);
  const top = clamp(Math.floor(y) - AROUND_PX, 0, height - 1);
  const bottom = clamp(Math.floor(y) + AROUND_PX, 0, height - 1);
  let sum = 0;
  for (let row = top; row <= bottom; row++) {
    for (let i = (row * width + left) * 4; i <= (row * width + right) * 4; i += 4) {
      sum += data[i] + data[i + 1] + data[i + 2];
    }
  }
  return sum / (3 * (right - left + 1) * (bottom - top + 1));
}
