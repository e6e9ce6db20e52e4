/** @file Lip curves and contacts → the mouth's channels, frame by frame. */
import { CHANNEL_COUNT, setChannels } from "../base/channels.js";
import { clamp, mix, sampleAt } from "../base/curves.js";
import type { Voice } from "../voice/voice.js";
import type { Contacts } from "./contacts.js";
import type { LipCurves } from "./lips.js";
import type { Take } from "./take.js";

/** The jaw's opening that lips meet over; the rig measures mouthClose against it. */
const SHUT_JAW = 0.05;
/** The most it opens while the lower lip is bitten, and while air hisses between the teeth. */
const BITTEN_JAW = 0.07;
const HISSING_JAW = 0.09;

/**
 * Writes the mouth's channels into a take.
 *
 * No lead is added to what anticipation gives of itself: measured on the rendered pixels of 65
 * recordings at 25 fps, the mouth runs 10 ms before the sound (each frame taken at its middle).
 *
 * Frames are snapped to contacts: the frame nearest to the middle of each is shut, however short
 * the contact, so that no frame rate steps over a p.
 *
 * @param energy - 1 = as people speak; 0 = a mumble, 2 = a shout.
 */
export function actMouth(
  take: Take,
  voice: Voice,
  curves: LipCurves,
  contacts: Contacts,
  energy: number,
): void {
  const hopAt = (seconds: number) => seconds / voice.hopSeconds - 0.5;
  const frameOf = (hop: number) => Math.round((hop + 0.5) * voice.hopSeconds * take.fps - 0.5);
  const mustShut = new Set(contacts.shutHops.map(frameOf));
  for (let frame = 0; frame < take.frameCount; frame++) {
    const hop = hopAt((frame + 0.5) / take.fps);
    const free = sampleAt(contacts.release, hop);
    const at = (curve: Float32Array) => clamp(energy * free * sampleAt(curve, hop), 0, 1);
    const shut = mustShut.has(frame) ? 1 : sampleAt(contacts.lips, hop);
    const bitten = sampleAt(contacts.teeth, hop) * (1 - shut);
    const breath = sampleAt(contacts.inhale, hop);
    const weights = take.weights.subarray(frame * CHANNEL_COUNT, (frame + 1) * CHANNEL_COUNT);
    let jaw = Math.max(at(curves.jaw), breath);
    jaw = mix(jaw, Math.min(jaw, BITTEN_JAW), bitten);
    jaw = mix(jaw, Math.min(jaw, HISSING_JAW), sampleAt(contacts.hiss, hop));
    jaw = mix(jaw, Math.min(0.3 * jaw + 0.5 * SHUT_JAW, 2 * SHUT_JAW), shut);
    const open = 1 - shut;
    const spread = at(curves.spread) * (1 - 0.5 * shut);
    const funnel = at(curves.funnel);
    setChannels(weights, {
      jawOpen: jaw,
      mouthClose: shut * Math.max(jaw, SHUT_JAW),
      mouthFunnel: mix(funnel, Math.min(funnel, 0.1), shut) * (1 - 0.6 * bitten),
      mouthPucker: at(curves.pucker) * (1 - 0.3 * bitten),
      mouthStretch: 0.6 * spread,
      mouthSmile: 0.32 * spread,
      mouthDimple: 0.15 * spread,
      mouthLowerDown: (at(curves.lowerDown) + 0.3 * breath) * open * (1 - bitten),
      mouthUpperUp: Math.max(at(curves.upperUp) * open, 0.13 * bitten),
      mouthRollLower: 0.42 * bitten + 0.18 * shut * shut,
      mouthRollUpper: 0.1 * shut * shut,
      mouthPress: 0.16 * shut * shut,
      tongueOut: at(curves.tongue) * open,
    });
  }
}
