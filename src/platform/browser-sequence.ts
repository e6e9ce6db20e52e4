/** @file Films as PNG pictures, one a frame, with their sound as wav beside them: all in memory. */
import { BufferTarget } from "mediabunny";
import { assert } from "../base/assert.js";
import type { SequenceSink } from "../film/sequence.js";
import { encodePng } from "./browser-png.js";

/** Pictures that are made one by one. */
export interface PictureBlobs extends SequenceSink {
  /** By name, once all has been committed: 00001.png, 00002.png … and sound.wav. */
  readonly files: ReadonlyMap<string, Blob>;
}

/** The sound's name, beside the pictures. */
const SOUND = "sound.wav";
const DIGITS = 5;

/** A film as pictures in blobs, named as on Node (node-sequence.ts). */
export function pictureBlobs(): PictureBlobs {
  const pictures: Blob[] = [];
  let sound: BufferTarget | undefined;
  let files: Map<string, Blob> | undefined;
  return {
    get files() {
      assert(files !== undefined, "pictures that have been committed");
      return files;
    },
    get soundTarget() {
      sound ??= new BufferTarget();
      return sound;
    },
    async addPicture(picture, index) {
      pictures[index] = await encodePng(picture);
    },
    async finish() {},
    commit() {
      files = new Map(
        pictures.map((blob, i) => [`${String(i + 1).padStart(DIGITS, "0")}.png`, blob]),
      );
      const buffer = sound?.buffer;
      if (buffer != null) files.set(SOUND, new Blob([buffer], { type: "audio/wav" }));
    },
    discard() {
      pictures.length = 0;
      files = undefined;
    },
  };
}
