/**
 * @file Sounds → what lips, jaw and tongue do, by coarticulation: every sound pulls its
 * neighbourhood towards its aim, as far as it dominates there.
 */
import { clamp } from "../../src/base/curves.js";
import type { Phrasing } from "../../src/performance/phrases.js";
import { CLASS_COUNT, SOUND_CLASSES } from "../../src/voice/classes.js";
import { ARTICULATOR_COUNT, ARTICULATORS, type Articulator } from "../../src/voice/lip-channels.js";
import type { Sounds } from "../../src/voice/voice.js";
import { SPREAD_HOPS, VISEMES } from "./viseme-table.js";

/** Posteriors are raised to this: the network hesitates between neighbours, a mouth does not. */
const DECISIVENESS = 1.4;
/** The jaw opens this share at any loudness; the rest follows the loudness. */
const JAW_FLOOR = 0.4;
/** Strength of the springs that the curves move by, 1/s. */
const JAW_OMEGA = 2 * Math.PI * 7;
const LIP_OMEGA = 2 * Math.PI * 11;

/**
 * Articulators by dominance: F(t) = Σ D(t)·aim / Σ D(t), with D a sound's presence times its
 * dominance, spread before and after it.
 *
 * @returns In the order of `ARTICULATORS`, 0..1, shape [hops, 9].
 * @source Cohen & Massaro 1993, "Modeling Coarticulation in Synthetic Visual Speech".
 */
export function shapeArticulators(voice: Sounds, phrasing: Phrasing): Float32Array {
  const presence = sharpen(voice.classes);
  const rows = new Float32Array(voice.hopCount * ARTICULATOR_COUNT);
  ARTICULATORS.forEach((articulator, column) => {
    const curve = dominate(presence, voice.hopCount, articulator);
    if (articulator === "jaw") {
      for (let i = 0; i < curve.length; i++) {
        curve[i] *= JAW_FLOOR + (1 - JAW_FLOOR) * 1.25 * phrasing.loudness[i];
      }
    }
    const omega = articulator === "jaw" ? JAW_OMEGA : LIP_OMEGA;
    follow(curve, omega, voice.hopSeconds).forEach((value, hop) => {
      rows[hop * ARTICULATOR_COUNT + column] = value;
    });
  });
  return rows;
}

function sharpen(classes: Float32Array): Float32Array {
  const out = new Float32Array(classes.length);
  for (let i = 0; i < classes.length; i += CLASS_COUNT) {
    let sum = 1e-9;
    for (let c = 0; c < CLASS_COUNT; c++) sum += out[i + c] = classes[i + c] ** DECISIVENESS;
    for (let c = 0; c < CLASS_COUNT; c++) out[i + c] /= sum;
  }
  return out;
}

/** One articulator's curve. */
function dominate(presence: Float32Array, hops: number, articulator: Articulator): Float32Array {
  const { before, after } = SPREAD_HOPS[articulator];
  const weight = new Float64Array(hops);
  const pull = new Float64Array(hops);
  const rows = SOUND_CLASSES.map((name) => VISEMES[name][articulator]);
  for (let i = 0; i < hops; i++) {
    for (let c = 0; c < CLASS_COUNT; c++) {
      const w = presence[i * CLASS_COUNT + c] * rows[c][1];
      weight[i] += w;
      pull[i] += w * rows[c][0];
    }
  }
  const total = spreadBothWays(weight, before, after);
  const aimed = spreadBothWays(pull, before, after);
  return Float32Array.from(aimed, (value, i) => clamp(value / (total[i] + 1e-6), 0, 1));
}

/** Exponential echoes of a curve backwards (anticipation) and forwards (decay), time constants in hops. */
function spreadBothWays(curve: Float64Array, before: number, after: number): Float64Array {
  const n = curve.length;
  const out = new Float64Array(n);
  const keepAfter = Math.exp(-1 / after);
  for (let i = 0, state = 0; i < n; i++) {
    state = keepAfter * state + (1 - keepAfter) * curve[i];
    out[i] += state;
  }
  const keepBefore = Math.exp(-1 / before);
  for (let i = n - 1, state = 0; i >= 0; i--) {
    state = keepBefore * state + (1 - keepBefore) * curve[i];
    out[i] += state;
  }
  return out;
}

/**
 * A critically damped spring after a curve, its delay of 2/ω taken out by looking ahead.
 *
 * @param omega - Of the spring, 1/s.
 */
export function follow(curve: Float32Array, omega: number, hopSeconds: number): Float32Array {
  const n = curve.length;
  const out = new Float32Array(n);
  const ahead = Math.round(2 / omega / hopSeconds);
  const at = (i: number) => curve[Math.min(Math.max(i, 0), n - 1)];
  const steps = 4;
  const h = hopSeconds / steps;
  let x = n > 0 ? at(0) : 0;
  let v = 0;
  for (let i = -ahead; i < n; i++) {
    for (let k = 0; k < steps; k++) {
      v += h * (omega * omega * (at(i + ahead) - x) - 2 * omega * v);
      x += h * v;
    }
    if (i >= 0) out[i] = x;
  }
  return out;
}
