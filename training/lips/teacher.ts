/**
 * @file What rules say that a mouth does, where the sounds are known for certain: a teacher for
 * voices whose lips nobody has seen.
 */
import { gaussianSmooth } from "../../src/base/curves.js";
import { readPhrasing } from "../../src/performance/phrases.js";
import { CLASS_COUNT } from "../../src/voice/classes.js";
import { HOP_SECONDS } from "../../src/voice/hops.js";
import { MEL_BANDS } from "../../src/voice/mel.js";
import type { Sounds } from "../../src/voice/voice.js";
import { melOf, type StoredUtterance, UNKNOWN_CLASS } from "../data/corpus.js";
import type { LipUtterance } from "../data/facegood.js";
import { shapeArticulators } from "./coarticulation.js";

/** The curves of an utterance whose classes are known. */
export function teach(utterance: StoredUtterance): LipUtterance {
  const chances = new Float32Array(utterance.hops * CLASS_COUNT);
  utterance.classes.forEach((own, hop) => {
    chances[hop * CLASS_COUNT + (own === UNKNOWN_CLASS ? 0 : own)] = 1;
  });
  return { ...utterance, curves: curvesByRule(utterance, chances) };
}

/** Articulators by rule. @param chances - Of the classes, shape [hops, 22]. */
export function curvesByRule(utterance: StoredUtterance, chances: Float32Array): Float32Array {
  const { hops } = utterance;
  const voice = {
    hopCount: hops,
    hopSeconds: HOP_SECONDS,
    durationSeconds: hops * HOP_SECONDS,
    classes: chances,
    levelDb: levelOf(melOf(utterance)),
    pitchHz: new Float32Array(hops),
    voicing: new Float32Array(hops),
    brightnessDb: new Float32Array(hops),
  } satisfies Sounds;
  return shapeArticulators(voice, readPhrasing(voice));
}

/** About the level in dB: the sum of all bands. */
function levelOf(mel: Float32Array): Float32Array {
  const level = new Float32Array(mel.length / MEL_BANDS);
  for (let hop = 0; hop < level.length; hop++) {
    let power = 0;
    for (let band = 0; band < MEL_BANDS; band++) power += Math.exp(mel[hop * MEL_BANDS + band]);
    level[hop] = 10 * Math.log10(power);
  }
  return gaussianSmooth(level, 1);
}
