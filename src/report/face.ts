/** @file What a face does besides speaking: blink, change its expression, stay the same person. */
import { gaussianSmooth, quantile } from "../base/curves.js";
import type { Finding, Moment } from "./measure.js";
import { BROWS, curveOf, distanceOf, eyesOf, lidsOf, type Track } from "./track.js";

/**
 * A blink brings the lids nearer by at least this share of their distance within so many seconds
 * before and after. In films of real people the dips of talking and of glances stay below it.
 */
const DEPTH = 0.32;
const SHOULDER_SECONDS = 0.5;
/** Shorter and longer ones are none, seconds. */
const BLINK_SECONDS = [0.04, 0.6] as const;
/** Shorter films say nothing of how often somebody blinks, seconds. */
const LEAST_SECONDS = 10;
/** Fewer looks at the face say nothing of likeness: about two seconds. */
const LEAST_LOOKS = 10;
/** Expressions last longer than sounds: what is quicker is not looked at for brows, seconds. */
const BROW_SECONDS = 0.12;

/** A time at which the eyes are shut, seconds on the film's clock. */
export interface Blink {
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** All that is measured of the face. */
export function measureFace(track: Track): {
  readonly findings: Finding[];
  readonly moments: Moment[];
  readonly blinks: readonly Blink[];
} {
  const blinks = blinksOf(track);
  const identity = identityOf(track);
  return {
    findings: [...identity.findings, ...blinkFindings(track, blinks), ...varietyOf(track)],
    moments: identity.moments,
    blinks,
  };
}

function identityOf({ identity, times }: Track) {
  const distances = identity.map(({ distance }) => distance);
  if (distances.length < LEAST_LOOKS) {
    const note = "The film is too short.";
    const names = ["identityMedian", "identityWorst", "identityDrift"] as const;
    return { findings: names.map((name): Finding => ({ name, note })), moments: [] };
  }
  const third = Math.max(1, Math.floor(distances.length / 3));
  const middle = (part: readonly number[]) => quantile(part, 0.5);
  const worst = identity.reduce((a, b) => (b.distance > a.distance ? b : a));
  const findings: Finding[] = [
    { name: "identityMedian", value: middle(distances) },
    { name: "identityWorst", value: quantile(distances, 0.99) },
    {
      name: "identityDrift",
      value: middle(distances.slice(-third)) - middle(distances.slice(0, third)),
    },
  ];
  const moments: Moment[] = [
    {
      seconds: times[worst.frame],
      name: "identityWorst",
      what: `The face is least like itself (${worst.distance.toFixed(2)}).`,
    },
  ];
  return { findings, moments };
}

/**
 * Blinks: short dips of the distance between the lids, as deep as a part of what it is around them.
 *
 * Depth, not the distance that is left: networks see lids that are shut under a deep brow as half
 * open, and yet they see them come down and go up.
 */
export function blinksOf(track: Track): Blink[] {
  const lids = lidsOf(track);
  const reach = Math.round(SHOULDER_SECONDS * track.fps);
  const blinks: Blink[] = [];
  let end = 0;
  for (let frame = 1; frame + 1 < track.frameCount; frame++) {
    const low = lids[frame];
    if (frame < end || lids[frame - 1] <= low || lids[frame + 1] < low) continue;
    const before = Math.max(...lids.subarray(Math.max(end, frame - reach), frame));
    const after = Math.max(...lids.subarray(frame + 1, frame + 1 + reach));
    const open = Math.min(before, after);
    if (low > (1 - DEPTH) * open) continue;
    const half = (low + open) / 2;
    let start = frame;
    while (lids[start - 1] < half) start--;
    end = frame + 1;
    while (lids[end] < half) end++;
    const [startSeconds, endSeconds] = [track.times[start], track.times[end]];
    const seconds = endSeconds - startSeconds;
    if (seconds >= BLINK_SECONDS[0] && seconds <= BLINK_SECONDS[1]) {
      blinks.push({ startSeconds, endSeconds });
    }
  }
  return blinks;
}

function blinkFindings(track: Track, blinks: readonly Blink[]): Finding[] {
  const seconds = track.frameCount / track.fps;
  if (seconds < LEAST_SECONDS) {
    const note = `The film is shorter than ${LEAST_SECONDS} s.`;
    return (["blinkRate", "blinkLength", "blinkRegularity"] as const).map((name) => ({
      name,
      note,
    }));
  }
  const lengths = blinks.map(({ startSeconds, endSeconds }) => 1000 * (endSeconds - startSeconds));
  const gaps = blinks.slice(1).map((blink, k) => blink.startSeconds - blinks[k].startSeconds);
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / Math.max(gaps.length, 1);
  const deviation = Math.sqrt(
    gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / Math.max(gaps.length, 1),
  );
  const few = `Only ${blinks.length} blinks in the film.`;
  return [
    { name: "blinkRate", value: (60 * blinks.length) / seconds },
    lengths.length >= 2
      ? { name: "blinkLength", value: quantile(lengths, 0.5) }
      : { name: "blinkLength", note: few },
    gaps.length >= 4
      ? { name: "blinkRegularity", value: deviation / mean }
      : { name: "blinkRegularity", note: few },
  ];
}

/** How much mouth and brows change over the film, % of the eyes' distance. */
function varietyOf(track: Track): Finding[] {
  const eyes = eyesOf(track);
  const spread = (of: (frame: number) => number, smoothSeconds = 0) => {
    const curve = gaussianSmooth(
      curveOf(track, (frame) => (100 * of(frame)) / eyes[frame]),
      smoothSeconds * track.fps,
    );
    const mean = curve.reduce((sum, value) => sum + value, 0) / curve.length;
    return curve.reduce((sum, value) => sum + (value - mean) ** 2, 0) / curve.length;
  };
  const gap = (a: number, b: number) => (frame: number) => distanceOf(track, frame, a, b);
  const mouth = [gap(13, 14), gap(61, 291), gap(0, 17)].map((of) => spread(of));
  const [outerRight, innerRight, outerLeft, innerLeft] = BROWS;
  const brows = [
    [outerRight, 33],
    [innerRight, 133],
    [outerLeft, 263],
    [innerLeft, 362],
  ].map(([brow, eye]) => spread(gap(brow, eye), BROW_SECONDS));
  const root = (parts: readonly number[]) =>
    Math.sqrt(parts.reduce((sum, value) => sum + value, 0) / parts.length);
  return [
    { name: "mouthVariety", value: root(mouth) },
    { name: "browVariety", value: root(brows) },
  ];
}
