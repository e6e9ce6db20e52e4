/**
 * @file Everything that assets/ holds, made in memory: node_modules and our own files → bytes.
 *
 * Converts or builds the networks, prints the canonical face, takes the files we trained as they
 * are, and lists all of them in the manifest. Writes nothing: `build-assets` writes, tests compare.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { buildIdentity } from "../face-api/identity.js";
import { readWeights } from "../face-api/weights.js";
import { convertTflite } from "../tflite/convert.js";
import { type AssetEntry, describeAsset, printManifest } from "./asset-manifest.js";
import { CANONICAL_FACE_FIELDS, printCanonicalFace } from "./canonical-face.js";
import { FACE_GEOMETRY, FACE_IDENTITY, NETWORKS, type NetworkRecipe } from "./networks.js";
import { describeOrigin, readNpmSource, sha256 } from "./npm-source.js";
import { OWN_ASSETS } from "./own-assets.js";

/** Name of the manifest in assets/. */
export const MANIFEST_FILE = "manifest.json";

interface Asset {
  readonly entry: AssetEntry;
  readonly bytes: Uint8Array;
}

/**
 * Makes all files of assets/, the manifest among them.
 *
 * @param projectFolder - Holds node_modules and assets.
 * @returns Bytes by file name. The same sources always give the same bytes.
 */
export async function buildAssets(projectFolder: string): Promise<Map<string, Uint8Array>> {
  const assets: Asset[] = [];
  for (const recipe of NETWORKS) assets.push(await buildNetwork(projectFolder, recipe));
  assets.push(await buildFaceIdentity(projectFolder));
  assets.push(await buildCanonicalFace(projectFolder));
  for (const description of OWN_ASSETS) {
    const bytes = await readFile(join(projectFolder, "assets", description.file));
    assets.push({ entry: describeAsset(description, bytes), bytes });
  }
  const files = new Map(assets.map(({ entry, bytes }) => [entry.file, bytes]));
  const manifest = printManifest(assets.map(({ entry }) => entry));
  return files.set(MANIFEST_FILE, Buffer.from(manifest));
}

async function buildNetwork(projectFolder: string, recipe: NetworkRecipe): Promise<Asset> {
  const { file, source, weights, input } = recipe;
  const sourceBytes = await readNpmSource(projectFolder, source);
  const bytes = convertTflite(sourceBytes, {
    name: file.replace(".onnx", ""),
    input: input.name,
    outputs: recipe.outputs,
    weights,
  });
  const outputs = recipe.outputs.map(({ tensor: _, ...output }) => output);
  const description = {
    file,
    licence: source.licence,
    origin: describeOrigin(source),
    sourceSha256: sha256(sourceBytes),
    inputs: [input],
    outputs,
  };
  return { entry: describeAsset(description, bytes), bytes };
}

async function buildFaceIdentity(projectFolder: string): Promise<Asset> {
  const { file, source, weightsManifest, input, outputs } = FACE_IDENTITY;
  const sourceBytes = await readNpmSource(projectFolder, source);
  const manifest = await readNpmSource(projectFolder, weightsManifest);
  const bytes = buildIdentity(readWeights(manifest, sourceBytes), {
    network: file.replace(".onnx", ""),
    input: input.name,
    output: outputs[0].name,
  });
  const description = {
    file,
    licence: source.licence,
    origin: describeOrigin(source),
    sourceSha256: sha256(sourceBytes),
    inputs: [input],
    outputs,
  };
  return { entry: describeAsset(description, bytes), bytes };
}

async function buildCanonicalFace(projectFolder: string): Promise<Asset> {
  const metadata = await readNpmSource(projectFolder, FACE_GEOMETRY);
  const bytes = Buffer.from(printCanonicalFace(metadata));
  const description = {
    file: "canonical-face.json",
    licence: FACE_GEOMETRY.licence,
    origin: describeOrigin(FACE_GEOMETRY),
    sourceSha256: sha256(metadata),
    fields: CANONICAL_FACE_FIELDS,
  };
  return { entry: describeAsset(description, bytes), bytes };
}
