/** @file What the studio's page and its worker say to each other. */
import type {
  Consent,
  EmotionMix,
  Failure,
  FilmContainer,
  LayerName,
  Rig,
  Take,
  VoiceMode,
} from "../index.js";

/** What the sliders and choices say; plain data, so that it can be undone. */
export interface Settings {
  /** As in `Direction`. */
  readonly energy: number;
  readonly head: number;
  readonly mouth: number;
  readonly expression: number;
  readonly blink: number;
  readonly gaze: "natural" | "camera";
  readonly mode: VoiceMode | "auto";
  /** What is felt, all the time. */
  readonly emotion: EmotionMix;
  /** What all chance is drawn from. */
  readonly seed: number;
  /** Layers that were acted anew, and their own seeds. */
  readonly seeds: Readonly<Partial<Record<LayerName, number>>>;
}

/** A voice: a file, or what a microphone has heard. */
export type VoiceSource =
  | { readonly file: Blob }
  | { readonly samples: Float32Array<ArrayBuffer>; readonly sampleRateHz: number };

/** A sound of a voice, for the timeline. */
export interface Phone {
  /** Name of its class, see `SOUND_CLASSES`. */
  readonly name: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** A voice that was understood. */
export interface HeardVoice {
  /** −1..1, one array per channel. */
  readonly channels: readonly Float32Array<ArrayBuffer>[];
  readonly sampleRateHz: number;
  readonly durationSeconds: number;
  readonly phones: readonly Phone[];
}

/** A portrait that can move. */
export interface SeenPortrait {
  readonly rig: Rig;
  /** What may spoil the film. */
  readonly warnings: readonly Failure[];
}

/** What a film is asked for. */
export interface FilmWish {
  readonly container: FilmContainer;
  readonly consent: Consent;
}

/** The worker's doings by name: what is asked, what comes back. */
export interface Jobs {
  /** @param asked.whole - True takes all of the picture; else the head and shoulders, if there is much around. */
  portrait(asked: { readonly file: Blob; readonly whole: boolean }): SeenPortrait;
  voice(asked: VoiceSource): HeardVoice;
  /** Without layers. */
  act(asked: Settings): Take;
  film(asked: FilmWish): Blob;
  take(asked: { readonly as: "json" | "csv" }): Blob;
  sheet(asked: Record<string, never>): Blob;
}

/** Name of a job. */
export type JobName = keyof Jobs;

/** To the worker. */
export type ToThread =
  | { readonly id: number; readonly name: JobName; readonly asked: unknown }
  | { readonly cancel: number };

/** From the worker. */
export type FromThread = { readonly id: number } & (
  | { readonly result: unknown }
  | { readonly stage: string; readonly share: number }
  | { readonly failure: Failure }
  | { readonly stopped: true }
  | { readonly crash: string }
);
