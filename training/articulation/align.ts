/**
 * @file Sounds of an utterance that are known by order, placed in time by what a network hears.
 *
 * The order is that of the labels; where each sound begins is chosen anew, as the path through all
 * hops that the network finds likeliest. What it finds very unlikely even so was not said that way,
 * and is not learned from.
 *
 * @source Forced alignment: Viterbi 1967; Rabiner 1989.
 */
import { CLASS_COUNT, CLASS_INDEX } from "../../src/voice/classes.js";
import { UNKNOWN_CLASS } from "../data/corpus.js";

/** A sound lasts at least so long, and begins at most so much before or after its label, hops. */
const LEAST_HOPS = 2;
const REACH = 15;
/** No class is less likely than this. */
const FLOOR = 1e-3;
/** A sound whose likelihood is lower than this in the (geometric) mean was not said. */
const UNHEARD = 0.012;

/** A sound and its hops: `start` is the first, `end` the one after the last. */
interface Run {
  readonly class: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Aligns the labels of an utterance anew.
 *
 * @param chances - What a network hears, shape [hops, 22].
 * @param classes - The labels, shape [hops].
 * @returns New labels, shape [hops]; `UNKNOWN_CLASS` where the sound was not heard. Silence may go.
 */
export function alignClasses(chances: Float32Array, classes: Uint8Array): Uint8Array {
  const runs = runsOf(classes);
  const path = findPath(chances, classes.length, runs);
  if (path === undefined) return classes.slice();
  const out = new Uint8Array(classes.length);
  for (let from = 0; from < path.length; ) {
    let to = from;
    let sum = 0;
    const own = runs[path[from]].class;
    for (; to < path.length && path[to] === path[from]; to++) {
      sum += logOf(chances, to, own);
    }
    const isHeard = sum / (to - from) > Math.log(UNHEARD);
    out.fill(isHeard ? own : UNKNOWN_CLASS, from, to);
    from = to;
  }
  return out;
}

function runsOf(classes: Uint8Array): Run[] {
  const runs: Run[] = [];
  for (let start = 0; start < classes.length; ) {
    let end = start;
    while (end < classes.length && classes[end] === classes[start]) end++;
    runs.push({ class: classes[start], start, end });
    start = end;
  }
  return runs;
}

function logOf(chances: Float32Array, hop: number, own: number): number {
  if (own === UNKNOWN_CLASS) return Math.log(1 / CLASS_COUNT);
  return Math.log(Math.max(FLOOR, chances[hop * CLASS_COUNT + own]));
}

/** The run of each hop, shape [hops]; nothing if there is no way through. */
function findPath(
  chances: Float32Array,
  hops: number,
  runs: readonly Run[],
): Uint16Array | undefined {
  // A run is `LEAST_HOPS` states, of which the last may last.
  const stateCount = runs.length * LEAST_HOPS;
  const cameBack = new Uint8Array(hops * stateCount);
  let before = new Float64Array(stateCount).fill(Number.NEGATIVE_INFINITY);
  let now = new Float64Array(stateCount);
  const isSilent = (run: number) => runs[run].class === CLASS_INDEX.sil;
  for (let hop = 0; hop < hops; hop++) {
    now.fill(Number.NEGATIVE_INFINITY);
    for (let run = 0; run < runs.length; run++) {
      const { start, end } = runs[run];
      if (hop < start - REACH || hop >= end + REACH) continue;
      const heard = logOf(chances, hop, runs[run].class);
      for (let part = 0; part < LEAST_HOPS; part++) {
        const state = run * LEAST_HOPS + part;
        // Ways to come here, by how many states back.
        let [best, back] = [Number.NEGATIVE_INFINITY, 0];
        const consider = (steps: number) => {
          if (state - steps >= 0 && before[state - steps] > best) {
            [best, back] = [before[state - steps], steps];
          }
        };
        if (hop === 0) {
          if (state === 0 || (part === 0 && run === 1 && isSilent(0))) best = 0;
        } else {
          if (part === LEAST_HOPS - 1) consider(0);
          consider(1);
          if (part === 0 && run >= 2 && isSilent(run - 1)) consider(1 + LEAST_HOPS);
        }
        now[state] = best + heard;
        cameBack[hop * stateCount + state] = back;
      }
    }
    [before, now] = [now, before];
  }
  let state = stateCount - 1;
  const mayEndBefore = runs.length > 1 && isSilent(runs.length - 1);
  if (mayEndBefore && before[state - LEAST_HOPS] > before[state]) state -= LEAST_HOPS;
  if (!Number.isFinite(before[state])) return undefined;
  const path = new Uint16Array(hops);
  for (let hop = hops - 1; hop >= 0; hop--) {
    path[hop] = Math.floor(state / LEAST_HOPS);
    state -= cameBack[hop * stateCount + state];
  }
  return path;
}
