/** @file What was learned so far, as a file: so that learning from many films can be resumed. */
import { type Packable, pack, unpack } from "../base/packed.js";
import type { FilmLesson } from "./style.js";

const MAGIC = "RITLESSN";
/** Raised whenever `FilmLesson` changes its shape. */
const VERSION = 2;

/** Lessons as bytes. */
export function writeLessons(lessons: readonly FilmLesson[]): Uint8Array {
  return pack(MAGIC, VERSION, { lessons } as unknown as Packable);
}

/** Lessons from bytes; none from what holds none, or those of another version. */
export function readLessons(bytes: Uint8Array): FilmLesson[] {
  const unpacked = unpack(MAGIC, VERSION, bytes);
  return "value" in unpacked ? [...(unpacked.value as { lessons: FilmLesson[] }).lessons] : [];
}
