/**
 * @file What is said and how lips, jaw and tongue move for it, 100 times a second.
 *
 * In: log-mel rows of a whole recording and how it is said. Out: per hop 22 probabilities of sounds,
 * with certain silence where nobody can be heard, and the mouth's channels; both by one network
 * that hears a second to each side, trained by training/README.md.
 */
import { assert } from "../base/assert.js";
import { gaussianSmooth, smoothstep } from "../base/curves.js";
import type { Net } from "../base/ports.js";
import { CLASS_COUNT, CLASS_INDEX } from "./classes.js";
import { ARTICULATOR_COUNT, channelsOfArticulators, LIP_COUNT } from "./lip-channels.js";
import { MEL_BANDS } from "./mel.js";
import { changeAt, measureScales, normalizeRows, type Scales } from "./normalize.js";
import type { Prosody } from "./prosody.js";
import { silenceOf } from "./silence.js";

/** Hops given to the network at once, and how far it hears beyond them; both even. */
const PIECE = 2000;
const CONTEXT = 118;
/** Change over time below which nothing is being said and above which something is, nats. */
const CHANGE_NATS = [0.9, 1.2] as const;
/** Voicing, over a second, of a hum that is a voice although it does not change. */
const HUMMED = [0.3, 0.6] as const;

/** What the mouth says. */
export interface Articulation {
  /** Probability of each class of sounds, see classes.ts, shape [hops, 22]; each row sums to 1. */
  readonly classes: Float32Array;
  /** Channels of the mouth as speech asks for them, see lip-channels.ts, shape [hops, 28]. */
  readonly lips: Float32Array;
}

/** What is listened to: log-mel rows, shape [hops, 64], at least one hop. */
export interface HeardMel {
  readonly mel: Float32Array;
  /** All that sounds, where `mel` is of a voice that was taken out of it: tells when none is there. */
  readonly wholeMel?: Float32Array | undefined;
}

/**
 * Hears what is articulated.
 *
 * @param prosody - Of the same hops.
 * @param net - articulation.onnx: mel [1, even, 64] → post [1, even, 22], lips [1, even, 9].
 * @param onHops - Told how many hops are done, after each piece.
 */
export async function articulate(
  { mel, wholeMel }: HeardMel,
  prosody: Prosody,
  net: Net,
  onHops: (done: number) => void = () => {},
): Promise<Articulation> {
  const hopCount = mel.length / MEL_BANDS;
  assert(hopCount > 0 && hopCount === prosody.levelDb.length, "mel and prosody of the same hops");
  const scales = measureScales(mel);
  const silence = silenceIn(scales, prosody);
  if (wholeMel) {
    // A voice taken out of music leaves rests that sound like one.
    const whole = await runNet(wholeMel, net);
    whole.classes.forEach((chance, i) => {
      const hop = Math.floor(i / CLASS_COUNT);
      if (i % CLASS_COUNT === CLASS_INDEX.sil) silence[hop] = Math.max(silence[hop], chance);
    });
  }
  return hushed(await runNet(mel, net, scales, onHops), silence);
}

/** How surely nobody can be heard, 0..1, shape [hops]. */
export function silenceIn(scales: Scales | undefined, { levelDb, voicing }: Prosody): Float32Array {
  const silence = silenceOf(levelDb);
  if (scales) hearNoise(scales, voicing, silence);
  else silence.fill(1);
  return silence;
}

/** What the network said, with certain silence where nobody can be heard; in place. */
export function hushed({ classes, lips }: Articulation, silence: Float32Array): Articulation {
  hush(classes, CLASS_COUNT, silence);
  hush(lips, LIP_COUNT, silence);
  silence.forEach((share, hop) => {
    classes[hop * CLASS_COUNT + CLASS_INDEX.sil] += share;
  });
  return { classes, lips };
}

/** Steady noise that is no hum of a voice is silence too; in place. */
function hearNoise(scales: Scales, voicing: Float32Array, silence: Float32Array): void {
  const hummed = gaussianSmooth(voicing, 50);
  for (let hop = 0; hop < silence.length; hop++) {
    const steady = smoothstep(CHANGE_NATS[1], CHANGE_NATS[0], changeAt(scales, hop));
    const noise = steady * smoothstep(HUMMED[1], HUMMED[0], hummed[hop]);
    silence[hop] = Math.max(silence[hop], noise);
  }
}

/** What the network says, piece by piece; nothing of a recording without sound. */
async function runNet(
  mel: Float32Array,
  net: Net,
  scales = measureScales(mel),
  onHops: (done: number) => void = () => {},
): Promise<Articulation> {
  const hopCount = mel.length / MEL_BANDS;
  const classes = new Float32Array(hopCount * CLASS_COUNT);
  const lips = new Float32Array(hopCount * LIP_COUNT);
  if (!scales) onHops(hopCount);
  for (let start = 0; scales && start < hopCount; start += PIECE) {
    const end = Math.min(start + PIECE, hopCount);
    const piece = await hearPiece(mel, net, scales, start, end);
    classes.set(piece.classes, start * CLASS_COUNT);
    lips.set(piece.lips, start * LIP_COUNT);
    onHops(end);
  }
  return { classes, lips };
}

/** What the network says of some hops, of which it hears the surroundings, too. */
export async function hearPiece(
  mel: Float32Array,
  net: Net,
  scales: Scales,
  start: number,
  end: number,
): Promise<Articulation> {
  const from = Math.max(0, start - CONTEXT);
  const to = Math.min(end + CONTEXT, mel.length / MEL_BANDS);
  // The network hears two hops at a time; a last single one is doubled.
  const rows = new Float32Array(2 * Math.ceil((to - from) / 2) * MEL_BANDS);
  normalizeRows(mel, scales, from, rows);
  const out = await net.run(rows, [1, rows.length / MEL_BANDS, MEL_BANDS]);
  const own = (values: Float32Array, width: number) =>
    values.subarray((start - from) * width, (end - from) * width);
  return {
    classes: own(out.post, CLASS_COUNT),
    lips: channelsOfArticulators(own(out.lips, ARTICULATOR_COUNT)),
  };
}

/** Takes silence's share from each row, in place. */
function hush(rows: Float32Array, width: number, silence: Float32Array): void {
  for (let i = 0; i < rows.length; i++) rows[i] *= 1 - silence[Math.floor(i / width)];
}
