/** @file Rigs as files: everything a frame needs, in the packed form of base/packed.ts. */
import { FilmError } from "../base/errors.js";
import { type Packable, pack, unpack } from "../base/packed.js";
import type { Rig } from "./rig.js";

const MAGIC = "RITRATTO";
/** Raised whenever `Rig` changes its shape. */
export const RIG_VERSION = 4;

/** A rig's bytes. */
export function writeRig(rig: Rig): Uint8Array {
  return pack(MAGIC, RIG_VERSION, rig as unknown as Packable);
}

/**
 * A rig from its bytes; its arrays are views into them.
 *
 * @throws FilmError `rig_invalid`: no rig, another version, or damaged.
 */
export function readRig(bytes: Uint8Array): Rig {
  const unpacked = unpack(MAGIC, RIG_VERSION, bytes);
  if ("value" in unpacked) return unpacked.value as Rig;
  const message = {
    magic: "The file is no rig.",
    version: `The rig is of another version than ${RIG_VERSION}, which this Ritratto reads.`,
    damaged: "The rig is damaged: its check sum does not fit.",
  }[unpacked.problem];
  throw new FilmError("rig_invalid", message, { problem: unpacked.problem });
}
