/**
 * @file The curves of a film over its sound, as SVG: loudness, lips, sounds, blinks, head.
 *
 * Long films are drawn in rows of ten seconds, so that a syllable stays wide enough to be seen.
 */
import { clamp, quantile } from "../base/curves.js";
import type { FilmReport } from "./report.js";
import { RATE, SILENCE_DB, type Speech } from "./speech.js";
import { anglesOf } from "./track.js";
import { timeCode } from "./wording.js";

const ROW_SECONDS = 10;
/** Shorter sounds are not named, unless lips must close for them, steps. */
const NAMED_STEPS = 4;
const WIDTH = 1080;
/** Bands of a row, px: lips over loudness, names of sounds, blinks, head. */
const BAND = { lips: [4, 96], sounds: [98, 110], blinks: [114, 122], head: [126, 186] } as const;
const ROW_HEIGHT = 206;
/** The head's curves are drawn within so many degrees. */
const HEAD_DEGREES = 10;
const COLORS = {
  sound: "#8884",
  expected: "#e08a00",
  lips: "#1769c2",
  blink: "#7a3fb0",
  yaw: "#1769c2",
  pitch: "#2a7d3c",
  roll: "#c0291f",
} as const;

/** Draws all rows of a report. */
export function drawTimeline(report: FilmReport): string {
  const start = report.track.times[0] ?? 0;
  const rows = Math.max(1, Math.ceil(report.durationSeconds / ROW_SECONDS));
  const legend = `<p><small><b style="color:${COLORS.lips}">lips</b> over the <b style="color:${COLORS.expected}">opening that the sounds ask for</b> and the loudness (grey); sounds as they are heard; <b style="color:${COLORS.blink}">blinks</b>; head <b style="color:${COLORS.yaw}">yaw</b>, <b style="color:${COLORS.pitch}">pitch</b>, <b style="color:${COLORS.roll}">roll</b>, ±${HEAD_DEGREES}°</small></p>`;
  const drawn = Array.from({ length: rows }, (_, row) =>
    drawRow(report, start + row * ROW_SECONDS, Math.min(ROW_SECONDS, report.durationSeconds)),
  );
  return legend + drawn.join("\n");
}

function drawRow(report: FilmReport, from: number, length: number): string {
  const to = from + length;
  const x = (seconds: number) => ((seconds - from) / length) * WIDTH;
  const parts = [
    ...(report.speech === undefined ? [] : speechParts(report.speech, from, to, x)),
    ...report.blinks
      .filter((blink) => blink.endSeconds > from && blink.startSeconds < to)
      .map(({ startSeconds, endSeconds }) => {
        const left = Math.max(0, x(startSeconds));
        return `<rect x="${n(left)}" y="${BAND.blinks[0]}" width="${n(Math.max(1.5, x(endSeconds) - left))}" height="${BAND.blinks[1] - BAND.blinks[0]}" fill="${COLORS.blink}"/>`;
      }),
    ...headParts(report, from, to, x),
    ...report.moments
      .filter(({ seconds }) => seconds >= from && seconds < to)
      .map(({ seconds }) => {
        const at = n(x(seconds));
        return `<line x1="${at}" x2="${at}" y1="0" y2="${BAND.head[1]}" stroke="#c0291f" stroke-dasharray="2 3"/>`;
      }),
    ...secondsBetween(from, to).map(
      (second) =>
        `<text x="${n(x(second) + 2)}" y="${ROW_HEIGHT - 6}" font-size="10" fill="#888">${timeCode(second)}</text>`,
    ),
  ];
  return `<svg viewBox="0 0 ${WIDTH} ${ROW_HEIGHT}" role="img" aria-label="From ${timeCode(from)}">${parts.join("")}</svg>`;
}

function secondsBetween(from: number, to: number): number[] {
  const first = Math.ceil(from);
  return Array.from(
    { length: Math.max(0, Math.floor(to - first) + 1) },
    (_, k) => first + k,
  ).filter((second) => second < to && second % 2 === 0);
}

function speechParts(
  speech: Speech,
  from: number,
  to: number,
  x: (seconds: number) => number,
): string[] {
  const { startSeconds, count, openness, expected, level, loudDb, sounds } = speech;
  const first = Math.max(0, Math.round((from - startSeconds) * RATE));
  const last = Math.min(count, Math.round((to - startSeconds) * RATE));
  const [top, bottom] = BAND.lips;
  const place = (i: number) => x(startSeconds + i / RATE);
  const height = (value: number) => bottom - clamp(value, 0, 1) * (bottom - top);
  const line = (value: (i: number) => number, color: string) =>
    pathOf(first, last, place, (i) => height(value(i)), color);
  const loudness = (i: number) => (level[i] - loudDb + SILENCE_DB) / (SILENCE_DB + 6);
  const area = `<path d="M${n(place(first))} ${bottom}${coordinates(first, last, place, (i) => height(loudness(i)))}L${n(place(last))} ${bottom}Z" fill="${COLORS.sound}"/>`;
  const names = sounds
    .filter(({ name, start, end }) => {
      const isWide = name === "PP" || end - start >= NAMED_STEPS;
      return name !== "sil" && isWide && end > first && start < last;
    })
    .map(({ name, start, end }) => {
      const isClosure = name === "PP";
      return `<text x="${n(place((start + end) / 2))}" y="${BAND.sounds[1]}" font-size="9" text-anchor="middle" fill="${isClosure ? "#c0291f" : "#888"}">${name}</text>`;
    });
  return [
    area,
    line((i) => expected[i], COLORS.expected),
    line((i) => openness[i], COLORS.lips),
    ...names,
  ];
}

function headParts(
  { track }: FilmReport,
  from: number,
  to: number,
  x: (seconds: number) => number,
): string[] {
  const [top, bottom] = BAND.head;
  const middle = (top + bottom) / 2;
  const frames = track.times;
  let first = 0;
  while (first < frames.length && frames[first] < from) first++;
  let last = first;
  while (last < frames.length && frames[last] < to) last++;
  const zero = `<line x1="0" x2="${WIDTH}" y1="${middle}" y2="${middle}" stroke="#8884"/>`;
  const curves = anglesOf(track).map((curve, axis) => {
    const rest = quantile(curve, 0.5);
    const y = (frame: number) =>
      middle - (clamp((curve[frame] - rest) / HEAD_DEGREES, -1, 1) * (bottom - top)) / 2;
    const color = [COLORS.yaw, COLORS.pitch, COLORS.roll][axis];
    return pathOf(first, last, (frame) => x(frames[frame]), y, color);
  });
  return [zero, ...curves];
}

function pathOf(
  first: number,
  last: number,
  x: (i: number) => number,
  y: (i: number) => number,
  color: string,
): string {
  if (last <= first) return "";
  const start = `M${n(x(first))} ${n(y(first))}`;
  return `<path d="${start}${coordinates(first, last, x, y)}" fill="none" stroke="${color}" stroke-width="1.3"/>`;
}

function coordinates(
  first: number,
  last: number,
  x: (i: number) => number,
  y: (i: number) => number,
): string {
  let out = "";
  for (let i = first; i < last; i++) out += `L${n(x(i))} ${n(y(i))}`;
  return out;
}

/** A coordinate, to a tenth of a pixel. */
function n(value: number): string {
  return String(Math.round(10 * value) / 10);
}
