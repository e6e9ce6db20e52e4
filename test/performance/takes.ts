/** @file What tests read off a take: curves, times, shut lips, blinks and how curves move. */
import { CHANNEL_COUNT, CHANNEL_INDEX, CHANNELS, type Channel } from "../../src/base/channels.js";
import { HEAD_SIZE, type Take } from "../../src/performance/take.js";
import type { Stretch } from "./voices.js";

export const DEGREE = Math.PI / 180;
/** Names of `Take.head`'s first columns, in their order. */
export const TURNS = ["pitch", "yaw", "roll"] as const;
/** The jaw below which the rig measures mouthClose against this instead: see frames/deform.ts. */
const JAW_FLOOR = 0.04;

/** The instant that a frame shows, seconds. */
export function timeOf(take: Take, frame: number): number {
  return (frame + 0.5) / take.fps;
}

/** The frames that show an instant of a stretch. */
export function framesIn(take: Take, { from, to }: Stretch): number[] {
  return Array.from({ length: take.frameCount }, (_, frame) => frame).filter(
    (frame) => timeOf(take, frame) >= from && timeOf(take, frame) < to,
  );
}

/** The frame nearest to an instant. */
export function frameAt(take: Take, seconds: number): number {
  return Math.min(take.frameCount - 1, Math.max(0, Math.round(seconds * take.fps - 0.5)));
}

/** One channel over time. */
export function curveOf(take: Take, name: Channel): number[] {
  return column(take.weights, CHANNEL_COUNT, CHANNEL_INDEX[name]);
}

/** One turn of the head over time, degrees. */
export function turnOf(take: Take, name: (typeof TURNS)[number]): number[] {
  return column(take.head, HEAD_SIZE, TURNS.indexOf(name)).map((angle) => angle / DEGREE);
}

/** Where the irises look against the portrait, degrees. */
export function gazeOf(take: Take, name: "yaw" | "pitch"): number[] {
  return column(take.gaze, 2, name === "yaw" ? 0 : 1).map((angle) => angle / DEGREE);
}

/** One column of rows that are `size` long. */
function column(data: Float32Array, size: number, at: number): number[] {
  return Array.from({ length: data.length / size }, (_, i) => data[i * size + at]);
}

/** Channels of lips, jaw and tongue. */
export const MOUTH = CHANNELS.filter((name) => /^(jaw|mouth|tongue)/.test(name));

/** One frame's weight. */
export function weightAt(take: Take, frame: number, name: Channel): number {
  return take.weights[frame * CHANNEL_COUNT + CHANNEL_INDEX[name]];
}

/** How much of the gap between the lips is shut, as the rig reads the weights: 1 = they touch. */
export function shutAt(take: Take, frame: number): number {
  return (
    weightAt(take, frame, "mouthClose") / Math.max(weightAt(take, frame, "jawOpen"), JAW_FLOOR)
  );
}

/** Whether the lips touch in a frame and nothing pulls them apart. */
export function lipsMeet(take: Take, frame: number): boolean {
  const pull =
    weightAt(take, frame, "mouthLowerDownLeft") + weightAt(take, frame, "mouthUpperUpLeft");
  return shutAt(take, frame) > 0.98 && pull < 0.01 && weightAt(take, frame, "mouthFunnel") < 0.11;
}

/** Whether the mouth's every channel is 0 in a frame. */
export function mouthRests(take: Take, frame: number): boolean {
  return MOUTH.every((name) => weightAt(take, frame, name) === 0);
}

/** How far a mouth stands open. */
export function openingAt(take: Take, frame: number): number {
  return weightAt(take, frame, "jawOpen") * (1 - Math.min(1, shutAt(take, frame)));
}

/** A blink. */
export interface Blink extends Stretch {
  /** How far the lid comes down. */
  readonly depth: number;
}

/** The blinks of an eye: times in which its lid is down. */
export function blinksOf(take: Take, name: "eyeBlinkLeft" | "eyeBlinkRight" = "eyeBlinkLeft") {
  const curve = curveOf(take, name);
  const blinks: Blink[] = [];
  let first = -1;
  for (let frame = 0; frame <= curve.length; frame++) {
    const isDown = frame < curve.length && curve[frame] > 0.02;
    if (isDown && first < 0) first = frame;
    if (isDown || first < 0) continue;
    const depth = Math.max(...curve.slice(first, frame));
    blinks.push({ from: first / take.fps, to: frame / take.fps, depth });
    first = -1;
  }
  return blinks;
}

/** Mean of some numbers. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Standard deviation. */
export function spread(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}

/** The largest of some numbers' sizes; of many, too. */
export function largest(values: Iterable<number>): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}

/** How far a curve ranges. */
export function range(values: readonly number[]): number {
  return Math.max(...values) - Math.min(...values);
}

/** The change of a curve from frame to frame, a second. */
export function changes(curve: readonly number[], fps: number): number[] {
  return curve.slice(1).map((value, i) => (value - curve[i]) * fps);
}

/** The share of a curve's variance at frequencies above some hertz. */
export function shareAbove(curve: readonly number[], fps: number, hz: number): number {
  const n = curve.length;
  const middle = mean(curve);
  const windowed = curve.map(
    (value, i) => (value - middle) * (0.5 - 0.5 * Math.cos((2 * Math.PI * i) / n)),
  );
  let above = 0;
  let total = 0;
  for (let k = 1; k <= n / 2; k++) {
    const power = powerAt(windowed, (2 * Math.PI * k) / n);
    total += power;
    if ((k * fps) / n > hz) above += power;
  }
  return above / total;
}

/** Power of a curve at a frequency, radians a sample: Goertzel's recurrence. */
function powerAt(curve: readonly number[], omega: number): number {
  const twice = 2 * Math.cos(omega);
  let last = 0;
  let before = 0;
  for (const value of curve) {
    const next = value + twice * last - before;
    before = last;
    last = next;
  }
  return last * last + before * before - twice * last * before;
}

/** Pearson's r. */
export function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (list: readonly number[]) => list.reduce((x, y) => x + y, 0) / list.length;
  const [ma, mb] = [mean(a), mean(b)];
  const dot = (x: readonly number[], mx: number, y: readonly number[], my: number) =>
    x.reduce((sum, value, i) => sum + (value - mx) * (y[i] - my), 0);
  return dot(a, ma, b, mb) / Math.sqrt(dot(a, ma, a, ma) * dot(b, mb, b, mb));
}
