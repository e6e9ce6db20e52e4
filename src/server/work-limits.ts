/** @file What a film may cost its worker. */

/** What a film may cost at most. */
export interface WorkLimits {
  /** Of JavaScript's heap, and of the whole process (only seen on Linux), MB. */
  readonly heapMb: number;
  readonly memoryMb: number;
  readonly seconds: number;
}

/** What a film may cost if nobody says otherwise. */
export const USUAL_WORK: WorkLimits = { heapMb: 2048, memoryMb: 6144, seconds: 3600 };
