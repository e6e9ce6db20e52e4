/**
 * @file The default style, out of films whose licence allows it: `tsx training/motion/build-style.ts
 * --films FOLDER [--out FILE]`.
 *
 * Writes numbers only: how heads, brows and lids of several people moved, and what was heard then.
 * Everybody's motion is brought to the same size, so that no loud mover rules the style.
 */
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { CHANNEL_COUNT, CHANNEL_INDEX } from "../../src/base/channels.js";
import { clamp, gaussianSmooth, quantile, sampleAt } from "../../src/base/curves.js";
import { type Capture, captureFace } from "../../src/capture/capture.js";
import { soundOf } from "../../src/performance/motion-sound.js";
import { readPhrasing } from "../../src/performance/phrases.js";
import {
  MOTION_SIZE,
  type MotionClip,
  SOUND_SIZE,
  STYLE_CHANNELS,
  STYLE_FPS,
  type StyleSource,
  writeStyle,
} from "../../src/performance/style.js";
import { HEAD_SIZE } from "../../src/performance/take.js";
import { openNode, readFootage } from "../../src/platform/node.js";
import { analyzeVoice } from "../../src/voice/voice.js";

/** Films to learn from, by the beginning of their names, and why that is allowed. */
const LICENCES = [
  [/^(obama_|styletalk_obama|styletalk_reagan|hamilton_)/, "US government work, public domain"],
  [/^latentsync_/, "contracted models, Apache-2.0 (bytedance/LatentSync)"],
  [/^opendubbing_/, "a developer's own recording, Apache-2.0 (Softcatala/open-dubbing)"],
  [/^azure_avatar_/, "sample data, MIT (Azure-Samples/cognitive-services-speech-sdk)"],
] as const;

/** Shorter stretches hold no gesture, seconds. */
const LEAST_SECONDS = 2.4;
/** Frames less trusted than this end a stretch. */
const QUALITY_MIN = 0.35;
/** The spread that every person's motion is brought to: radians and cm. */
const DEGREE = Math.PI / 180;
const SPREAD = [2.3 * DEGREE, 2.6 * DEGREE, 1.9 * DEGREE, 0.3, 0.25, 0.5] as const;
/** No motion is enlarged more than this: it would be noise. */
const GAIN_MOST = 1.6;
/** Nothing goes further than so many spreads, softly. */
const SPREADS_MOST = 2.6;
/** Speech shakes brows and corners of the mouth; what is slower is meant: sigmas, seconds. */
const CALM_SECONDS = { brow: 0.06, lid: 0.12, mouth: 0.3 } as const;

const { values } = parseArgs({
  options: {
    films: { type: "string", multiple: true, default: [] },
    out: { type: "string", default: "assets/default.style" },
  },
});
const machine = await openNode();
const clips: MotionClip[] = [];
const sources: StyleSource[] = [];
for (const folder of values.films) {
  for (const name of (await readdir(folder)).sort()) {
    const licence = LICENCES.find(([names]) => names.test(name))?.[1];
    if (licence !== undefined) await learnFrom(join(folder, name), name, licence);
  }
}
const bytes = writeStyle({ name: "default", clips, sources });
await writeFile(values.out, bytes);
const seconds = clips.reduce((sum, { frameCount }) => sum + frameCount, 0) / STYLE_FPS;
console.log(`${values.out}: ${clips.length} clips, ${seconds.toFixed(0)} s, ${bytes.length} bytes`);

async function learnFrom(path: string, name: string, licence: string): Promise<void> {
  const footage = await readFootage(path);
  try {
    const { sound } = footage;
    if (sound === undefined || sound.durationSeconds < LEAST_SECONDS) return;
    const voice = await analyzeVoice(sound, machine);
    const heard = soundOf(voice, readPhrasing(voice));
    const capture = await captureFace(footage, machine);
    const start = footage.audio?.startSeconds ?? 0;
    const motion = motionOf(capture, start, heard.length / SOUND_SIZE);
    let count = 0;
    for (const { from, to } of stretchesOf(capture, start, heard.length / SOUND_SIZE)) {
      clips.push({
        frameCount: to - from,
        motion: motion.slice(from * MOTION_SIZE, to * MOTION_SIZE),
        sound: heard.slice(from * SOUND_SIZE, to * SOUND_SIZE),
      });
      count += to - from;
    }
    if (count > 0) sources.push({ name, licence, seconds: count / STYLE_FPS });
    console.log(`${name}: ${(count / STYLE_FPS).toFixed(1)} s`);
  } finally {
    footage.close();
  }
}

/** The capture's frame that shows what is heard in frame `frame` of the style's clock. */
function placeOf({ times }: Capture, start: number, frame: number): number {
  const seconds = start + (frame + 0.5) / STYLE_FPS;
  const step = (times[times.length - 1] - times[0]) / Math.max(1, times.length - 1);
  return (seconds - times[0]) / step - 0.5;
}

/** Stretches in which the face is seen well, frames of the style's clock. */
function stretchesOf(capture: Capture, start: number, frameCount: number) {
  const stretches: { from: number; to: number }[] = [];
  let from = 0;
  for (let frame = 0; frame <= frameCount; frame++) {
    const place = placeOf(capture, start, frame);
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
function motionOf(capture: Capture, start: number, frameCount: number): Float32Array {
  const out = new Float32Array(frameCount * MOTION_SIZE);
  const put = (column: number, curve: Float32Array) => {
    for (let frame = 0; frame < frameCount; frame++) {
      out[frame * MOTION_SIZE + column] = sampleAt(curve, placeOf(capture, start, frame));
    }
  };
  SPREAD.forEach((spread, axis) => {
    const curve = capture.head.filter((_, i) => i % HEAD_SIZE === axis);
    put(axis, sized(curve, spread));
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
      clamp(value - usual, 0, 0.8),
    );
    put(HEAD_SIZE + k, own);
  });
  return out;
}

/** A curve brought to a spread about its mean, its extremes bent back. */
function sized(curve: Float32Array, spread: number): Float32Array {
  const mean = curve.reduce((sum, value) => sum + value, 0) / curve.length;
  const own = Math.sqrt(curve.reduce((sum, value) => sum + (value - mean) ** 2, 0) / curve.length);
  const gain = Math.min(GAIN_MOST, spread / Math.max(own, 1e-9));
  const most = SPREADS_MOST * spread;
  return curve.map((value) => most * Math.tanh((gain * (value - mean)) / most));
}
