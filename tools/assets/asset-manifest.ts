/**
 * @file What assets/manifest.json says: for each shipped file its bytes, hash, licence, origin and
 * what is in it. Entries → the text of the manifest, the same text for the same entries.
 */
import { sha256 } from "./npm-source.js";

/** One named array of numbers: an input or output of a network, or a field of a table. */
export interface ValueDescription {
  readonly name: string;
  /** Sizes of the axes; a word stands for a size that the caller chooses. */
  readonly shape: readonly (number | string)[];
  /** What the axes are, first to last. */
  readonly layout: string;
  /** What one number is, with unit, range and space. */
  readonly unit: string;
}

/** All that is known of an asset before its bytes. */
export interface AssetDescription {
  /** Name in assets/. */
  readonly file: string;
  /** SPDX name. */
  readonly licence: string;
  readonly origin: string;
  /** What the licences of the training data ask to be said. */
  readonly attribution?: string;
  /** Of the bytes taken from npm, before conversion. */
  readonly sourceSha256?: string;
  /** Of a network. */
  readonly inputs?: readonly ValueDescription[];
  readonly outputs?: readonly ValueDescription[];
  /** Of a JSON table. */
  readonly fields?: readonly ValueDescription[];
}

/** One line of the manifest. */
export interface AssetEntry extends AssetDescription {
  readonly bytes: number;
  readonly sha256: string;
}

/** The whole of assets/manifest.json. */
export interface AssetManifest {
  readonly format: "ritratto assets 1";
  readonly files: readonly AssetEntry[];
}

/** Adds what only the bytes can tell. */
export function describeAsset(description: AssetDescription, bytes: Uint8Array): AssetEntry {
  const { file, ...rest } = description;
  return { file, bytes: bytes.length, sha256: sha256(bytes), ...rest };
}

/** The manifest as text, files in alphabetical order, no times. */
export function printManifest(entries: readonly AssetEntry[]): string {
  const files = entries.toSorted((a, b) => (a.file < b.file ? -1 : 1));
  const manifest: AssetManifest = { format: "ritratto assets 1", files };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
