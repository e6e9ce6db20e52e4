/** @file Lip curves and contacts → the mouth's channels, frame by frame. */
import { CHANNEL_COUNT, CHANNEL_INDEX, type Channel } from "../base/channels.js";
import { clamp, mix, sampleAt } from "../base/curves.js";
import { LIP_CHANNELS, LIP_COUNT } from "../voice/lip-channels.js";
import type { Voice } from "../voice/voice.js";
import type { Contacts } from "./contacts.js";
import type { Effort } from "./effort.js";
import type { Take } from "./take.js";

/** How much jaw and lips move: 1 = as people speak, 0 = a mumble, 2 = a shout. */
export interface MouthEnergy {
  readonly jaw: number;
  readonly lips: number;
}

/**
 * The mouth runs ahead of what is told from the sound, hops: people see lips move before they hear,
 * and lips that are late are noticed first. Measured on rendered pixels, see docs/measurements.md.
 */
export const LEAD_HOPS = 3;
/** The jaw's opening that lips meet over; the rig measures mouthClose against it. */
export const SHUT_JAW = 0.05;
/** The most it opens while the lower lip is bitten, and while air hisses between the teeth. */
const BITTEN_JAW = 0.07;
const HISSING_JAW = 0.09;

/** What the mouth must do in a frame, whatever the curves say; all 0..1. */
interface Demands {
  /** Lips on lips. */
  readonly shut: number;
  /** Lower lip on upper teeth; 0 where the lips are shut. */
  readonly bitten: number;
  readonly hiss: number;
  readonly breath: number;
}

/** What demands make of a channel's weight, by its name without the side; others stay. */
const DEMANDED: Readonly<Record<string, (value: number, demands: Demands) => number>> = {
  jawOpen: (value, { shut, bitten, hiss, breath }) => {
    let jaw = Math.max(value, breath);
    jaw = mix(jaw, Math.min(jaw, BITTEN_JAW), bitten);
    jaw = mix(jaw, Math.min(jaw, HISSING_JAW), hiss);
    return mix(jaw, Math.min(0.3 * jaw + 0.5 * SHUT_JAW, 2 * SHUT_JAW), shut);
  },
  mouthFunnel: (value, { shut, bitten }) =>
    mix(value, Math.min(value, 0.1), shut) * (1 - 0.6 * bitten),
  mouthPucker: (value, { bitten }) => value * (1 - 0.3 * bitten),
  mouthStretch: (value, { shut }) => value * (1 - 0.5 * shut),
  mouthSmile: (value, { shut }) => value * (1 - 0.5 * shut),
  mouthDimple: (value, { shut }) => value * (1 - 0.5 * shut),
  mouthLowerDown: (value, { shut, bitten, breath }) =>
    (value + 0.3 * breath) * (1 - shut) * (1 - bitten),
  mouthUpperUp: (value, { shut, bitten }) => Math.max(value * (1 - shut), 0.13 * bitten),
  mouthRollLower: (value, { shut, bitten }) => Math.max(value, 0.42 * bitten + 0.18 * shut * shut),
  mouthRollUpper: (value, { shut }) => Math.max(value, 0.1 * shut * shut),
  mouthPress: (value, { shut }) => Math.max(value, 0.16 * shut * shut),
  tongueOut: (value, { shut }) => value * (1 - shut),
};

/** The channels of `Voice.lips`, and what becomes of each. */
const COLUMNS = LIP_CHANNELS.map((name: Channel, column) => ({
  column,
  channel: CHANNEL_INDEX[name],
  isJaw: name.startsWith("jaw"),
  demanded: DEMANDED[name.replace(/(Left|Right)$/, "")] ?? ((value: number) => value),
}));

/**
 * Writes the mouth's channels into a take.
 *
 * Frames are snapped to contacts: the frame nearest to the middle of each is shut, however short
 * the contact, so that no frame rate steps over a p.
 *
 * @param lips - Columns as in `LIP_CHANNELS`, shape [hops, 28].
 */
export function actMouth(
  take: Take,
  voice: Voice,
  lips: Float32Array,
  contacts: Contacts,
  effort: Effort,
  energy: MouthEnergy,
): void {
  const hopAt = (seconds: number) => seconds / voice.hopSeconds - 0.5;
  const frameOf = (hop: number) => Math.round((hop + 0.5) * voice.hopSeconds * take.fps - 0.5);
  const mustShut = new Set(contacts.shutHops.map(frameOf));
  for (let frame = 0; frame < take.frameCount; frame++) {
    const hop = hopAt((frame + 0.5) / take.fps);
    const free = sampleAt(contacts.release, hop);
    const jawSize = energy.jaw * free * sampleAt(effort.jaw, hop);
    const lipSize = energy.lips * free * sampleAt(effort.lips, hop);
    const shut = mustShut.has(frame) ? 1 : sampleAt(contacts.lips, hop);
    const demands = {
      shut,
      bitten: sampleAt(contacts.teeth, hop) * (1 - shut),
      hiss: sampleAt(contacts.hiss, hop),
      breath: sampleAt(contacts.inhale, hop),
    };
    const weights = take.weights.subarray(frame * CHANNEL_COUNT, (frame + 1) * CHANNEL_COUNT);
    const row = clamp(hop + LEAD_HOPS, 0, voice.hopCount - 1);
    const from = Math.floor(row) * LIP_COUNT;
    const to = Math.ceil(row) * LIP_COUNT;
    const share = row - Math.floor(row);
    for (const { column, channel, isJaw, demanded } of COLUMNS) {
      const value = mix(lips[from + column], lips[to + column], share);
      const size = isJaw ? jawSize : lipSize;
      weights[channel] = clamp(demanded(clamp(size * value, 0, 1), demands), 0, 1);
    }
    // Closing is measured against the jaw, which is known only now.
    const jaw = weights[CHANNEL_INDEX.jawOpen];
    const close = CHANNEL_INDEX.mouthClose;
    weights[close] = mix(Math.min(weights[close], jaw), Math.max(jaw, SHUT_JAW), shut);
  }
}
