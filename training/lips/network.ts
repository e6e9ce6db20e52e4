/**
 * @file The lip decoder: what the articulatory network heard → what jaw, lips and tongue do.
 *
 * Stands on the network's embedding and scores, and on the log-mel itself, which tells how loud
 * and bright it is. Hears 0.18 s more to each side.
 */
import { add, linear, neighbours, rectify, regroup } from "../../src/learn/operations.js";
import type { Tape, Value } from "../../src/learn/tape.js";
import { ARTICULATOR_COUNT } from "../../src/voice/lip-channels.js";
import { MEL_BANDS } from "../../src/voice/mel.js";
import { type Heard, normalizeSteps, STEP_HOPS } from "../articulation/network.js";

const CHANNELS = 96;
const DILATIONS = [1, 2, 4, 2] as const;
/** Names of all its parameters begin so. */
export const LIPS = "lips.";

/**
 * Builds the decoder.
 *
 * @param mel - What the articulatory network was given, shape [batch, hops, 64].
 * @returns Two hops beside each other, in the order of `ARTICULATORS`, shape [batch, steps, 18].
 */
export function moveLips(tape: Tape, mel: Value, heard: Heard, batch: number): Value {
  const sound = regroup(tape, mel, batch, STEP_HOPS * MEL_BANDS);
  const parts = [
    linear(tape, heard.embedding, `${LIPS}embedding`, CHANNELS),
    linear(tape, heard.scores, `${LIPS}scores`, CHANNELS, 0.3),
    linear(tape, sound, `${LIPS}sound`, CHANNELS, 0.5),
  ];
  let x = rectify(
    tape,
    parts.reduce((a, b) => add(tape, a, b)),
  );
  DILATIONS.forEach((dilation, i) => {
    const normed = normalizeSteps(tape, x, `${LIPS}block${i}.norm`);
    const wide = neighbours(tape, normed, [-dilation, 0, dilation]);
    const bent = rectify(tape, linear(tape, wide, `${LIPS}block${i}.wide`, CHANNELS, Math.SQRT2));
    x = add(tape, x, linear(tape, bent, `${LIPS}block${i}.out`, CHANNELS, 0.5));
  });
  const last = normalizeSteps(tape, x, `${LIPS}out.norm`);
  return linear(tape, last, `${LIPS}out`, STEP_HOPS * ARTICULATOR_COUNT, 0.1);
}
