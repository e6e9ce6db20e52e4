/** @file What the studio's page and its worker say to each other. */

import type {
  Consent,
  Edit,
  EmotionMix,
  Failure,
  FilmId,
  LabelWish,
  LayerName,
  Measure,
  ReportMoment,
  Rig,
  Take,
  Verdict,
  VoiceMode,
} from "../index.js";
import type { ChosenFolder, Size } from "../platform/browser.js";

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
  /** Whose manner: 0 is the usual one, others are counted as they were loaded. */
  readonly style: number;
  /** What is felt, all the time. */
  readonly emotion: EmotionMix;
  /** What all chance is drawn from. */
  readonly seed: number;
  /** Layers that were acted anew, and their own seeds. */
  readonly seeds: Readonly<Partial<Record<LayerName, number>>>;
  /** What is changed by hand. */
  readonly edit: Edit;
  /** What is played over and over; all of it if there is none. */
  readonly range: LoopRange | undefined;
}

/** A stretch of the voice, seconds. */
export interface LoopRange {
  readonly from: number;
  readonly to: number;
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
  /** Size of what was taken, in pixels of the file: films larger than that gain nothing. */
  readonly native: Size;
  /** What may spoil the film. */
  readonly warnings: readonly Failure[];
}

/** What is to be seen behind the person. */
export type BackgroundWish =
  | { readonly as: "portrait" | "none" | "blur" }
  /** sRGB, 0..255. */
  | { readonly as: "color"; readonly color: readonly [number, number, number] }
  | { readonly as: "picture"; readonly file: Blob };

/** How films come out. */
export interface Look {
  /** Long side, px. */
  readonly sizePx: number;
  readonly fps: number;
  readonly background: BackgroundWish;
  readonly label: LabelWish;
}

/** What can be made with a look: films, all frames as PNG pictures, or one of them. */
export type FilmKind = "mp4" | "webm" | "frames" | "frame";

/** What a film is asked for. */
export interface FilmWish {
  readonly kind: FilmKind;
  readonly look: Look;
  readonly consent: Consent;
  /** Of a folder of pictures. */
  readonly name: string;
  /** Where one frame is taken, seconds. */
  readonly atSeconds: number;
  /** Where a folder of pictures goes; they come in a zip without. */
  readonly folder?: ChosenFolder | undefined;
}

/** A film that was made. */
export interface MadeFilm {
  readonly kind: FilmKind;
  /** Absent where it was written into a folder. */
  readonly blob?: Blob | undefined;
  /** The folder's name, where there is one. */
  readonly folder?: string | undefined;
  readonly id: FilmId;
  readonly size: Size;
  readonly frameCount: number;
  /** Whether it has Content Credentials; webm cannot. */
  readonly signed: boolean;
  /** Why this browser's registry does not hold it, if it does not. */
  readonly unregistered?: Failure | undefined;
  /** Seconds of drawing and encoding, without the portrait's getting ready. */
  readonly drawnInSeconds: number;
}

/** What a report is asked for: of a film that was chosen, or of what is performed now. */
export type ReportWish = { readonly film: File } | { readonly consent: Consent };

/** What a film is worth, for the page. */
export interface StudioReport {
  readonly name: string;
  readonly durationSeconds: number;
  readonly fps: number;
  readonly size: Size;
  readonly verdict: Verdict;
  readonly measures: readonly Measure[];
  readonly moments: readonly (ReportMoment & { readonly still?: Blob | undefined })[];
  /** The same as one page of HTML, which stands alone. */
  readonly page: Blob;
}

/** The worker's doings by name: what is asked, what comes back. */
export interface Jobs {
  /** @param asked.whole - True takes all of the picture; else the head and shoulders, if there is much around. */
  portrait(asked: { readonly file: Blob; readonly whole: boolean }): SeenPortrait;
  voice(asked: VoiceSource): HeardVoice;
  /** Loads a style, for `Settings.style`. */
  style(asked: { readonly file: Blob }): { readonly index: number; readonly name: string };
  /** Without layers. */
  act(asked: Settings): Take;
  /** Somebody begins to speak into a microphone. */
  liveBegin(asked: { readonly sampleRateHz: number; readonly settings: Settings }): void;
  /** Takes the next block, mono, −1..1. @returns The frames that are settled by now. */
  liveHear(asked: { readonly samples: Float32Array }): Take | undefined;
  /** Acts otherwise from the next frames on. */
  liveDirect(asked: Settings): void;
  /** @returns The frames that are left. */
  liveEnd(asked: Record<string, never>): Take | undefined;
  film(asked: FilmWish): MadeFilm;
  report(asked: ReportWish): StudioReport;
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
