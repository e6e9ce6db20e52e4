/** @file Sounds held whole, at the rate at which everything is heard, and what is said in them. */
import type { Recording } from "../../src/base/recording.js";
import { HOP_SECONDS } from "../../src/voice/hops.js";
import { HEARING_HZ, makeMel } from "../../src/voice/mel.js";
import { monoBlocks } from "../../src/voice/mono.js";
import { makeResampler } from "../../src/voice/resample.js";
import type { Utterance, UtteranceFacts } from "./corpus.js";
import { type Span, spansToClasses } from "./phones.js";

/** Samples of a hop at 16 kHz. */
export const HOP_SAMPLES = HEARING_HZ * HOP_SECONDS;

/** An utterance before it becomes log-mel. */
export interface SpokenUtterance extends UtteranceFacts {
  /** 16 kHz, −1..1. */
  readonly samples: Float32Array;
  /** Without gaps from 0 to the end. */
  readonly spans: readonly Span[];
}

/** What a corpus keeps of an utterance. */
export function toUtterance({ samples, spans, ...facts }: SpokenUtterance): Utterance {
  const { hops, mel } = melOfSamples(samples);
  return { ...facts, hops, mel, classes: spansToClasses(spans, hops) };
}

/** A recording as the product hears it: one channel without offset, 16 kHz, −1..1. */
export async function hearWhole(recording: Recording): Promise<Float32Array> {
  const resampler = makeResampler(recording.sampleRateHz, HEARING_HZ);
  const blocks: Float32Array[] = [];
  for await (const block of monoBlocks(recording)) blocks.push(resampler.push(block));
  blocks.push(resampler.flush());
  return joined(blocks);
}

/** The same samples at 16 kHz. */
export function atHearingRate(samples: Float32Array, sampleRateHz: number): Float32Array {
  const resampler = makeResampler(sampleRateHz, HEARING_HZ);
  return joined([resampler.push(samples), resampler.flush()]);
}

/** Log-mel of all whole hops of a sound at 16 kHz. */
export function melOfSamples(samples: Float32Array): { hops: number; mel: Float32Array } {
  const hops = Math.floor(samples.length / HOP_SAMPLES);
  const rows = makeMel(hops);
  rows.push(samples);
  return { hops, mel: rows.finish(hops) };
}

/** Blocks one after the other. */
export function joined(blocks: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(blocks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const block of blocks) {
    out.set(block, at);
    at += block.length;
  }
  return out;
}
