/** @file The worker's part of the microphone: sound in, frames out, by what the sliders say now. */
import {
  type DirectedPerformance,
  type Direction,
  directLive,
  type Nets,
  type Style,
  type Take,
} from "../index.js";
import { wishesOf } from "./acting.js";
import type { Settings } from "./jobs.js";

/** Acts one microphone after another. */
export interface LiveActor {
  begin(sampleRateHz: number, nets: Nets, settings: Settings, style: Style): void;
  hear(samples: Float32Array): Promise<Take | undefined>;
  direct(settings: Settings, style: Style): void;
  end(): Promise<Take | undefined>;
}

/** Nobody speaks yet. */
export function makeLiveActor(): LiveActor {
  let acting: DirectedPerformance | undefined;
  return {
    begin(sampleRateHz, nets, settings, style) {
      acting = directLive(sampleRateHz, { nets }, directionOf(settings, style));
    },
    hear: async (samples) => acting?.push(samples),
    direct: (settings, style) => acting?.direct(directionOf(settings, style)),
    async end() {
      const last = await acting?.finish();
      acting = undefined;
      return last;
    },
  };
}

/** Singing is not told from speech while it still comes: then it is speech. */
function directionOf(settings: Settings, style: Style): Direction {
  const { emotion, seed } = settings;
  return { ...wishesOf(settings), style, seed, emotion: [{ seconds: 0, mix: emotion }] };
}
