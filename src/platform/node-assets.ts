/** @file The weights and tables of `assets/`, read from beside this package. */
import { readFile } from "node:fs/promises";
import type { Assets } from "../base/ports.js";

/** Assets of the installed package; each file is read once. */
export function openAssets(): Assets {
  const folder = new URL("../../assets/", import.meta.url);
  const read = new Map<string, Promise<Uint8Array>>();
  return {
    read(name) {
      const bytes = read.get(name) ?? readFile(new URL(name, folder));
      read.set(name, bytes);
      return bytes;
    },
  };
}
