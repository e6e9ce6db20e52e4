/** @file How a mouth says what the voice asks of it: with the weight of flesh and bone. */
import { columnOf } from "../base/columns.js";
import { gaussianSmooth } from "../base/curves.js";
import { LIP_CHANNELS, LIP_COUNT } from "../voice/lip-channels.js";
import { findHeld, type VoiceMode } from "../voice/singing.js";
import type { Voice } from "../voice/voice.js";
import { RAP_QUICKNESS, shapeRap, shapeSong } from "./singing.js";

/** Smoothing, hops: the jaw is heavier than the lips. */
const JAW_SIGMA = 2;
const LIP_SIGMA = 1.2;

/**
 * The voice's mouth as it is moved.
 *
 * @param mode - Song keeps the shapes of held notes, rap keeps quick syllables apart.
 * @returns Columns as in `LIP_CHANNELS`, shape [hops, 28].
 */
export function performLips(voice: Voice, mode: VoiceMode): Float32Array {
  const asked = shapeFor(voice, mode);
  const quickness = mode === "rap" ? RAP_QUICKNESS : 1;
  const out = new Float32Array(asked.length);
  LIP_CHANNELS.forEach((name, column) => {
    const curve = columnOf(asked, LIP_COUNT, column);
    const sigma = name.startsWith("jaw") ? JAW_SIGMA : LIP_SIGMA;
    gaussianSmooth(curve, sigma / quickness).forEach((value, hop) => {
      out[hop * LIP_COUNT + column] = value;
    });
  });
  return out;
}

function shapeFor(voice: Voice, mode: VoiceMode): Float32Array {
  if (mode === "song") return shapeSong(voice.lips, voice, findHeld(voice));
  return mode === "rap" ? shapeRap(voice.lips, voice) : voice.lips;
}
