/**
 * @file Somebody else's mouth: a network from sound to ARKit channels, in place of ours.
 *
 * In: a recording, the network, its description. Out: the channels of jaw, lips and tongue every
 * 10 ms. The sound streams through in overlapping pieces, so its length costs no memory. Channels
 * of eyes, brows and cheeks are ignored: those are acted, not heard.
 */
import { clamp, mix } from "../base/curves.js";
import { FilmError } from "../base/errors.js";
import type { Recording } from "../base/recording.js";
import { type Run, step } from "../base/run.js";
import { HOP_SECONDS } from "./hops.js";
import { LIP_CHANNELS, LIP_COUNT } from "./lip-channels.js";
import type { LipModelDescription } from "./lip-model-file.js";
import { monoBlocks } from "./mono.js";
import { makeResampler } from "./resample.js";

/** Numbers and their dimensions, row-major. */
export interface LipTensor {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

/** A network, loaded: several inputs by name, one output at a time. */
export interface LipNet {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** @param outputName - One of `outputNames`: what is to be computed. */
  run(inputs: Readonly<Record<string, LipTensor>>, outputName: string): Promise<LipTensor>;
}

/** A network that moves the mouth, and how it is fed and understood. */
export interface LipModel {
  readonly net: LipNet;
  readonly description: LipModelDescription;
}

/** Overlap of pieces if the description says nothing, seconds. */
const OVERLAP_SECONDS = 1;
/** No network is given less, seconds: many cannot take a few samples. The rest is silence. */
const SHORTEST_SECONDS = 1;
/** A network may give so many frames more or fewer than its rate says, and such a share of them. */
const FRAMES_OFF = 2;
const FRAMES_OFF_SHARE = 0.01;
/** Farther from 0 no number is a weight, as in take files. */
const WEIGHT_MAX = 10;
/** What keeps silence finite when it is divided by its own size; as wav2vec 2.0 has it. */
const VARIANCE_FLOOR = 1e-7;

/**
 * Joins a network with its description and tries them on silence: what does not fit is found at
 * once, not after minutes of other work.
 *
 * @throws FilmError `lip_model_invalid`, if the inputs and outputs are not those described;
 *   `lip_model_failed`, as `decodeWithModel`.
 */
export async function openLipModel(
  net: LipNet,
  description: LipModelDescription,
): Promise<LipModel> {
  const { inputNames, outputNames } = net;
  const { name } = description.output;
  const constants = Object.keys(description.input.constants);
  const stray = constants.find((constant) => !inputNames.includes(constant));
  const [inputs, outputs] = [inputNames.join(", "), outputNames.join(", ")];
  let problem: string | undefined;
  if (stray !== undefined) {
    problem = `has no input “${stray}” for a constant, but ${inputs}`;
  } else if (inputNames.length !== constants.length + 1) {
    problem = `has ${inputNames.length} inputs (${inputs}); input.constants must name all but the sound, and names ${constants.length}`;
  } else if (name === undefined && outputNames.length !== 1) {
    problem = `has ${outputNames.length} outputs (${outputs}); output.name must choose one`;
  } else if (name !== undefined && !outputNames.includes(name)) {
    problem = `has no output “${name}”, but ${outputs}`;
  }
  if (problem !== undefined) throw new FilmError("lip_model_invalid", `The lip model ${problem}.`);
  const model = { net, description };
  await inferCurves(model, new Float32Array(sizesOf(description).shortest));
  return model;
}

/**
 * Curves of the mouth by somebody else's network, limited to 0..1.
 *
 * Curves are linear between the network's frames and held at both ends. From one piece of sound to
 * the next they pass within a third of what both share: nearer to its ends a network knows too
 * little of what comes before and after.
 *
 * @param hopCount - Rows to give.
 * @param run - Told in hops, as stage "lips".
 * @returns In the order of `LIP_CHANNELS`, row i at (i + ½) · 10 ms, shape [hops, 28]. Channels
 *   that the network lacks are 0.
 * @throws FilmError `lip_model_failed`: the network stops, or gives shapes that the description
 *   does not foretell, or numbers that are none or far from weights.
 */
export async function decodeWithModel(
  recording: Recording,
  model: LipModel,
  hopCount: number,
  run?: Run,
): Promise<Float32Array> {
  const { description } = model;
  const { sampleRateHz } = description;
  const lips = new Float32Array(hopCount * LIP_COUNT);
  step(run, "lips", 0, hopCount);
  const gain = await gainFor(recording, description, run);
  const halfPassage = overlapOf(description) / 6;
  let lastEnd = Number.NEGATIVE_INFINITY;
  for await (const { samples, start, isLast } of piecesOf(recording, description, run)) {
    for (let i = 0; i < samples.length; i++) samples[i] *= gain;
    const curves = await inferCurves(model, samples);
    const startSeconds = start / sampleRateHz;
    const endSeconds = (start + samples.length) / sampleRateHz;
    const middle = (startSeconds + lastEnd) / 2;
    const done = writePiece(lips, curves, description, {
      startSeconds,
      endSeconds: isLast ? Number.POSITIVE_INFINITY : endSeconds,
      passage: [middle - halfPassage, middle + halfPassage],
    });
    lastEnd = endSeconds;
    step(run, "lips", done, hopCount);
  }
  return lips;
}

/** Where a piece counts, in seconds of the network's time. */
interface Place {
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** Where the curves of the piece before give way to its own. */
  readonly passage: readonly [from: number, to: number];
}

/**
 * Writes the hops of one piece over and behind those of the pieces before.
 *
 * @param curves - Shape [frames, 28].
 * @returns How many hops are written by now.
 */
function writePiece(
  lips: Float32Array,
  curves: Float32Array,
  { framesPerSecond, delaySeconds }: LipModelDescription,
  { startSeconds, endSeconds, passage: [from, to] }: Place,
): number {
  const hopCount = lips.length / LIP_COUNT;
  const last = curves.length / LIP_COUNT - 1;
  const secondsAt = (hop: number) => (hop + 0.5) * HOP_SECONDS + delaySeconds;
  let hop = Math.max(0, Math.floor((from - delaySeconds) / HOP_SECONDS - 0.5));
  for (; hop < hopCount && secondsAt(hop) < endSeconds; hop++) {
    const seconds = secondsAt(hop);
    if (seconds < from) continue;
    const share = seconds >= to ? 1 : (seconds - from) / (to - from);
    const at = clamp((seconds - startSeconds) * framesPerSecond - 0.5, 0, last);
    const before = Math.floor(at) * LIP_COUNT;
    const after = Math.ceil(at) * LIP_COUNT;
    for (let c = 0; c < LIP_COUNT; c++) {
      const value = mix(curves[before + c], curves[after + c], at % 1);
      const i = hop * LIP_COUNT + c;
      lips[i] = mix(lips[i], clamp(value, 0, 1), share);
    }
  }
  return Math.min(hop, hopCount);
}

/** Runs the network on one piece. @returns Its weights, not yet limited, shape [frames, 28]. */
async function inferCurves({ net, description }: LipModel, samples: Float32Array) {
  const { constants, layout } = description.input;
  const shape = { samples: [], "batch-samples": [1], "batch-channel-samples": [1, 1] }[layout];
  const inputs: Record<string, LipTensor> = {};
  for (const name of net.inputNames) {
    const constant = constants[name];
    inputs[name] = constant
      ? { values: Float32Array.from(constant.values), shape: constant.shape }
      : { values: samples, shape: [...shape, samples.length] };
  }
  const outputName = description.output.name ?? net.outputNames[0];
  let output: LipTensor;
  try {
    output = await net.run(inputs, outputName);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
    throw new FilmError("lip_model_failed", `The lip model stopped: ${reason}`, {}, { cause });
  }
  checkShape(output, outputName, samples.length, description);
  return curvesOf(output, outputName, description);
}

/** Refuses dimensions that are not those of the layout, the channels and the rate. */
function checkShape(
  { values, shape }: LipTensor,
  outputName: string,
  sampleCount: number,
  { channels, framesPerSecond, sampleRateHz, output: { layout } }: LipModelDescription,
): void {
  const seconds = sampleCount / sampleRateHz;
  const frames = seconds * framesPerSecond;
  const off = FRAMES_OFF + FRAMES_OFF_SHARE * frames;
  const sizes = { batch: 1, frames: "frames", channels: channels.length } as const;
  const wanted = layout.split("-").map((name) => sizes[name as keyof typeof sizes]);
  const fits = (size: number, i: number) =>
    wanted[i] === "frames" ? size > 0 && Math.abs(size - frames) <= off : size === wanted[i];
  const isWhole = values.length === shape.reduce((size, side) => size * side, 1);
  if (shape.length === wanted.length && shape.every(fits) && isWhole) return;
  const about = wanted.map((size) => (size === "frames" ? `about ${Math.round(frames)}` : size));
  throw new FilmError(
    "lip_model_failed",
    `The lip model's output “${outputName}” has the shape [${shape.join(", ")}] for ${seconds.toFixed(2)} s of sound; expected [${about.join(", ")}] (${layout.replaceAll("-", ", ")}).`,
    { outputName, shape: shape.join(" × "), expected: about.join(" × ") },
  );
}

/** The columns of jaw, lips and tongue, scaled. @returns Shape [frames, 28]. */
function curvesOf(
  { values }: LipTensor,
  outputName: string,
  { channels, scale, output: { layout } }: LipModelDescription,
): Float32Array {
  const frameCount = values.length / channels.length;
  const isByFrame = layout !== "batch-channels-frames";
  const curves = new Float32Array(frameCount * LIP_COUNT);
  channels.forEach((name, column) => {
    const c = name === null ? -1 : LIP_CHANNELS.indexOf(name);
    if (name === null || c < 0) return;
    const factor = typeof scale === "number" ? scale : (scale[name] ?? 1);
    for (let frame = 0; frame < frameCount; frame++) {
      const i = isByFrame ? frame * channels.length + column : column * frameCount + frame;
      const weight = factor * values[i];
      if (!(Math.abs(weight) <= WEIGHT_MAX)) {
        const message = `The lip model's output “${outputName}” gives ${name} the weight ${weight} in frame ${frame}; weights are 0 to 1.`;
        throw new FilmError("lip_model_failed", message, { outputName, channel: name, frame });
      }
      curves[frame * LIP_COUNT + c] = weight;
    }
  });
  return curves;
}

/** One piece of sound. */
interface Piece {
  /** At the network's rate; the receiver's to change. */
  readonly samples: Float32Array;
  /** Where it begins, samples from the recording's beginning. */
  readonly start: number;
  readonly isLast: boolean;
}

/**
 * The sound in pieces that overlap and begin at frames, each a window long. The last one reaches
 * back to be as long, but for a part of a frame; a recording shorter than a window is one piece.
 */
async function* piecesOf(
  recording: Recording,
  description: LipModelDescription,
  run: Run | undefined,
): AsyncGenerator<Piece, void, void> {
  const { window, shortest, framesApart } = sizesOf(description);
  const samplesPerFrame = description.sampleRateHz / description.framesPerSecond;
  const startOf = (frame: number) => Math.round(frame * samplesPerFrame);
  const held = new Float32Array(window + Math.ceil(framesApart * samplesPerFrame) + 1);
  let filled = 0;
  /** Where `held` begins: with the piece given last. */
  let base = 0;
  let nextFrame = 0;
  const moveTo = (start: number) => {
    held.copyWithin(0, start - base, filled);
    filled -= start - base;
    base = start;
  };
  // A piece is given when the next sample is there: only then it is known not to be the last.
  for await (const block of soundFor(recording, description, run)) {
    for (let at = 0; at < block.length; ) {
      const wanted = startOf(nextFrame) - base + window + 1;
      const taken = block.subarray(at, at + wanted - filled);
      held.set(taken, filled);
      filled += taken.length;
      at += taken.length;
      if (filled < wanted) continue;
      moveTo(startOf(nextFrame));
      nextFrame += framesApart;
      yield { samples: held.slice(0, window), start: base, isLast: false };
    }
  }
  if (nextFrame > 0) moveTo(startOf(Math.ceil((base + filled - window) / samplesPerFrame)));
  const samples = new Float32Array(Math.max(shortest, filled));
  samples.set(held.subarray(0, filled));
  yield { samples, start: base, isLast: true };
}

/** Lengths of pieces, in samples and frames. */
function sizesOf(description: LipModelDescription) {
  const { sampleRateHz, framesPerSecond, windowSeconds, windowIsFixed } = description;
  const window = Math.round(windowSeconds * sampleRateHz);
  const shortest = windowIsFixed ? window : Math.min(window, SHORTEST_SECONDS * sampleRateHz);
  const apart = (windowSeconds - overlapOf(description)) * framesPerSecond;
  return { window, shortest, framesApart: Math.max(1, Math.floor(apart + 1e-9)) };
}

function overlapOf({ overlapSeconds, windowSeconds }: LipModelDescription): number {
  return overlapSeconds ?? Math.min(OVERLAP_SECONDS, windowSeconds / 2);
}

/** One channel at the network's rate, block by block. */
async function* soundFor(
  recording: Recording,
  { sampleRateHz }: LipModelDescription,
  run: Run | undefined,
): AsyncGenerator<Float32Array, void, void> {
  const resampler = makeResampler(recording.sampleRateHz, sampleRateHz);
  for await (const block of monoBlocks(recording)) {
    run?.signal?.throwIfAborted();
    yield resampler.push(block);
  }
  yield resampler.flush();
}

/** The factor that all samples are multiplied by; for "unit-variance" it takes listening twice. */
async function gainFor(
  recording: Recording,
  description: LipModelDescription,
  run: Run | undefined,
): Promise<number> {
  if (description.input.normalize === "none") return 1;
  let power = 0;
  let count = 0;
  for await (const block of soundFor(recording, description, run)) {
    for (let i = 0; i < block.length; i++) power += block[i] * block[i];
    count += block.length;
  }
  return 1 / Math.sqrt(power / Math.max(1, count) + VARIANCE_FLOOR);
}
