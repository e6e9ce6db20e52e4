/**
 * @file What the mouth does: the probability of each class of sounds, 100 times a second.
 *
 * In: log-mel rows of a whole recording and how it is said. Out: 22 probabilities per hop, by a
 * network that hears half a second to each side, and certain silence where nobody can be heard.
 */
import { assert } from "../base/assert.js";
import { gaussianSmooth, smoothstep } from "../base/curves.js";
import type { Net } from "../base/ports.js";
import { CLASS_COUNT, CLASS_INDEX } from "./classes.js";
import { MEL_BANDS } from "./mel.js";
import { changeAt, measureScales, normalizeRows } from "./normalize.js";
import type { Prosody } from "./prosody.js";
import { silenceOf } from "./silence.js";

/** Hops given to the network at once, and how far it hears beyond them; both even. */
const PIECE = 2000;
const CONTEXT = 46;
/** Change over time below which nothing is being said and above which something is, nats. */
const CHANGE_NATS = [0.9, 1.2] as const;
/** Voicing, over a second, of a hum that is a voice although it does not change. */
const HUMMED = [0.3, 0.6] as const;

/**
 * The probabilities.
 *
 * @param mel - Log-mel rows, shape [hops, 64], at least one hop.
 * @param prosody - Of the same hops.
 * @param net - articulation.onnx: mel [1, even, 64] → post [1, even, 22].
 * @param onHops - Told how many hops are done, after each piece.
 * @returns Shape [hops, 22]; each row sums to 1.
 */
export async function articulate(
  mel: Float32Array,
  prosody: Prosody,
  net: Net,
  onHops: (done: number) => void = () => {},
): Promise<Float32Array> {
  const hopCount = mel.length / MEL_BANDS;
  assert(hopCount > 0 && hopCount === prosody.levelDb.length, "mel and prosody of the same hops");
  const classes = new Float32Array(hopCount * CLASS_COUNT);
  const scales = measureScales(mel);
  const silence = silenceOf(prosody.levelDb);
  if (scales) {
    const hummed = gaussianSmooth(prosody.voicing, 50);
    for (let hop = 0; hop < hopCount; hop++) {
      const steady = smoothstep(CHANGE_NATS[1], CHANGE_NATS[0], changeAt(scales, hop));
      const noise = steady * smoothstep(HUMMED[1], HUMMED[0], hummed[hop]);
      silence[hop] = Math.max(silence[hop], noise);
    }
    for (let start = 0; start < hopCount; start += PIECE) {
      const end = Math.min(start + PIECE, hopCount);
      const from = Math.max(0, start - CONTEXT);
      const to = Math.min(end + CONTEXT, hopCount);
      // The network hears two hops at a time; a last single one is doubled.
      const rows = new Float32Array(2 * Math.ceil((to - from) / 2) * MEL_BANDS);
      normalizeRows(mel, scales, from, rows);
      const { post } = await net.run(rows, [1, rows.length / MEL_BANDS, MEL_BANDS]);
      const heard = post.subarray((start - from) * CLASS_COUNT, (end - from) * CLASS_COUNT);
      classes.set(heard, start * CLASS_COUNT);
      onHops(end);
    }
  } else {
    silence.fill(1);
    onHops(hopCount);
  }
  return hush(classes, silence);
}

/** Gives silence its share of each row, in place. */
function hush(classes: Float32Array, silence: Float32Array): Float32Array {
  silence.forEach((share, hop) => {
    if (share === 0) return;
    const row = classes.subarray(hop * CLASS_COUNT, (hop + 1) * CLASS_COUNT);
    for (let k = 0; k < CLASS_COUNT; k++) row[k] *= 1 - share;
    row[CLASS_INDEX.sil] += share;
  });
  return classes;
}
