/**
 * @file What a film is worth: a film → measures with verdicts, and the moments to look at.
 *
 * The pixels and the sound are measured, never the curves that drove them, so that any film can be
 * judged: ours, another maker's, a real one.
 */
import type { Failure } from "../base/errors.js";
import type { Footage } from "../base/footage.js";
import type { Picture } from "../base/picture.js";
import type { Assets, Nets } from "../base/ports.js";
import type { Recording } from "../base/recording.js";
import type { Run } from "../base/run.js";
import { type Portrait, readPortrait } from "../portrait/portrait.js";
import { findMode } from "../voice/singing.js";
import { analyzeVoice, type Voice } from "../voice/voice.js";
import { backdropOf } from "./backdrop.js";
import { measureBeat } from "./beat.js";
import { type Blink, measureFace } from "./face.js";
import { measureHead } from "./head.js";
import { identify } from "./identity.js";
import { judge } from "./judge.js";
import { measureLips } from "./lips.js";
import type { Finding, Measure, MeasureName, Moment, Verdict } from "./measure.js";
import { measurePictures, STILL_SHARE } from "./pictures.js";
import { alignSpeech, type Speech } from "./speech.js";
import { type Track, watchFilm } from "./track.js";
import { voiceShift } from "./voice-shift.js";

/** What a film is judged against. */
export interface ReportJob {
  readonly film: Footage;
  /** The picture that the film was made from. */
  readonly portrait?: Picture | undefined;
  /** The voice that it was made from; heard in place of the film's own sound if that is missing. */
  readonly voice?: Recording | undefined;
}

/** What a film is worth. */
export interface FilmReport {
  readonly name: string;
  readonly durationSeconds: number;
  readonly fps: number;
  readonly width: number;
  readonly height: number;
  /** The worst of all measures'. */
  readonly verdict: Verdict;
  readonly measures: readonly Measure[];
  /** What to look at, in the order of the film. */
  readonly moments: readonly Moment[];
  /** What the measures were taken from. */
  readonly track: Track;
  readonly speech?: Speech | undefined;
  readonly blinks: readonly Blink[];
  /** What may have spoiled the measuring. */
  readonly warnings: readonly Failure[];
}

/** What a still picture can be judged by. */
const OF_STILLS = new Set<MeasureName>([
  "identityMedian",
  "identityWorst",
  "identityDrift",
  "backgroundDifference",
  "sharpnessDrift",
  "colorDrift",
  "frozenFrames",
  "blackFrames",
  "lostFace",
  "streamDifference",
  "voiceShift",
]);

/**
 * Judges a film.
 *
 * @throws FilmError `face_missing` if most frames show no face, and what reading throws.
 */
export async function reportFilm(
  { film, portrait, voice }: ReportJob,
  on: { readonly nets: Nets; readonly assets: Assets },
  run?: Run,
): Promise<FilmReport> {
  const known = portrait && (await readPortrait(portrait, on, {}, run));
  const heard = film.sound && (await analyzeVoice(film.sound, on, run));
  const given = voice && (await analyzeVoice(voice, on, run));
  const recognition = await on.nets.open("face-identity.onnx");
  const track = await watchFilm(
    film,
    on,
    {
      identity: known && (await identify(recognition, known.picture, known.landmarks)),
      backdrop: known && backdropOf(known, film),
    },
    run,
  );
  const soundStart = (heard && film.audio?.startSeconds) ?? film.video.startSeconds;
  const speech = hearFilm(film, track, heard, given);
  const face = measureFace(track);
  const parts = [
    measureLips(speech, known && restGapOf(known)),
    { findings: face.findings, moments: face.moments },
    measureHead(track, speech),
    { findings: [measureBeat(track, onsetsOf(heard ?? given), soundStart)], moments: [] },
    measurePictures(track, film, known !== undefined),
    { findings: [voiceShift(film, heard, given)], moments: [] },
  ];
  const measures = unlessStill(parts.flatMap(({ findings }) => findings)).map(judge);
  return {
    name: film.name,
    durationSeconds: film.video.endSeconds - film.video.startSeconds,
    fps: film.fps,
    width: film.width,
    height: film.height,
    verdict: worstOf(measures),
    measures,
    moments: momentsOf(
      parts.flatMap(({ moments }) => moments),
      measures,
    ),
    track,
    speech,
    blinks: face.blinks,
    warnings: known?.warnings ?? [],
  };
}

/** The film's own sound says when the lips should move; without it the given voice does. */
function hearFilm(
  film: Footage,
  track: Track,
  heard: Voice | undefined,
  given: Voice | undefined,
): Speech | undefined {
  if (heard !== undefined) return alignSpeech(track, heard, film.audio?.startSeconds ?? 0);
  return given && alignSpeech(track, given, film.video.startSeconds);
}

/** What begins in a song. */
function onsetsOf(voice: Voice | undefined): Float32Array | undefined {
  return voice && findMode(voice) !== "speech" ? voice.onsets : undefined;
}

/** Gap of the portrait's own lips, as a share of its eyes' distance. */
function restGapOf({ landmarks }: Portrait): number {
  const distance = (a: number, b: number) =>
    Math.hypot(...[0, 1, 2].map((axis) => landmarks[3 * a + axis] - landmarks[3 * b + axis]));
  return distance(13, 14) / distance(33, 263);
}

/** A picture that stands still is said to, and not blamed for all that follows from it. */
function unlessStill(findings: readonly Finding[]): readonly Finding[] {
  const frozen = findings.find(({ name }) => name === "frozenFrames")?.value ?? 0;
  if (frozen < 100 * STILL_SHARE) return findings;
  const note = "The picture stands still.";
  return findings.map((finding) =>
    OF_STILLS.has(finding.name) ? finding : { name: finding.name, note },
  );
}

const ORDER: readonly Verdict[] = ["not measured", "pass", "warn", "fail"];

/** The worst of some verdicts. */
export function worstOf(measures: readonly Measure[]): Verdict {
  return measures.reduce<Verdict>(
    (worst, { verdict }) => (ORDER.indexOf(verdict) > ORDER.indexOf(worst) ? verdict : worst),
    "not measured",
  );
}

/** Moments of measures that did not pass. */
function momentsOf(moments: readonly Moment[], measures: readonly Measure[]): Moment[] {
  const bad = new Set(
    measures
      .filter(({ verdict }) => verdict === "warn" || verdict === "fail")
      .map(({ name }) => name),
  );
  return moments.filter(({ name }) => bad.has(name)).sort((a, b) => a.seconds - b.seconds);
}
