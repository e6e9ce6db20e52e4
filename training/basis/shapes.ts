/** @file Clips of several people → the shapes of the expressions they show. */
import { CHANNELS } from "../../src/base/channels.js";
import { anatomyOf } from "./anatomy.js";
import type { Clip } from "./clip.js";
import { composeShapes, planeOf, SHOWN, type Support } from "./compose.js";
import { explainClip } from "./explain.js";
import { type FaceMap, reachOf } from "./face-map.js";
import { OTHER_SIDE, type Regressed, regress, sumsOf } from "./regression.js";

/** Shapes, and what they rest on. */
export interface LearnedShapes {
  /** cm, `CHANNELS` order, each of shape [468 · 3]. */
  readonly shapes: readonly Float64Array[];
  readonly turning: Regressed["turning"];
  readonly support: readonly Support[];
}

/** How near shapes stay to anatomy, in frames that show an expression in full; people who suffice. */
const RIDGE = 5;
const ENOUGH_PEOPLE = 3;
/** Rounds of explaining the frames by the shapes, and learning the shapes of that again. */
const ROUNDS = 3;
const COSTS = { label: 0.4, any: 0.02 } as const;

/**
 * Learns the shapes: by the labels first, then by what these shapes say of the frames, drawn towards the
 * labels so that they keep their meaning.
 */
export function learnShapes(clips: readonly Clip[], face: FaceMap): LearnedShapes {
  const anatomy = anatomyOf(face);
  const reach = reachOf(face);
  const flat = anatomy.map(planeOf);
  const people = peopleWhoShow(clips);
  const from = (weightsOf: Parameters<typeof sumsOf>[1]): LearnedShapes => {
    const regressed = regress(sumsOf(clips, weightsOf, face), flat, reach, RIDGE);
    const options = { ridge: RIDGE, enough: ENOUGH_PEOPLE };
    const composed = composeShapes(regressed, anatomy, people, face, options);
    return { ...composed, turning: regressed.turning };
  };
  let learned = from(({ scores }) => scores);
  for (let round = 0; round < ROUNDS; round++) {
    const { shapes, turning } = learned;
    const drawn = shapes.map(planeOf);
    learned = from(
      (clip) => explainClip(clip, drawn, turning, { costs: COSTS, rounds: 0 }).weights,
    );
  }
  return learned;
}

/** How many show each expression, on either side, shape [52]. */
function peopleWhoShow(clips: readonly Clip[]): number[] {
  return CHANNELS.map((_, c) => {
    const other = OTHER_SIDE[c];
    const isShown = (row: Float32Array) => row[c] > SHOWN || row[other] > SHOWN;
    const show = clips.filter(({ scores }) => scores.some(isShown));
    return new Set(show.map(({ speaker }) => speaker)).size;
  });
}
