/**
 * @file What a mouth must do whatever the curves say: lips meet on p b m, teeth touch the lip on
 * f v, teeth nearly meet on s and sh, silence is rest, and a breath opens the mouth before a phrase.
 */
import { clamp, smoothstep } from "../base/curves.js";
import { CLASS_COUNT, CLASS_INDEX, type SoundClass } from "../voice/classes.js";
import type { Voice } from "../voice/voice.js";
import type { Phrasing, Span } from "./phrases.js";
import { mergeSpans, spansOf } from "./phrases.js";

/** Curves of contact, 0..1, on the voice's hops. */
export interface Contacts {
  /** Lips on lips; 1 = shut. */
  readonly lips: Float32Array;
  /** Lower lip on upper teeth. */
  readonly teeth: Float32Array;
  /** Upper teeth nearly on lower ones. */
  readonly hiss: Float32Array;
  /** How far the mouth is allowed away from rest: 0 in silence, 1 in speech. */
  readonly release: Float32Array;
  /** The opening of a breath before a phrase. */
  readonly inhale: Float32Array;
  /** When the lips must be shut whatever the frame rate: middles of their sounds, hops. */
  readonly shutHops: readonly number[];
}

/** A contact starts and ends at these probabilities; a shorter one is none, hops. */
const ON = 0.3;
const OFF = 0.17;
const CONTACT_HOPS = 2;
/** Contact begins before its sound is heard, and takes so long to come and to go, hops. */
const LEAD_HOPS = 2.5;
const CLOSE_HOPS = 6;
const OPEN_HOPS = 7;
/** Rest begins so long after the last sound and takes so long to reach, hops. */
const HOLD_HOPS = 6;
const SETTLE_HOPS = 17;
/** The mouth wakes so long before the first sound, hops. */
const WAKE_HOPS = 14;
/** A pause longer than this is breathed in, hops; the breath opens so far. */
const BREATH_PAUSE_HOPS = 30;
const BREATH_HOPS = 26;
const BREATH_SIZE = 0.1;

/** Finds all contacts of a voice. @param breathSize - Of the breaths before phrases; 1 = speech. */
export function findContacts(voice: Voice, phrasing: Phrasing, breathSize = 1): Contacts {
  const { hopCount } = voice;
  const isSpoken = (span: Span) => phrasing.speech[(span.start + span.end) >> 1] > 0.3;
  const shut = runsOf(voice, "PP").filter(isSpoken);
  const bitten = runsOf(voice, "FF").filter(isSpoken);
  const hissed = [...runsOf(voice, "SS"), ...runsOf(voice, "CH")].filter(isSpoken);
  const release = new Float32Array(hopCount);
  const inhale = new Float32Array(hopCount);
  phrasing.phrases.forEach((phrase, k) => {
    const pause = phrase.start - (phrasing.phrases[k - 1]?.end ?? 0);
    let wake = WAKE_HOPS;
    if (pause >= BREATH_PAUSE_HOPS) {
      const length = Math.min(BREATH_HOPS, 0.6 * pause);
      addBreath(inhale, phrase.start, length, breathSize);
      wake = Math.max(wake, length + 4);
    }
    addRelease(release, phrase, Math.min(wake, Math.max(pause, 1)));
  });
  return {
    lips: contactCurve(shut, hopCount),
    teeth: contactCurve(bitten, hopCount),
    hiss: contactCurve(hissed, hopCount),
    release,
    inhale,
    shutHops: shut.map(({ start, end }) => (start + end) / 2),
  };
}

/** Spans in which a class prevails, with hysteresis. */
function runsOf(voice: Voice, name: SoundClass): Span[] {
  const flags = new Uint8Array(voice.hopCount);
  let on = false;
  for (let i = 0; i < voice.hopCount; i++) {
    const p = voice.classes[i * CLASS_COUNT + CLASS_INDEX[name]];
    on = on ? p > OFF : p > ON;
    flags[i] = on ? 1 : 0;
  }
  return mergeSpans(spansOf(flags), 2).filter(({ start, end }) => end - start >= CONTACT_HOPS);
}

/** 1 during each contact, eased before and after. */
function contactCurve(spans: readonly Span[], hops: number): Float32Array {
  const curve = new Float32Array(hops);
  for (const { start, end } of spans) {
    const from = start - LEAD_HOPS;
    // The lips part at the burst, which is where the class ends.
    const to = Math.max(end - LEAD_HOPS, from + 2);
    const first = Math.max(0, Math.floor(from - CLOSE_HOPS));
    const last = Math.min(hops - 1, Math.ceil(to + OPEN_HOPS));
    for (let i = first; i <= last; i++) {
      const rise = smoothstep(from - CLOSE_HOPS, from, i);
      const fall = 1 - smoothstep(to, to + OPEN_HOPS, i);
      curve[i] = Math.max(curve[i], Math.min(rise, fall));
    }
  }
  return curve;
}

function addRelease(release: Float32Array, { start, end }: Span, wake: number): void {
  const last = Math.min(release.length - 1, Math.ceil(end + HOLD_HOPS + SETTLE_HOPS));
  for (let i = Math.max(0, Math.floor(start - wake)); i <= last; i++) {
    const rise = smoothstep(start - wake, start, i);
    const fall = 1 - smoothstep(end + HOLD_HOPS, end + HOLD_HOPS + SETTLE_HOPS, i);
    release[i] = Math.max(release[i], Math.min(rise, fall));
  }
}

/** A bump that is highest shortly before the phrase and gives way to its first sound. */
function addBreath(inhale: Float32Array, start: number, length: number, size: number): void {
  const last = Math.min(inhale.length - 1, start + 8);
  for (let i = Math.max(0, Math.floor(start - length)); i <= last; i++) {
    const rise = smoothstep(start - length, start - 0.25 * length, i);
    const fall = 1 - smoothstep(start - 0.1 * length, start + 8, i);
    inhale[i] = Math.max(inhale[i], size * BREATH_SIZE * clamp(Math.min(rise, fall), 0, 1));
  }
}
