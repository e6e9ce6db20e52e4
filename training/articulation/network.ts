/**
 * @file The articulatory network: log-mel rows → what the mouth does, 22 classes per hop, and an
 * embedding for the lips.
 *
 * Two hops are one step of 20 ms. Residual blocks of a dilated convolution and a matrix, each after
 * a norm per step, hear ±1.04 s. Without statistics of the batch, it is the same network in
 * training, offline and live.
 *
 * @source Dilated temporal convolutions: Bai, Kolter & Koltun 2018; residual blocks normalised
 *   before: Xiong et al. 2020.
 */
import {
  add,
  linear,
  mask,
  neighbours,
  normalizeRms,
  rectify,
  regroup,
} from "../../src/learn/operations.js";
import type { Tape, Value } from "../../src/learn/tape.js";
import { CLASS_COUNT } from "../../src/voice/classes.js";
import { MEL_BANDS } from "../../src/voice/mel.js";

/** Hops in a step. */
export const STEP_HOPS = 2;

/** Sizes of a network. */
export interface NetworkSize {
  readonly channels: number;
  /** Distance of the neighbours that each block hears, steps. */
  readonly dilations: readonly number[];
}

/** The network that is shipped. */
export const SIZE: NetworkSize = { channels: 160, dilations: [1, 2, 4, 8, 1, 2, 4, 8, 16, 1, 2] };

/** What the network gives. */
export interface Heard {
  /** Before the softmax, shape [batch, steps, 44]: two hops beside each other. */
  readonly scores: Value;
  /** Shape [batch, steps, channels]. */
  readonly embedding: Value;
}

/**
 * Builds the network.
 *
 * @param mel - Normalised rows, shape [batch, hops, 64].
 * @param keep - What is left in of each channel in training, shape [batch, 1, channels].
 */
export function hear(
  tape: Tape,
  mel: Value,
  batch: number,
  { channels, dilations }: NetworkSize = SIZE,
  keep?: Value,
): Heard {
  const steps = regroup(tape, mel, batch, STEP_HOPS * MEL_BANDS);
  let x = linear(tape, neighbours(tape, steps, [-1, 0, 1]), "in", channels);
  dilations.forEach((dilation, i) => {
    const wide = neighbours(tape, normalizeSteps(tape, x, `block${i}.norm`), [
      -dilation,
      0,
      dilation,
    ]);
    const bent = rectify(tape, linear(tape, wide, `block${i}.wide`, channels, Math.SQRT2));
    x = add(tape, x, linear(tape, bent, `block${i}.out`, channels, 0.5));
  });
  const embedding = normalizeSteps(tape, x, "out.norm");
  const kept = keep === undefined ? embedding : mask(tape, embedding, keep);
  return { scores: linear(tape, kept, "out", STEP_HOPS * CLASS_COUNT, 0.5), embedding };
}

/** A norm per step with a learned gain. */
export function normalizeSteps(tape: Tape, x: Value, name: string): Value {
  const gain = tape.parameter(`${name}.gain`, [x.channels], { kind: "constant", value: 1 });
  return normalizeRms(tape, x, gain);
}
