/**
 * @file MediaPipe's geometry metadata → canonical-face.json: the face mesh in centimetres, its
 * texture places, triangles, and how much each landmark counts in a rigid fit.
 *
 * The metadata is one protobuf message. GeometryPipelineMetadata: 1 canonical mesh, 2 weighted
 * landmarks (repeated). Mesh: 1 vertex type (0 = position and texture), 2 primitive type (0 =
 * triangles), 3 vertices as floats x y z u v, 4 indices. Weighted landmark: 1 number, 2 weight.
 *
 * @source https://github.com/google-ai-edge/mediapipe, modules/face_geometry/protos
 */
import assert from "node:assert/strict";
import { type ProtobufField, readProtobuf } from "../../src/onnx/protobuf.js";
import type { ValueDescription } from "./asset-manifest.js";

const VERTEX_COUNT = 468;
const TRIANGLE_COUNT = 898;
const PROCRUSTES_COUNT = 33;
const NUMBERS_PER_VERTEX = 5;

const METADATA = { mesh: 1, weightedLandmark: 2 };
const MESH = { vertexType: 1, primitiveType: 2, vertices: 3, indices: 4 };
const WEIGHTED_LANDMARK = { number: 1, weight: 2 };

/** What the manifest says of the table. */
export const CANONICAL_FACE_FIELDS: readonly ValueDescription[] = [
  {
    name: "vertices",
    shape: [VERTEX_COUNT * 3],
    layout: "landmark by landmark, (x, y, z)",
    unit: "cm; +x to the subject's left, +y up, +z towards the viewer",
  },
  {
    name: "uv",
    shape: [VERTEX_COUNT * 2],
    layout: "landmark by landmark, (u, v)",
    unit: "0..1 of the texture's width and height; u right, v down",
  },
  {
    name: "triangles",
    shape: [TRIANGLE_COUNT * 3],
    layout: "triangle by triangle, three landmark numbers, counterclockwise seen from outside",
    unit: "landmark number",
  },
  {
    name: "procrustes",
    shape: [PROCRUSTES_COUNT, 2],
    layout: "pairs of landmark number and weight",
    unit: "weight of the landmark in a rigid fit",
  },
];

/**
 * Makes the table's text. Numbers are the shortest decimals that give the same float32 again.
 *
 * @param metadata - The bytes of a GeometryPipelineMetadata message.
 */
export function printCanonicalFace(metadata: Uint8Array): string {
  const fields = readProtobuf(metadata);
  const mesh = readProtobuf(bytesOf(fields, METADATA.mesh)[0]);
  for (const field of [MESH.vertexType, MESH.primitiveType]) {
    assert.deepEqual(numbersOf(mesh, field), [0], "a mesh of triangles with texture places");
  }
  const rows = numbersOf(mesh, MESH.vertices).map(shortestFloat32);
  const triangles = numbersOf(mesh, MESH.indices);
  const procrustes = bytesOf(fields, METADATA.weightedLandmark).map((message) => {
    const landmark = readProtobuf(message);
    const [number = 0] = numbersOf(landmark, WEIGHTED_LANDMARK.number);
    const [weight = 0] = numbersOf(landmark, WEIGHTED_LANDMARK.weight);
    return [number, shortestFloat32(weight)];
  });
  assert(rows.length === VERTEX_COUNT * NUMBERS_PER_VERTEX, `${rows.length} vertex numbers`);
  assert(triangles.length === TRIANGLE_COUNT * 3, `${triangles.length} triangle corners`);
  assert(procrustes.length === PROCRUSTES_COUNT, `${procrustes.length} weighted landmarks`);

  const table = {
    format: "ritratto canonical face 1",
    units: "cm; +x to the subject's left, +y up, +z towards the viewer; v down",
    vertices: rows.filter((_, i) => i % NUMBERS_PER_VERTEX < 3),
    uv: rows.filter((_, i) => i % NUMBERS_PER_VERTEX >= 3),
    triangles,
    procrustes,
  };
  const lines = Object.entries(table).map(([key, value]) => `"${key}":${JSON.stringify(value)}`);
  return `{\n${lines.join(",\n")}\n}\n`;
}

/** The decimal with the fewest digits that is this float32; nine always suffice. */
export function shortestFloat32(value: number): number {
  for (let digitCount = 1; digitCount < 9; digitCount++) {
    const rounded = Number(value.toPrecision(digitCount));
    if (Math.fround(rounded) === value) return rounded;
  }
  return Number(value.toPrecision(9));
}

function numbersOf(fields: readonly ProtobufField[], field: number): number[] {
  return fields.flatMap((each) => {
    if (each.field !== field) return [];
    assert(each.kind !== "bytes", `field ${field}: numbers, one by one`);
    return [each.value];
  });
}

function bytesOf(fields: readonly ProtobufField[], field: number): Uint8Array[] {
  return fields.flatMap((each) => {
    if (each.field !== field) return [];
    assert(each.kind === "bytes", `field ${field}: messages`);
    return [each.value];
  });
}
