/** @file One picture, understood: which face, its points, how it stands, what is person and what not. */
import { type Failure, FilmError, failure } from "../base/errors.js";
import { buildPyramid, type Picture } from "../base/picture.js";
import { mapPlane, type Plane } from "../base/plane.js";
import type { Assets, Nets } from "../base/ports.js";
import { type Run, step } from "../base/run.js";
import { type CanonicalFace, readCanonicalFace } from "./canonical.js";
import { detectFaces, type Face, roiOfFace } from "./detect.js";
import { readLandmarks } from "./landmarks.js";
import { closeHead, refineMatte } from "./matte.js";
import { buildPlate, type Plate } from "./plate.js";
import { type HeadPose, poseOf } from "./pose.js";
import { type ClassMaps, segmentPerson } from "./segment.js";
import { judgeFace, judgePose } from "./suitability.js";

/** A portrait, understood. */
export interface Portrait {
  readonly picture: Picture;
  /** The chosen face. */
  readonly face: Face;
  /** x, y in px, z in px (smaller is nearer), shape [478, 3]: 468 of the skin, 5 of each iris. */
  readonly landmarks: Float32Array;
  readonly pose: HeadPose;
  /** The canonical face that the pose was fitted with. */
  readonly canonical: CanonicalFace;
  /** Class probabilities at reduced size (long side about 512). */
  readonly classes: ClassMaps;
  /** 0 = background, 1 = person, at the picture's size. */
  readonly matte: Plane;
  readonly plate: Plate;
  /** What may spoil the film without forbidding it. */
  readonly warnings: readonly Failure[];
}

/** Which face of the picture to take. */
export interface PortraitOptions {
  /** Counted from the largest, 0 first. */
  readonly faceIndex?: number | undefined;
}

/** Long side at which classes and matte are fitted, px. */
const CLASSES_PX = 512;

/**
 * Understands a portrait.
 *
 * @throws FilmError `face_missing`, `face_not_there`, `face_too_small`, `face_turned`.
 */
export async function readPortrait(
  picture: Picture,
  on: { readonly nets: Nets; readonly assets: Assets },
  options: PortraitOptions = {},
  run?: Run,
): Promise<Portrait> {
  const steps = 5;
  const warnings: Failure[] = [];
  const warn = (warning: Failure) => {
    warnings.push(warning);
    run?.onWarning?.(warning);
  };
  const advance = (done: number) => step(run, "portrait", done, steps);
  advance(0);
  const canonical = await readCanonicalFace(on.assets);
  const pyramid = buildPyramid(picture);
  const faces = await detectFaces(pyramid, on.nets);
  const face = chooseFace(faces, options.faceIndex, warn);
  advance(1);
  const { points, score } = await readLandmarks(
    await on.nets.open("face-landmarks.onnx"),
    pyramid,
    roiOfFace(face),
  );
  judgeFace(points, score);
  const pose = poseOf(points, canonical);
  judgePose(pose).forEach(warn);
  advance(2);
  const scale = Math.min(1, CLASSES_PX / Math.max(picture.width, picture.height));
  const net = await on.nets.open("person-classes.onnx");
  const classes = await segmentPerson(net, pyramid, points, scale);
  advance(3);
  const person = mapPlane(classes.background, (background) => 1 - background);
  const matte = closeHead(refineMatte(pyramid, person), points);
  advance(4);
  const plate = buildPlate(picture, matte);
  advance(5);
  return { picture, face, landmarks: points, pose, canonical, classes, matte, plate, warnings };
}

/** The face that is wanted; of several the largest, which is said. */
export function chooseFace(
  faces: readonly Face[],
  wanted: number | undefined,
  warn: (warning: Failure) => void,
): Face {
  if (faces.length === 0) throw new FilmError("face_missing", "No face was found in the picture.");
  if (wanted !== undefined && wanted >= faces.length) {
    throw new FilmError(
      "face_not_there",
      `Face ${wanted + 1} was asked for, but the picture shows ${faces.length}.`,
      { faces: faces.length },
    );
  }
  if (wanted === undefined && faces.length > 1) {
    const message = `The picture shows ${faces.length} faces; the largest was taken.`;
    warn(failure("faces_several", message, { faces: faces.length }));
  }
  return faces[wanted ?? 0];
}
