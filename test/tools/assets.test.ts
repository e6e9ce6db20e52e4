/**
 * @file assets/ is what its manifest says and what its sources give, and the networks in it run.
 *
 * Needs node_modules with the dev dependencies; no picture and no network connection.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as ort from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { buildAssets, MANIFEST_FILE } from "../../tools/assets/asset-build.js";
import type { AssetManifest, ValueDescription } from "../../tools/assets/asset-manifest.js";
import { FACE_GEOMETRY, FACE_IDENTITY, NETWORKS } from "../../tools/assets/networks.js";
import { readNpmSource, sha256 } from "../../tools/assets/npm-source.js";

const projectFolder = fileURLToPath(new URL("../..", import.meta.url));
const assetsFolder = join(projectFolder, "assets");
const readAsset = (file: string) => readFile(join(assetsFolder, file));
const byOthers = [...NETWORKS, FACE_IDENTITY];
const manifest: AssetManifest = JSON.parse((await readAsset(MANIFEST_FILE)).toString());

/** Building 5 networks takes 4 s on one core; a loaded machine may take longer. */
const BUILD_LIMIT_MS = 60_000;

describe("the manifest", () => {
  test("lists every file in assets/ but itself", async () => {
    const listed = manifest.files.map(({ file }) => file);
    expect((await readdir(assetsFolder)).toSorted()).toEqual([...listed, MANIFEST_FILE].toSorted());
  });

  test.each(manifest.files)("knows bytes and hash of $file", async (entry) => {
    const bytes = await readAsset(entry.file);
    expect(bytes.length).toBe(entry.bytes);
    expect(sha256(bytes)).toBe(entry.sha256);
  });

  test.each(manifest.files)("names licence, origin and content of $file", (entry) => {
    const isFromFaceApi = entry.file === FACE_IDENTITY.file;
    expect(entry.licence).toBe(isFromFaceApi ? "MIT AND CC0-1.0" : "Apache-2.0");
    expect(entry.origin).toMatch(/^(@[^@]+@\d\S*: \S|trained by the Ritratto developers$)/);
    expect(entry.sourceSha256 === undefined).toBe(entry.origin.startsWith("trained"));
    expect(entry.fields ?? entry.outputs).not.toHaveLength(0);
  });
});

describe("building", () => {
  test("gives the files in assets/, byte for byte", { timeout: BUILD_LIMIT_MS }, async () => {
    for (const [file, bytes] of await buildAssets(projectFolder)) {
      expect((await readAsset(file)).equals(bytes), file).toBe(true);
    }
  });

  test("refuses a source of another content", async () => {
    const source = { ...FACE_GEOMETRY, sha256Prefix: "0000000000000000" };
    await expect(readNpmSource(projectFolder, source)).rejects.toThrow("has SHA-256 bdbcda96dfcb");
  });

  test("refuses a package of another version", async () => {
    const source = { ...FACE_GEOMETRY, version: "0.5.0" };
    await expect(readNpmSource(projectFolder, source)).rejects.toThrow("not 0.5.0: run npm ci");
  });
});

describe("the networks", () => {
  test.each(byOthers)("$file has the documented inputs and outputs", async (recipe) => {
    const entry = manifest.files.find(({ file }) => file === recipe.file);
    const session = await load(recipe.file);
    expect(describeValues(session.inputMetadata)).toEqual(entry?.inputs?.map(nameAndShape));
    expect(describeValues(session.outputMetadata)).toEqual(entry?.outputs?.map(nameAndShape));
    const outputs = await runOnGrey(recipe.input, session);
    for (const { name, shape } of recipe.outputs) {
      expect(outputs[name].dims, name).toEqual(shape);
      expect(numbersOf(outputs[name]).every(Number.isFinite), name).toBe(true);
    }
  });

  test("articulation.onnx gives 22 probabilities and 9 movements a hop", async () => {
    const session = await load("articulation.onnx");
    const mel = new ort.Tensor("float32", new Float32Array(20 * 64), [1, 20, 64]);
    const { post, lips } = await session.run({ mel });
    expect(post.dims).toEqual([1, 20, 22]);
    expect(lips.dims).toEqual([1, 20, 9]);
    expect(numbersOf(post).reduce((sum, value) => sum + value)).toBeCloseTo(20, 4);
  });

  test("face-identity.onnx answers like face-api's own code", async () => {
    const session = await load("face-identity.onnx");
    const noise = Float32Array.from({ length: 150 * 150 * 3 }, (_, i) => (i * 7919) % 256);
    const face = new ort.Tensor("float32", noise, [1, 150, 150, 3]);
    const embedding = numbersOf((await session.run({ face })).embedding);
    // From face-api 1.7.15 (tfjs, CPU), with dlib's 1 / 256 in place of its 1 / 255.
    const wanted = [-0.0190961, 0.1198788, 0.0323017, -0.0854025];
    wanted.forEach((value, i) => {
      expect(embedding[i]).toBeCloseTo(value, 5);
    });
  });

  test("left and right are the subject's, also where nothing is seen", async () => {
    // On plain grey the network answers with about its mean face, looking into the camera.
    const file = "face-landmarks.onnx";
    const recipe = NETWORKS.find((network) => network.file === file);
    const outputs = await runOnGrey(recipe!.input, await load(file));
    const mesh = numbersOf(outputs.mesh);
    const { leftEye, rightEye, leftIris, rightIris } = outputs;
    expect(mesh[3 * 33]).toBeLessThan(96);
    expect(mesh[3 * 263]).toBeGreaterThan(96);
    expect(distance(numbersOf(rightEye), mesh.subarray(3 * 33))).toBeLessThan(8);
    expect(distance(numbersOf(leftEye), mesh.subarray(3 * 263))).toBeLessThan(8);
    expect(numbersOf(rightIris)[0]).toBeLessThan(numbersOf(leftIris)[0]);
  });
});

describe("the canonical face", async () => {
  const face = JSON.parse((await readAsset("canonical-face.json")).toString());

  test("has 468 vertices, 898 triangles and 33 weighted landmarks", () => {
    expect(face.vertices).toHaveLength(468 * 3);
    expect(face.uv).toHaveLength(468 * 2);
    expect(face.triangles).toHaveLength(898 * 3);
    expect(face.procrustes).toHaveLength(33);
    expect(new Set(face.triangles).size).toBe(468);
  });

  test("is in centimetres: x to the subject's left, y up, z to the viewer, v down", () => {
    const [RIGHT_EYE, LEFT_EYE, FOREHEAD, CHIN, NOSE_TIP, RIGHT_EAR] = [33, 263, 10, 152, 4, 127];
    expect(face.vertices[3 * LEFT_EYE]).toBe(4.445859);
    expect(face.vertices[3 * RIGHT_EYE]).toBe(-4.445859);
    expect(face.vertices[3 * FOREHEAD + 1]).toBeGreaterThan(face.vertices[3 * CHIN + 1] + 15);
    expect(face.vertices[3 * NOSE_TIP + 2]).toBeGreaterThan(face.vertices[3 * RIGHT_EAR + 2] + 5);
    expect(face.uv[2 * FOREHEAD + 1]).toBeLessThan(face.uv[2 * CHIN + 1]);
  });

  test("has triangles that turn counterclockwise for the viewer, but for folds", () => {
    let facingCount = 0;
    for (let corner = 0; corner < face.triangles.length; corner += 3) {
      const [a, b, c]: number[] = face.triangles.slice(corner, corner + 3);
      const x = (i: number) => face.vertices[3 * i] - face.vertices[3 * a];
      const y = (i: number) => face.vertices[3 * i + 1] - face.vertices[3 * a + 1];
      if (x(b) * y(c) - y(b) * x(c) > 0) facingCount++;
    }
    expect(facingCount).toBe(888);
  });
});

test("the expression basis has 51 shapes of ascending landmarks, three numbers each", async () => {
  const basis = JSON.parse((await readAsset("expression-basis.json")).toString());
  expect(basis.shapes).toHaveLength(51);
  for (const { name, index, delta } of basis.shapes) {
    expect(delta.length, name).toBe(index.length * 3);
    expect(index, name).toEqual([...new Set<number>(index)].toSorted((a, b) => a - b));
    expect(index.at(-1), name).toBeLessThan(basis.vertexCount);
  }
});

async function load(file: string): Promise<ort.InferenceSession> {
  return ort.InferenceSession.create(await readAsset(file), { intraOpNumThreads: 1 });
}

/** Runs a network on a picture of one middle grey. */
async function runOnGrey(input: ValueDescription, session: ort.InferenceSession) {
  const shape = input.shape.map(Number);
  const grey = new Float32Array(shape.reduce((a, b) => a * b)).fill(0.5);
  return session.run({ [input.name]: new ort.Tensor("float32", grey, shape) });
}

function numbersOf(value: ort.Tensor): Float32Array {
  if (value.data instanceof Float32Array) return value.data;
  throw new TypeError(`a tensor of float32, got ${value.type}`);
}

function describeValues(values: readonly ort.InferenceSession.ValueMetadata[]) {
  return values.map((value) => ({ name: value.name, shape: value.isTensor ? value.shape : [] }));
}

function nameAndShape({ name, shape }: { name: string; shape: readonly (number | string)[] }) {
  return { name, shape };
}

/** Distance of the first points of two lists, px. */
function distance(a: Float32Array, b: Float32Array): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}
