/**
 * @file Stretches of a capture as clips of a style: what head, brows, lids and corners of the mouth did,
 * beside what was heard.
 */
import { CHANNEL_COUNT, CHANNEL_INDEX } from "../base/channels.js";
import { clamp, gaussianSmooth, quantile, sampleAt } from "../base/curves.js";
import { soundOf } from "../performance/motion-sound.js";
import { readPhrasing } from "../performance/phrases.js";
import {
  MOTION_SIZE,
  type MotionClip,
  SOUND_SIZE,
  STYLE_CHANNELS,
  STYLE_FPS,
} from "../performance/style.js";
import { HEAD_SIZE } from "../performance/take.js";
import type { Voice } from "../voice/voice.js";
import type { Capture } from "./capture.js";
import { placeOf } from "./clock.js";
import { seenOfChannel, seenOfHead } from "./seen.js";

/** Shorter stretches hold no gesture, seconds. */
const LEAST_SECONDS = 2.4;
/** Frames less trusted than this end a stretch. */
const QUALITY_MIN = 0.35;
/** The spread that motion may be brought to: radians and cm. */
const DEGREE = Math.PI / 180;
const SPREAD = [2.3 * DEGREE, 2.6 * DEGREE, 1.9 * DEGREE, 0.3, 0.25, 0.5] as const;
/** No motion is enlarged more than this: it would be noise. */
const GAIN_MOST = 1.6;
/** Whoever keeps his own size is made no livelier than this: a picture cannot follow. */
const OWN_MOST = 1.7;
/** Nothing goes further than so many spreads, softly. */
const SPREADS_MOST = 2.6;
/** Speech shakes brows and corners of the mouth; what is slower is meant: sigmas, seconds. */
const CALM_SECONDS = { brow: 0.06, lid: 0.12, mouth: 0.3 } as const;

/**
 * Cuts a capture into clips.
 *
 * @param startSeconds - When the voice begins on the film's clock.
 * @param size - "same" brings everybody's head to the same spread, so that no loud mover rules a
 *   mixed style; "own" keeps it.
 */
export function clipsOf(
  capture: Capture,
  voice: Voice,
  startSeconds: number,
  size: "same" | "own",
): MotionClip[] {
  const heard = soundOf(voice, readPhrasing(voice));
  const frameCount = heard.length / SOUND_SIZE;
  const motion = motionOf(capture, startSeconds, frameCount, size);
  return stretchesOf(capture, startSeconds, frameCount).map(({ from, to }) => ({
    frameCount: to - from,
    motion: motion.slice(from * MOTION_SIZE, to * MOTION_SIZE),
    sound: heard.slice(from * SOUND_SIZE, to * SOUND_SIZE),
  }));
}

/** The capture's frame that shows what is heard in frame `frame` of the style's clock. */
function placeHeard(capture: Capture, start: number, frame: number): number {
  return placeOf(capture, start + (frame + 0.5) / STYLE_FPS);
}

/** Stretches in which the face is seen well, frames of the style's clock. */
function stretchesOf(capture: Capture, start: number, frameCount: number) {
  const stretches: { from: number; to: number }[] = [];
  let from = 0;
  for (let frame = 0; frame <= frameCount; frame++) {
    const place = placeHeard(capture, start, frame);
    const isSeen =
      frame < frameCount &&
      place >= 0 &&
      place <= capture.frameCount - 1 &&
      sampleAt(capture.quality, place) > QUALITY_MIN;
    if (isSeen) continue;
    if (frame - from >= LEAST_SECONDS * STYLE_FPS) stretches.push({ from, to: frame });
    from = frame + 1;
  }
  return stretches;
}

/** Everything of the capture that a style keeps, shape [frames, 19]. */
function motionOf(
  capture: Capture,
  start: number,
  frameCount: number,
  size: "same" | "own",
): Float32Array {
  const out = new Float32Array(frameCount * MOTION_SIZE);
  const put = (column: number, curve: Float32Array) => {
    for (let frame = 0; frame < frameCount; frame++) {
      out[frame * MOTION_SIZE + column] = sampleAt(curve, placeHeard(capture, start, frame));
    }
  };
  SPREAD.forEach((spread, axis) => {
    const curve = capture.head.filter((_, i) => i % HEAD_SIZE === axis);
    const seen = size === "own" ? seenOfHead(axis) : 1;
    put(
      axis,
      sized(
        curve.map((value) => value / seen),
        spread,
        size,
      ),
    );
  });
  STYLE_CHANNELS.forEach((name, k) => {
    const column = CHANNEL_INDEX[name];
    const curve = capture.weights.filter((_, i) => i % CHANNEL_COUNT === column);
    const calm = name.startsWith("brow")
      ? CALM_SECONDS.brow
      : name.startsWith("eye")
        ? CALM_SECONDS.lid
        : CALM_SECONDS.mouth;
    const usual = quantile(curve, 0.3);
    const own = gaussianSmooth(curve, calm * capture.fps).map((value) =>
      clamp((value - usual) / (size === "own" ? seenOfChannel(name) : 1), 0, 0.8),
    );
    put(HEAD_SIZE + k, own);
  });
  return out;
}

/** A curve about its mean, brought to a spread, its extremes bent back. */
function sized(curve: Float32Array, usual: number, size: "same" | "own"): Float32Array {
  const mean = curve.reduce((sum, value) => sum + value, 0) / curve.length;
  const own = Math.sqrt(curve.reduce((sum, value) => sum + (value - mean) ** 2, 0) / curve.length);
  const spread = size === "same" ? usual : Math.min(own, OWN_MOST * usual);
  const gain = Math.min(GAIN_MOST, spread / Math.max(own, 1e-9));
  const most = SPREADS_MOST * spread;
  return curve.map((value) => most * Math.tanh((gain * (value - mean)) / most));
}
