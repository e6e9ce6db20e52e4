/** @file Room on the disk: looked at before anything is taken in, so that a full disk is no surprise. */
import { statfsSync } from "node:fs";
import { FilmError } from "../index.js";

/** What stays free if nobody says otherwise, bytes. */
export const SPARE_BYTES = 512e6;

/** Room on a disk. */
export interface DiskSpace {
  /** @throws FilmError `storage_full` if so many bytes more would leave less than what is to stay free. */
  require(bytes: number): void;
}

/** Room where a folder is. */
export function diskSpace(folder: string, spareBytes: number): DiskSpace {
  return {
    require(bytes) {
      const { bavail, bsize } = statfsSync(folder);
      const freeBytes = bavail * bsize;
      if (freeBytes - bytes >= spareBytes) return;
      const message = `The disk has too little room: ${bytes + spareBytes} bytes are needed.`;
      throw new FilmError("storage_full", message, { neededBytes: bytes + spareBytes });
    },
  };
}
