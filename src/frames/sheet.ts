/** @file A sheet of expressions: one look tells what a rig can do, and what it cannot. */
import { CHANNELS, type ChannelWeights, setChannels } from "../base/channels.js";
import { letter } from "../base/lettering.js";
import { buildPyramid, cropRoi, makePicture, type Picture, type Roi } from "../base/picture.js";
import { toCam } from "../portrait/pose.js";
import type { Rig } from "../rig/rig.js";
import { holdHead, type Moment, makeMoment } from "./moment.js";
import { makeRenderer } from "./renderer.js";

/** One expression of the sheet. Angles are degrees: yaw, pitch (down), roll. */
export interface SheetPose {
  readonly label: string;
  readonly weights?: ChannelWeights;
  readonly head?: { readonly yaw?: number; readonly pitch?: number; readonly roll?: number };
  readonly gaze?: { readonly yaw?: number; readonly pitch?: number };
}

/** What the sheet shows, in reading order. */
export const SHEET_POSES: readonly SheetPose[] = [
  { label: "neutral" },
  { label: "AA", weights: { jawOpen: 0.4, mouthLowerDown: 0.15 } },
  {
    label: "EE",
    weights: {
      jawOpen: 0.1,
      mouthStretch: 0.3,
      mouthSmile: 0.2,
      mouthUpperUp: 0.2,
      mouthLowerDown: 0.35,
    },
  },
  { label: "OO", weights: { jawOpen: 0.12, mouthFunnel: 0.4, mouthPucker: 0.5 } },
  { label: "MBP", weights: { jawOpen: 0.05, mouthClose: 0.05, mouthPress: 0.25 } },
  { label: "FV", weights: { jawOpen: 0.06, mouthRollLower: 0.45, mouthUpperUp: 0.15 } },
  { label: "smile", weights: { mouthSmile: 0.6, cheekSquint: 0.3, eyeSquint: 0.2 } },
  { label: "frown", weights: { mouthFrown: 0.6, browDown: 0.5, mouthShrugLower: 0.2 } },
  { label: "blink", weights: { eyeBlink: 1 } },
  { label: "half blink", weights: { eyeBlink: 0.5 } },
  { label: "brows up", weights: { browInnerUp: 0.7, browOuterUp: 0.7, eyeWide: 0.4 } },
  { label: "gaze left", gaze: { yaw: 12 } },
  { label: "gaze right", gaze: { yaw: -12 } },
  { label: "gaze up", gaze: { pitch: -8 }, weights: { eyeLookUp: 0.28 } },
  { label: "gaze down", gaze: { pitch: 10 }, weights: { eyeLookDown: 0.36 } },
  { label: "yaw +8°", head: { yaw: 8 } },
  { label: "yaw -8°", head: { yaw: -8 } },
  { label: "pitch +6°", head: { pitch: 6 } },
  { label: "pitch -6°", head: { pitch: -6 } },
  {
    label: "sing",
    weights: { jawOpen: 0.7, mouthLowerDown: 0.2, browInnerUp: 0.6, browOuterUp: 0.3 },
    head: { yaw: 4, pitch: -4, roll: 3 },
  },
];

/** Each channel alone, in full; lips that close need a jaw that is open. */
export const CHANNEL_POSES: readonly SheetPose[] = CHANNELS.map((name) => {
  const base = name === "mouthClose" || name === "tongueOut" ? { jawOpen: 0.5 } : {};
  return { label: name, weights: { ...base, [name]: name === "mouthClose" ? 0.5 : 1 } };
});

/** Columns and side of a tile, px, of few and of many poses. */
const LARGE = { columns: 5, tilePx: 360 } as const;
const SMALL = { columns: 9, tilePx: 240 } as const;
const MANY = 25;

/** A part of the face that a sheet can be of. */
export type SheetPart = "head" | "mouth" | "eyes";

/** A tile's middle: between landmarks, and higher than that; and its side, in heights of the face. */
interface View {
  readonly around: readonly number[];
  readonly up: number;
  readonly faces: number;
}
const VIEWS: Readonly<Record<SheetPart, View>> = {
  head: { around: [10, 152, 234, 454], up: 0.05, faces: 1.75 },
  mouth: { around: [61, 291, 0, 17], up: 0, faces: 0.62 },
  eyes: { around: [33, 263], up: 0.04, faces: 0.8 },
};

/** What is drawn on a sheet. */
export interface SheetOptions {
  /** In reading order; `SHEET_POSES` unless told. */
  readonly poses?: readonly SheetPose[];
  /** The whole head unless told. */
  readonly part?: SheetPart;
}

/** Draws a sheet of labelled tiles of the face, or of a part of it, enlarged. */
export function drawSheet(rig: Rig, options: SheetOptions = {}): Picture {
  const { poses = SHEET_POSES, part = "head" } = options;
  const renderer = makeRenderer(rig);
  const roi = roiOf(rig, part);
  const { columns, tilePx } = poses.length > MANY ? SMALL : LARGE;
  const rows = Math.ceil(poses.length / columns);
  const sheet = makePicture(columns * tilePx, rows * tilePx);
  poses.forEach((pose, k) => {
    const frame = renderer.render(momentOf(pose));
    const x = (k % columns) * tilePx;
    const y = Math.floor(k / columns) * tilePx;
    drawTile(frame, roi, sheet, { x, y, tilePx });
    letter(sheet, pose.label, x + 8, y + 8, tilePx < LARGE.tilePx ? 1 : 2);
  });
  return sheet;
}

function momentOf({ weights, head, gaze }: SheetPose): Moment {
  const moment = makeMoment();
  const radians = (degrees = 0) => (degrees * Math.PI) / 180;
  setChannels(moment.weights, weights ?? {});
  holdHead(moment, [radians(head?.pitch), radians(head?.yaw), radians(head?.roll)]);
  moment.gaze.set([radians(gaze?.yaw), radians(gaze?.pitch)]);
  return moment;
}

/** The square around a part of the resting face. */
function roiOf(rig: Rig, part: SheetPart): Roi {
  const { around, up, faces } = VIEWS[part];
  const cam = toCam(rig.pose, rig.neutral, new Float32Array(rig.neutral.length));
  const height = Math.abs(cam[3 * 10 + 1] - cam[3 * 152 + 1]);
  const mean = (axis: number) =>
    around.reduce((sum, point) => sum + cam[3 * point + axis], 0) / around.length;
  return { centerX: mean(0), centerY: -mean(1) - up * height, size: faces * height, angleRad: 0 };
}

function drawTile(
  frame: Picture,
  roi: Roi,
  sheet: Picture,
  { x, y, tilePx }: { readonly x: number; readonly y: number; readonly tilePx: number },
): void {
  const rgb = cropRoi(buildPyramid(frame), roi, {
    size: tilePx,
    scale: 1,
    offset: 0,
    outside: "zero",
  });
  for (let row = 0; row < tilePx; row++) {
    for (let column = 0; column < tilePx; column++) {
      const from = (row * tilePx + column) * 3;
      const to = ((y + row) * sheet.width + x + column) * 4;
      for (let c = 0; c < 3; c++) sheet.data[to + c] = rgb[from + c];
      sheet.data[to + 3] = 255;
    }
  }
}
