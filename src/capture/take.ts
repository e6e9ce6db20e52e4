/**
 * @file A capture as a take: what was filmed, in the layers of what is acted, so that it can be
 * edited, acted anew in part, and worn by any portrait.
 *
 * The motion is relative to the filmed person's own neutral face and usual pose: the portrait keeps
 * its own face.
 */
import { CHANNEL_COUNT, CHANNELS } from "../base/channels.js";
import { clamp, gaussianSmooth, sampleAt } from "../base/curves.js";
import { composeTake } from "../performance/compose.js";
import { gazeGoals } from "../performance/eyes.js";
import {
  type CurveName,
  LAYERS,
  type LayerName,
  type Layers,
  POSE_CURVES,
} from "../performance/layers.js";
import { rehearse } from "../performance/performance.js";
import { FPS_MOST, HEAD_SIZE, type Take } from "../performance/take.js";
import { round, unitOf } from "../performance/take-units.js";
import type { Voice } from "../voice/voice.js";
import type { Capture } from "./capture.js";
import { placeOf } from "./clock.js";
import { seenOfChannel, seenOfHead } from "./seen.js";

/** How a capture is worn. */
export interface CaptureDirection {
  /** Frames a second; as filmed by default. */
  readonly fps?: number | undefined;
  /** When the take begins on the film's clock, seconds: where its sound does; its first frame else. */
  readonly startSeconds?: number | undefined;
  /** What is heard from then on: the chest breathes with it. */
  readonly voice?: Voice | undefined;
  /** Of the head's motion, of brows and cheeks, and of the mouth; 1 = as filmed. */
  readonly head?: number | undefined;
  readonly expression?: number | undefined;
  readonly mouth?: number | undefined;
}

/** A face that is lost is believed to rest after so long: a Gaussian's sigma, seconds. */
const LOST_SECONDS = 0.25;
/** Rates that films have; one this near to them, as a share, is meant to be it. */
const USUAL_FPS = [23.976, 24, 25, 29.97, 30, 48, 50, 59.94, 60] as const;
const FPS_ROUNDING = 0.008;
/** Others are written with so many digits; what was filmed for slow motion is acted with fewer. */
const FPS_DIGITS = 1000;
/** What of turns is not seen was measured on turns as far as this, radians; further ones lack no more. */
const TURN_MOST = (20 * Math.PI) / 180;
/** Whoever walks through a film goes no further in a take, softly, cm. */
const SHIFT_MOST_CM = 20;

/** The rate that a film is meant to have: a cut or an uneven film counts a little beside it. */
function usualRate(fps: number): number {
  const nearest = USUAL_FPS.reduce((best, rate) =>
    Math.abs(rate - fps) < Math.abs(best - fps) ? rate : best,
  );
  if (Math.abs(nearest - fps) < FPS_ROUNDING * fps) return nearest;
  return Math.min(FPS_MOST, Math.round(fps * FPS_DIGITS) / FPS_DIGITS);
}

/** The layer that holds a channel; where the eyes look is told by their goals. */
function layerOfChannel(name: string): LayerName | undefined {
  if (name.startsWith("eyeLook")) return undefined;
  if (name.startsWith("eyeBlink")) return "lids";
  if (name.startsWith("jaw")) return "jaw";
  return /^(mouth|tongue|cheekPuff)/.test(name) ? "lips" : "brows";
}

/** Turns a capture into a take in layers. */
export function takeOfCapture(capture: Capture, direction: CaptureDirection = {}): Take {
  const { head = 1, expression = 1, mouth = 1, voice } = direction;
  const fps = direction.fps ?? usualRate(capture.fps);
  const { times } = capture;
  const start = direction.startSeconds ?? times[0];
  const end = times[times.length - 1] + 1 / capture.fps;
  const frameCount = Math.max(1, Math.round((end - start) * fps));
  const places = Float64Array.from({ length: frameCount }, (_, i) =>
    // Frame k of a film shows the instant in its middle.
    placeOf(capture, start + (i + 0.5) / fps),
  );
  const seen = gaussianSmooth(
    Float32Array.from(capture.quality, (quality) => (quality > 0 ? 1 : 0)),
    LOST_SECONDS * capture.fps,
  );
  const filmed = (data: Float32Array, size: number, at: number, share: number) => {
    const curve = data.filter((_, i) => i % size === at);
    return Float32Array.from(
      places,
      (place) => share * clamp(sampleAt(seen, place), 0, 1) * sampleAt(curve, place),
    );
  };
  const curves = Object.fromEntries(LAYERS.map((name) => [name, {}])) as Record<
    LayerName,
    Partial<Record<CurveName, Float32Array>>
  >;
  const put = (layer: LayerName, name: CurveName, curve: Float32Array) => {
    const unit = unitOf(name);
    const told = curve.map((value) => round(value / unit) * unit);
    if (told.some((value) => value !== 0)) curves[layer][name] = told;
  };
  const shares: Partial<Record<LayerName, number>> = { lips: mouth, jaw: mouth, brows: expression };
  CHANNELS.forEach((name, c) => {
    const layer = layerOfChannel(name);
    if (layer === undefined) return;
    const share = (shares[layer] ?? 1) / seenOfChannel(name);
    const curve = filmed(capture.weights, CHANNEL_COUNT, c, share);
    put(
      layer,
      name,
      curve.map((value) => clamp(value, 0, 1)),
    );
  });
  for (let axis = 0; axis < HEAD_SIZE; axis++) {
    const curve = filmed(capture.head, HEAD_SIZE, axis, 1);
    put(
      "head",
      POSE_CURVES[axis],
      curve.map((value) => head * wornOfHead(value, axis)),
    );
  }
  const goals = gazeGoals(capture.gaze, capture.head);
  put("gaze", "gaze.yaw", filmed(goals, 2, 0, 1));
  put("gaze", "gaze.pitch", filmed(goals, 2, 1, 1));
  const layers = Object.fromEntries(
    LAYERS.map((name) => [name, { seed: 0, curves: curves[name] }]),
  ) as Record<LayerName, Layers[LayerName]>;
  if (voice !== undefined) layers.breath = cutTo(rehearse(voice, { fps })("breath", 0), frameCount);
  return composeTake({ fps, frameCount, seed: 0 }, layers);
}

/** What is worn of a motion of the head that was seen. @param axis - Of `Take.head`. */
function wornOfHead(value: number, axis: number): number {
  if (axis >= 3) return SHIFT_MOST_CM * Math.tanh(value / SHIFT_MOST_CM);
  return value + (1 / seenOfHead(axis) - 1) * clamp(value, -TURN_MOST, TURN_MOST);
}

/** A layer of another length, its end held. */
function cutTo({ seed, curves }: Layers[LayerName], frameCount: number): Layers[LayerName] {
  const entries = Object.entries(curves) as [CurveName, Float32Array][];
  const cut = entries.map(([name, curve]) => {
    const own = Float32Array.from(
      { length: frameCount },
      (_, i) => curve[Math.min(i, curve.length - 1)],
    );
    return [name, own] as const;
  });
  return { seed, curves: Object.fromEntries(cut) };
}
