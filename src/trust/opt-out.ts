/**
 * @file Portraits that must not speak: hashes of pictures that people handed in.
 *
 * It knows the same picture again, resized, encoded anew or cropped a little; it does not know a
 * person again in another picture, which would be face recognition.
 */
import { z } from "zod";
import type { Picture, Roi } from "../base/picture.js";
import { hammingDistance, hashToHex, lumaOf, lumaOfRoi, pictureHash } from "./picture-hash.js";

/**
 * Bits that may differ. Of 56 portraits the nearest different ones were 10 bits apart as pictures
 * and 14 as faces; the same ones at half size or as coarse JPEG at most 4 as pictures, and without
 * a tenth of width and height at most 12 as faces in 48 of 54.
 */
export const OPT_OUT_BITS = { picture: 8, face: 12 } as const;

/** A portrait's hashes. */
export interface PortraitHashes {
  /** Of the whole picture. */
  readonly picture: bigint;
  /** Of the square around the face, which stays where it is when a picture is cropped. */
  readonly face?: bigint | undefined;
}

const digits = z.string().regex(/^[0-9a-f]{16}$/);
const listSchema = z.strictObject({
  version: z.literal(1),
  portraits: z.array(z.strictObject({ picture: digits, face: digits.optional() })),
});

/** Hashes of a portrait. @param face - A square around the face, if one was found. */
export function hashPortrait(picture: Picture, face?: Roi): PortraitHashes {
  return {
    picture: pictureHash(lumaOf(picture)),
    face: face && pictureHash(lumaOfRoi(picture, face)),
  };
}

/** Whether a portrait is one of those, by its whole or by its face. */
export function isOptedOut(portrait: PortraitHashes, list: readonly PortraitHashes[]): boolean {
  const near = (a: bigint | undefined, b: bigint | undefined, bits: number) =>
    a !== undefined && b !== undefined && hammingDistance(a, b) <= bits;
  return list.some(
    ({ picture, face }) =>
      near(portrait.picture, picture, OPT_OUT_BITS.picture) ||
      near(portrait.face, face, OPT_OUT_BITS.face),
  );
}

/** A list as JSON. */
export function writeOptOuts(list: readonly PortraitHashes[]): string {
  const portraits = list.map(({ picture, face }) => ({
    picture: hashToHex(picture),
    ...(face !== undefined && { face: hashToHex(face) }),
  }));
  return `${JSON.stringify({ version: 1, portraits }, undefined, 1)}\n`;
}

/** A list from its JSON. @throws ZodError, SyntaxError. */
export function readOptOuts(text: string): PortraitHashes[] {
  return listSchema.parse(JSON.parse(text)).portraits.map(({ picture, face }) => ({
    picture: BigInt(`0x${picture}`),
    face: face === undefined ? undefined : BigInt(`0x${face}`),
  }));
}
