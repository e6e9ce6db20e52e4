/** @file How the head moves: how far, how fast, never still, never shaking, and when. */
import { gaussianSmooth, quantile } from "../base/curves.js";
import { makePowerSpectrum } from "../base/fft.js";
import { peakOf } from "./lip-sync.js";
import type { Finding, Moment } from "./measure.js";
import { RATE, type Speech } from "./speech.js";
import { anglesOf, curveOf, eyesOf, pointOf, SKULL, type Track } from "./track.js";

/** Of the mean curve of three angles: still is less than this within a second. */
const STILL_PERCENT = 0.35;
/** Smoothing that takes the network's noise away before stillness is judged, seconds. */
const CALM_SECONDS = 0.15;
/** Points of a spectrum's window, about five seconds at 25 frames a second. */
const WINDOW = 128;

/** All that is measured of the head. */
export function measureHead(
  track: Track,
  speech: Speech | undefined,
): { readonly findings: Finding[]; readonly moments: Moment[] } {
  const angles = anglesOf(track);
  const spread = (curve: Float32Array) => Math.sqrt(variance(curve));
  const jitter = jitterOf(track);
  const freeze = longestStill(track);
  const worst = jitter.indexOf(Math.max(...jitter));
  return {
    findings: [
      { name: "jitter", value: jitter.length > 0 ? quantile(jitter, 0.5) : undefined },
      { name: "headYaw", value: spread(angles[0]) },
      { name: "headPitch", value: spread(angles[1]) },
      { name: "headRoll", value: spread(angles[2]) },
      ...spectrumOf(track, angles),
      { name: "headFreeze", value: freeze.seconds },
      leadOf(track, angles, speech),
    ],
    moments: [
      {
        seconds: track.times[worst + 1] ?? 0,
        name: "jitter",
        what: `The skull jumps by ${(jitter[worst] ?? 0).toFixed(1)} % of the eyes' distance.`,
      },
      {
        seconds: freeze.at,
        name: "headFreeze",
        what: `The head does not move for ${freeze.seconds.toFixed(1)} s.`,
      },
    ],
  };
}

/** Second differences of the skull's points, % of the eyes' distance, at 25 frames a second. */
export function jitterOf(track: Track): number[] {
  const { points, frameCount, fps } = track;
  const eyes = quantile(eyesOf(track), 0.5);
  // Films of more frames a second are looked at with as long steps as others.
  const step = Math.max(1, Math.round(fps / 27));
  const jumps: number[] = [];
  for (let frame = step; frame + step < frameCount; frame++) {
    let squares = 0;
    for (const point of SKULL) {
      const [a, b, c] = [frame - step, frame, frame + step].map((at) => pointOf(at, point));
      for (let axis = 0; axis < 2; axis++) {
        squares += (points[a + axis] - 2 * points[b + axis] + points[c + axis]) ** 2;
      }
    }
    jumps.push((100 * Math.sqrt(squares / SKULL.length)) / eyes);
  }
  return jumps;
}

/** The longest time in which the skull stays where it is. */
function longestStill(track: Track): { readonly seconds: number; readonly at: number } {
  const { points, frameCount, fps, times } = track;
  const eyes = quantile(eyesOf(track), 0.5);
  const place = (axis: number) =>
    gaussianSmooth(
      curveOf(track, (frame) => {
        const sum = SKULL.reduce((total, point) => total + points[pointOf(frame, point) + axis], 0);
        return (100 * sum) / SKULL.length / eyes;
      }),
      CALM_SECONDS * fps,
    );
  const [x, y] = [place(0), place(1)];
  const second = Math.max(2, Math.round(fps));
  const range = (curve: Float32Array, frame: number) => {
    const window = curve.subarray(frame, frame + second);
    return Math.max(...window) - Math.min(...window);
  };
  let best = { seconds: 0, at: times[0] };
  for (let start = 0; start + second <= frameCount; start++) {
    let end = start;
    while (
      end + second <= frameCount &&
      range(x, end) < STILL_PERCENT &&
      range(y, end) < STILL_PERCENT
    ) {
      end++;
    }
    if (end > start) {
      const seconds = (end - start - 1 + second) / fps;
      if (seconds > best.seconds) best = { seconds, at: times[start] + seconds / 2 };
    }
    start = end;
  }
  return best;
}

/** Shares of the angles' power that are slow and fast. */
function spectrumOf(track: Track, angles: readonly Float32Array[]): Finding[] {
  const { fps, frameCount } = track;
  if (frameCount < WINDOW || fps < 12) {
    const note = "The film is too short for a spectrum.";
    return [
      { name: "headSlow", note },
      { name: "headFast", note },
    ];
  }
  const spectrum = makePowerSpectrum(WINDOW);
  const total = new Float64Array(WINDOW / 2 + 1);
  const powers = new Float64Array(total.length);
  for (let start = 0; start + WINDOW <= frameCount; start += WINDOW / 2) {
    for (const curve of angles) {
      const part = curve.subarray(start, start + WINDOW);
      const mean = part.reduce((sum, value) => sum + value, 0) / WINDOW;
      const windowed = Float64Array.from(part, (value, i) => {
        return (value - mean) * (0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (WINDOW - 1)));
      });
      spectrum(windowed, powers).forEach((power, bin) => {
        if (bin > 0) total[bin] += power;
      });
    }
  }
  const all = total.reduce((sum, power) => sum + power, 0);
  const share = (from: number, to: number) =>
    total.reduce((sum, power, bin) => {
      const hz = (bin * fps) / WINDOW;
      return hz >= from && hz < to ? sum + power : sum;
    }, 0) / Math.max(all, 1e-12);
  return [
    { name: "headSlow", value: share(0, 1) },
    { name: "headFast", value: share(5, Number.POSITIVE_INFINITY) },
  ];
}

/** How long the head's speed runs before the voice's loudness, ms. */
function leadOf(
  track: Track,
  angles: readonly Float32Array[],
  speech: Speech | undefined,
): Finding {
  if (speech === undefined || speech.count < 5 * RATE) {
    return { name: "headLead", note: "There is too little speech." };
  }
  const speed = curveOf(track, (frame) =>
    Math.hypot(...angles.map((curve) => curve[frame] - curve[Math.max(0, frame - 1)])),
  );
  const smooth = gaussianSmooth(speed, 0.1 * track.fps);
  const moved = Float32Array.from({ length: speech.count }, (_, i) => {
    const frame = (speech.startSeconds + i / RATE - track.times[0]) * track.fps;
    return smooth[Math.min(track.frameCount - 1, Math.max(0, Math.round(frame)))];
  });
  const loud = speech.level.map((value) => Math.max(value, speech.loudDb - 40));
  const peak = peakOf(moved, loud);
  return peak === undefined
    ? { name: "headLead", note: "The head does not move." }
    : { name: "headLead", value: (-peak.lag * 1000) / RATE };
}

function variance(curve: Float32Array): number {
  const mean = curve.reduce((sum, value) => sum + value, 0) / curve.length;
  return curve.reduce((sum, value) => sum + (value - mean) ** 2, 0) / curve.length;
}
