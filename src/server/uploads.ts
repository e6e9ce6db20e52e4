/** @file Files that come in: straight to the disk, no longer than allowed, and only of known kinds. */
import { createHash, randomUUID } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { FilmError } from "../index.js";
import { unwritable } from "../platform/node-files.js";
import { type DataFolder, UPLOAD_KINDS, type UploadKind } from "./data-folder.js";

/** How much may come in, and how slowly. */
export interface UploadLimits {
  readonly bytesMost: Readonly<Record<UploadKind, number>>;
  /** The longest pause between two pieces, and the longest upload, ms. */
  readonly pauseMs: number;
  readonly uploadMs: number;
  /** Uploads, and likewise streams of events, that an account may have open at once. */
  readonly openMost: number;
}

/** What a service takes if nobody says otherwise. */
export const USUAL_LIMITS: UploadLimits = {
  bytesMost: { portraits: 64e6, voices: 1e9, styles: 16e6 },
  ...{ pauseMs: 15_000, uploadMs: 900_000, openMost: 16 },
};

/** A file that came in. */
export interface Upload {
  /** SHA-256 of its bytes: the same file is kept once. */
  readonly id: string;
  readonly bytes: number;
  /** What it begins like. */
  readonly mediaType: string;
}

const HEAD_BYTES = 16;

/** How files begin; dots are any byte. What comes after is for the worker to find out. */
const BEGINNINGS: Readonly<Record<UploadKind, readonly (readonly [RegExp, string])[]>> = {
  portraits: [
    [/^\x89PNG\r\n.\n/s, "image/png"],
    [/^\xff\xd8\xff/, "image/jpeg"],
    [/^RIFF.{4}WEBP/s, "image/webp"],
    [/^GIF8[79]a/, "image/gif"],
    [/^(?:II\*\0|MM\0\*)/, "image/tiff"],
    [/^.{4}ftyp(?:avi[fs]|mif1)/s, "image/avif"],
  ],
  voices: [
    [/^RIFF.{4}WAVE/s, "audio/wav"],
    [/^fLaC/, "audio/flac"],
    [/^OggS/, "audio/ogg"],
    [/^(?:ID3|\xff[\xe2\xe3\xf2\xf3\xfa\xfb])/, "audio/mpeg"],
    [/^\xff[\xf0\xf1\xf8\xf9]/, "audio/aac"],
    [/^.{4}ftypM4A/s, "audio/mp4"],
    [/^.{4}ftyp(?!avi[fs]|mif1|hei|hev)/s, "video/mp4"],
    [/^.E\xdf\xa3/s, "video/webm"],
  ],
  styles: [[/^RITSTYLE/, "application/octet-stream"]],
};

/** What a file is that begins like none of its kind. */
const UNREADABLE = {
  portraits: "picture_unreadable",
  voices: "audio_unreadable",
  styles: "style_invalid",
} as const;

/**
 * Takes a file in. Whatever goes wrong, nothing of it is left.
 *
 * @param body - Pieces as they come.
 * @param spend - Is told of bytes before they are written; throws if the account may send no more.
 * @throws FilmError `upload_too_large`, `request_slow`; `picture_unreadable`, `audio_unreadable` or
 *   `style_invalid` for what begins like nothing we read, `request_invalid` for nothing at all or half a file.
 */
export async function takeUpload(
  body: ReadableStream<Uint8Array> | null,
  { account, kind }: { readonly account: string; readonly kind: UploadKind },
  folder: DataFolder,
  limits: UploadLimits,
  spend: (bytes: number) => void,
): Promise<Upload> {
  const part = folder.incoming(`${randomUUID()}.part`);
  const hash = createHash("sha256");
  const limit = limits.bytesMost[kind];
  const file = await open(part, "wx", 0o600).catch((error: unknown) => {
    throw unwritable(part, error);
  });
  let bytes = 0;
  let mediaType: string | undefined;
  let head = Buffer.alloc(0);
  try {
    try {
      for await (const piece of piecesOf(body, limits)) {
        bytes += piece.length;
        if (bytes > limit) throw tooLarge(kind, limit);
        spend(piece.length);
        if (mediaType === undefined) {
          head = Buffer.concat([head, piece.subarray(0, HEAD_BYTES - head.length)]);
          if (head.length === HEAD_BYTES) mediaType = sniff(head, kind);
        }
        hash.update(piece);
        await file.write(piece);
      }
      mediaType ??= sniff(head, kind);
      await file.sync();
    } finally {
      await file.close();
    }
    const id = hash.digest("hex");
    await folder.files.keep(part, folder.upload(account, kind, id));
    return { id, bytes, mediaType };
  } catch (error) {
    await rm(part, { force: true });
    if ((error as NodeJS.ErrnoException).code === "ENOSPC") throw unwritable("incoming", error);
    throw error;
  }
}

/** @throws FilmError `upload_too_large`, before a byte is read, if so many are announced. */
export function checkLength(announced: string | undefined, kind: UploadKind, limits: UploadLimits) {
  const limit = limits.bytesMost[kind];
  if (announced !== undefined && Number(announced) > limit) throw tooLarge(kind, limit);
}

/** Says that an upload is still needed. @throws FilmError `upload_missing` if it is not there. */
export async function touchUpload(
  folder: DataFolder,
  account: string,
  kind: UploadKind,
  id: string,
): Promise<{ readonly bytes: number }> {
  const bytes = await folder.files.touch(folder.upload(account, kind, id));
  if (bytes !== undefined) return { bytes };
  const message = `There is no file ${id} among your ${kind}.`;
  throw new FilmError("upload_missing", message, { kind, id });
}

/** What a film is made of. */
export interface Inputs {
  readonly portrait: string;
  readonly voice?: string | undefined;
  readonly options?: { readonly style?: string | undefined } | undefined;
}

/** Says that uploads are still needed. @throws FilmError `upload_missing` if one is not there. */
export async function touchInputs(
  folder: DataFolder,
  account: string,
  inputs: Inputs,
): Promise<void> {
  for (const { kind, id } of uploadsOf(inputs)) await touchUpload(folder, account, kind, id);
}

/** Which uploads something is made of. */
export function uploadsOf({ portrait, voice, options }: Inputs) {
  const ids = { portraits: portrait, voices: voice, styles: options?.style };
  return UPLOAD_KINDS.flatMap((kind) => {
    const id = ids[kind];
    return id === undefined ? [] : [{ kind, id }];
  });
}

async function* piecesOf(
  body: ReadableStream<Uint8Array> | null,
  { pauseMs, uploadMs }: UploadLimits,
): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  const reader = body.getReader();
  const end = Date.now() + uploadMs;
  try {
    for (;;) {
      const { done, value } = await within(reader.read(), Math.min(pauseMs, end - Date.now()));
      if (done) return;
      yield value;
    }
  } finally {
    // Nobody waits for what a slow client still sends.
    void reader.cancel().catch(() => undefined);
  }
}

/** Waits so long for what a client sends. @throws FilmError `request_slow`, `request_invalid`. */
export async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new FilmError("request_slow", "What is sent comes too slowly, or stands still.");
    timer = setTimeout(() => reject(error), Math.max(0, ms));
  });
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    if (error instanceof FilmError) throw error;
    throw new FilmError("request_invalid", "What was sent is cut off.", {}, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

function sniff(head: Buffer, kind: UploadKind): string {
  const text = head.toString("latin1");
  const found = BEGINNINGS[kind].find(([beginning]) => beginning.test(text))?.[1];
  if (found !== undefined) return found;
  if (head.length === 0) throw new FilmError("request_invalid", "The file is empty (0 bytes).");
  throw new FilmError(
    UNREADABLE[kind],
    "The file begins like none of the kinds that are read here.",
  );
}

function tooLarge(kind: UploadKind, limit: number): FilmError {
  const most = `${Math.round(limit / 1e6)} MB`;
  return new FilmError("upload_too_large", `Of ${kind} at most ${most} are taken.`, { limit });
}
