/** @file Real people's lips against ours: does the gap open and the mouth narrow when theirs do? */

/** A film of somebody who talks: curves per hop of its sound. */
export interface Talker {
  readonly name: string;
  /** Gap between the inner lips over the eyes' distance. */
  readonly aperture: readonly number[];
  /** Distance of the mouth's corners over the eyes'. */
  readonly width: readonly number[];
}
