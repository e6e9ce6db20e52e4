/** @file What kind of file bytes are, by how they begin: of the kinds that can hold credentials. */
import type { ByteSource } from "./byte-source.js";

/** Kinds of files that can hold credentials. */
export type MediaType =
  | "audio/flac"
  | "audio/mp4"
  | "audio/mpeg"
  | "audio/wav"
  | "image/avif"
  | "image/gif"
  | "image/heic"
  | "image/jpeg"
  | "image/png"
  | "image/tiff"
  | "image/webp"
  | "video/mp4"
  | "video/quicktime"
  | "video/x-msvideo";

/** Names of files that are looked at where other things lie beside them. */
export const LOOKED_AT = /\.(?:mp4|m4v|mov|webm|mkv|jpe?g|png|webp|avif)$/i;

const HEAD_BYTES = 16;

/** How files begin; dots are any byte. Brands of ISO files come before their general form. */
const BEGINNINGS: readonly (readonly [RegExp, MediaType])[] = [
  [/^\x89PNG/, "image/png"],
  [/^\xff\xd8\xff/, "image/jpeg"],
  [/^GIF8/, "image/gif"],
  [/^(?:II\*\0|MM\0\*)/, "image/tiff"],
  [/^RIFF.{4}WEBP/s, "image/webp"],
  [/^RIFF.{4}WAVE/s, "audio/wav"],
  [/^RIFF.{4}AVI /s, "video/x-msvideo"],
  [/^fLaC/, "audio/flac"],
  [/^(?:ID3|\xff[\xe2\xe3\xf2\xf3\xfa\xfb])/, "audio/mpeg"],
  [/^.{4}ftypavi[fs]/s, "image/avif"],
  [/^.{4}ftyp(?:hei|mif|hev)/s, "image/heic"],
  [/^.{4}ftypM4A/s, "audio/mp4"],
  [/^.{4}ftypqt/s, "video/quicktime"],
  [/^.{4}ftyp/s, "video/mp4"],
];

/** The kind of a file; undefined if such files cannot hold credentials. */
export function mediaTypeOf(source: ByteSource): MediaType | undefined {
  const bytes = source.read(0, Math.min(HEAD_BYTES, source.sizeBytes));
  const head = String.fromCharCode(...bytes);
  return BEGINNINGS.find(([beginning]) => beginning.test(head))?.[1];
}
