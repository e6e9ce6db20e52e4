/** @file What an invisible mark carries. */

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
}
