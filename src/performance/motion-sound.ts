/** @file What of a voice moves a head: speech, loudness, pitch and accents at the pace of a style. */
import { gaussianSmooth, sampleAt } from "../base/curves.js";
import type { Sounds } from "../voice/voice.js";
import type { Phrasing } from "./phrases.js";
import { SOUND_SIZE, STYLE_FPS } from "./style.js";

/** Loudness and pitch move a head by syllables, not by periods: a Gaussian's sigma, hops. */
const SIGMA = 5;
/** Pitch is held through what is unvoiced, fading so, per hop. */
const HOLD = 0.97;
/** Semitones that count as 1. */
const SEMITONES = 6;
/** Width of an accent, hops. */
const ACCENT_SIGMA = 6;

/** Curves in the order of `SOUND` at `STYLE_FPS`, about 0..1 each, shape [frames, 4]. */
export function soundOf(voice: Sounds, phrasing: Phrasing): Float32Array {
  const { hopCount, hopSeconds } = voice;
  const accents = new Float32Array(hopCount);
  for (const { hop, strength } of phrasing.accents) accents[hop] = strength;
  // An accent of full strength reaches 1.
  const peak = ACCENT_SIGMA * Math.sqrt(2 * Math.PI);
  const curves = [
    phrasing.speech,
    gaussianSmooth(phrasing.loudness, SIGMA),
    gaussianSmooth(heldPitch(phrasing.pitch), SIGMA).map((value) => value / SEMITONES),
    gaussianSmooth(accents, ACCENT_SIGMA).map((value) => peak * value),
  ];
  const frameCount = Math.max(1, Math.round(hopCount * hopSeconds * STYLE_FPS));
  const out = new Float32Array(frameCount * SOUND_SIZE);
  for (let frame = 0; frame < frameCount; frame++) {
    const hop = (frame + 0.5) / STYLE_FPS / hopSeconds - 0.5;
    curves.forEach((curve, k) => {
      out[frame * SOUND_SIZE + k] = sampleAt(curve, hop);
    });
  }
  return out;
}

function heldPitch(pitch: Float32Array): Float32Array {
  let held = 0;
  return pitch.map((value) => {
    held = value === 0 ? HOLD * held : Math.max(-12, Math.min(12, value));
    return held;
  });
}
