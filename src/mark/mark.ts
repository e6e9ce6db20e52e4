/** @file What an invisible mark carries, and how a film is told to carry one. */
import { FilmError } from "../base/errors.js";

/** A film's identity: 48 bits, twelve lower-case hexadecimal digits. */
export type FilmId = string;

/** What a mark says. */
export interface MarkPayload {
  readonly id: FilmId;
  /** Eight free bits, 0..255; 0 = version one of the mark. */
  readonly flags: number;
}

/** A mark that was found in pictures. */
export interface FoundMark extends MarkPayload {
  /** Peak of the correlation with the synchronisation cells, in standard deviations. */
  readonly z: number;
  /** Px of the pictures for one px of the film as it was made. */
  readonly scale: number;
  readonly mirrored: boolean;
  /** Share of the coded bits that were read wrongly, 0..0.5; more than a quarter is too much. */
  readonly wrongBits: number;
}

/** How a film's mark is drawn. */
export interface MarkWish {
  /** How strong it is, see `MARK_STRENGTH`; the usual one by default. */
  readonly strength?: number | undefined;
  /** Where its cells lie; `PUBLIC_KEY` by default. Who does not know it can neither read nor forge it. */
  readonly key?: string | undefined;
}

/** The mark that a film is to carry. */
export interface FilmMark extends MarkWish {
  readonly id: FilmId;
}

/**
 * Strengths of a mark. The usual one leaves 45 dB of the luma and more. At the least, strong compression
 * takes it off some films; at the most it can be seen on even walls by who looks for it.
 */
export const MARK_STRENGTH = { least: 0.6, usual: 1, most: 1.5 } as const;

/** The key of marks that anybody can read. */
export const PUBLIC_KEY = "ritratto";

/** The flags of marks of today. */
export const MARK_FLAGS = 0;

/**
 * Refuses what no mark can be.
 *
 * @throws FilmError `option_invalid` for the strength.
 */
export function checkMark({ strength = MARK_STRENGTH.usual }: MarkWish): void {
  const { least, most } = MARK_STRENGTH;
  if (strength >= least && strength <= most) return;
  const message = `A mark's strength is ${least} to ${most}, not ${strength}.`;
  throw new FilmError("option_invalid", message, { strength, least, most });
}
