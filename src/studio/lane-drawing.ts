/** @file Drawing of the timeline's lanes: what is heard, what is done, and what keys push. */
import {
  CHANNELS,
  curveOfKeys,
  EDIT_LIMITS,
  type Edit,
  type EditLane,
  type EmotionName,
  type Take,
} from "../index.js";
import { feelingsOf, type KeyLane, keysOf, strengthOf, strongestOf } from "./edit-keys.js";
import type { HeardVoice, Settings } from "./jobs.js";
import { GAP_PX, heightOf, LANES, LANES_HEIGHT_PX, type Lane, topOf } from "./lanes.js";
import type { Words } from "./words.js";

/** What fills half a lane: turns of the head and of the eyes, radians. */
const HEAD_RADIANS = 0.2;
const GAZE_RADIANS = 0.22;
/** Sounds are named where there is room for it, px. */
const NAMED_PX = 14;
/** What lanes are drawn in: custom properties of the page. */
const COLORS = ["--dim", "--ink", "--accent", "--key", "--line"];
/** From a block's side to what it is called. */
const LABEL_PX = 8;
/** No canvas is wider: browsers refuse more. */
const CANVAS_PX_MOST = 16_000;
/** Columns of a take's rows, and whether up is more. */
const HEAD_COLUMNS = [
  ["head.pitch", -1],
  ["head.yaw", 1],
  ["head.roll", 1],
] as const;
const GAZE_COLUMNS = [
  ["gaze.yaw", 1],
  ["gaze.pitch", -1],
] as const;
/** Of each feeling, legible on light and on dark. */
const FEELING_COLORS: Readonly<Record<EmotionName, string>> = {
  ...{ neutral: "#8a8a8a", happy: "#d9a400", tender: "#d76f93", sad: "#4b7fc4" },
  ...{ angry: "#cf4a3c", afraid: "#8d63c0", surprised: "#1f9c93", disgusted: "#6f9a35" },
};
/** Points a second of a curve of keys. */
const KEYS_FPS = 50;

/** What lanes are drawn of. */
export interface Shown {
  readonly voice: HeardVoice | undefined;
  readonly take: Take | undefined;
  readonly settings: Settings;
  /** Which keys each lane shows. */
  chosen(lane: Lane): KeyLane | undefined;
}

/** Where a lane is drawn. */
interface Strip {
  readonly pen: CanvasRenderingContext2D;
  readonly width: number;
  readonly top: number;
  readonly height: number;
  readonly ink: string;
  readonly text: string;
  readonly accent: string;
  /** Of what was set by hand. */
  readonly key: string;
}

/** Draws all lanes. @param width - Of the timeline, px. */
export function drawLanes(
  canvas: HTMLCanvasElement,
  width: number,
  shown: Shown,
  words: Words,
): void {
  const scale = Math.min(devicePixelRatio, CANVAS_PX_MOST / Math.max(1, width));
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(LANES_HEIGHT_PX * scale);
  canvas.style.height = `${LANES_HEIGHT_PX}px`;
  const pen = canvas.getContext("2d");
  if (pen === null) return;
  pen.scale(scale, scale);
  const style = getComputedStyle(canvas);
  const probe = (name: string) => colorOf(canvas, style.getPropertyValue(name));
  const [ink, text, accent, key, line] = COLORS.map(probe);
  const colors = { ink: ink ?? "", text: text ?? "", accent: accent ?? "", key: key ?? "" };
  const { voice, take, settings } = shown;
  for (const lane of LANES) {
    const top = topOf(lane);
    const strip: Strip = { pen, width, top, height: lane.heightPx, ...colors };
    const chosen = shown.chosen(lane);
    if (voice !== undefined && lane.name === "voice") drawWave(strip, voice);
    if (voice !== undefined && lane.name === "phones") drawPhones(strip, voice);
    if (voice !== undefined && lane.name === "emotion") drawFelt(strip, voice, settings, words);
    if (take !== undefined) drawActed(strip, lane.name, chosen, take);
    if (voice !== undefined && chosen !== undefined && chosen !== "emotion") {
      drawPush(strip, lane, chosen, settings.edit, voice.durationSeconds);
    }
    pen.fillStyle = line ?? "";
    pen.fillRect(0, top + lane.heightPx + GAP_PX / 2, width, 1);
  }
}

/** Custom properties with light-dark() are only resolved where they are used. */
function colorOf(element: HTMLElement, value: string): string {
  element.style.color = value;
  const { color } = getComputedStyle(element);
  element.style.color = "";
  return color;
}

/** Peaks by width, of each voice: it is drawn again with every step of a key. */
const peaksKnown = new WeakMap<Float32Array, Map<number, Float32Array>>();

function peaksOf(samples: Float32Array, width: number): Float32Array {
  const known = peaksKnown.get(samples) ?? new Map<number, Float32Array>();
  peaksKnown.set(samples, known);
  const before = known.get(width);
  if (before !== undefined) return before;
  const peaks = Float32Array.from({ length: width }, (_, x) => {
    const from = Math.floor((x / width) * samples.length);
    const to = Math.max(from + 1, Math.floor(((x + 1) / width) * samples.length));
    let peak = 0;
    for (let i = from; i < to; i++) peak = Math.max(peak, Math.abs(samples[i] ?? 0));
    return peak;
  });
  known.set(width, peaks);
  return peaks;
}

function drawWave({ pen, width, top, height, ink }: Strip, { channels: [samples] }: HeardVoice) {
  if (samples === undefined || samples.length === 0) return;
  const middle = top + height / 2;
  const peaks = peaksOf(samples, Math.floor(width));
  const most = peaks.reduce((a, b) => Math.max(a, b), 0.05);
  pen.fillStyle = ink;
  peaks.forEach((peak, x) => {
    const half = Math.max(0.5, (peak / most) * (height / 2 - 1));
    pen.fillRect(x, middle - half, 0.75, 2 * half);
  });
}

function drawPhones(strip: Strip, { phones, durationSeconds }: HeardVoice): void {
  const { pen, width, top, height, ink, accent } = strip;
  pen.font = "10px system-ui, sans-serif";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  for (const { name, startSeconds, endSeconds } of phones) {
    const left = (startSeconds / durationSeconds) * width;
    const long = ((endSeconds - startSeconds) / durationSeconds) * width;
    pen.globalAlpha = 0.22;
    pen.fillStyle = /^[AEIOUY@]/.test(name) ? accent : ink;
    pen.fillRect(left, top + 2, Math.max(0.75, long - 0.5), height - 4);
    pen.globalAlpha = 1;
    if (long < NAMED_PX) continue;
    pen.fillStyle = ink;
    pen.fillText(name, left + long / 2, top + height / 2);
  }
}

const column = (name: (typeof CHANNELS)[number]) => CHANNELS.indexOf(name);
const JAW = column("jawOpen");
const CLOSE = column("mouthClose");
const LOWER = column("mouthLowerDownLeft");
const BLINK = column("eyeBlinkLeft");
const SMILE = column("mouthSmileLeft");
const FROWN = column("mouthFrownLeft");
const BROW_UP = column("browInnerUp");
const BROW_DOWN = column("browDownLeft");

/** The lane of something that is done; those of what is heard have nothing of it. */
function drawActed(
  strip: Strip,
  name: Lane["name"],
  chosen: KeyLane | undefined,
  take: Take,
): void {
  const { weights, head, gaze } = take;
  const weight = (frame: number, channel: number) =>
    weights[frame * CHANNELS.length + channel] ?? 0;
  const turns = (
    rows: Float32Array,
    full: number,
    columns: readonly (readonly [keyed: KeyLane, sign: number])[],
  ) => {
    const colored = columns.map(([keyed, sign], at) => {
      const height = (frame: number) =>
        0.5 + (sign * (rows[frame * (rows.length / take.frameCount) + at] ?? 0)) / full / 2;
      return { height, isChosen: keyed === chosen };
    });
    for (const { height } of colored.filter(({ isChosen }) => !isChosen)) {
      strip.pen.globalAlpha = 0.35;
      drawCurve(strip, take, height, strip.ink);
      strip.pen.globalAlpha = 1;
    }
    for (const { height } of colored.filter(({ isChosen }) => isChosen)) {
      drawCurve(strip, take, height, strip.accent);
    }
  };
  if (name === "lips" && chosen === "smile") {
    const smile = (frame: number) => weight(frame, SMILE) - weight(frame, FROWN);
    drawCurve(strip, take, (frame) => 0.5 + 0.5 * smile(frame), strip.accent);
  } else if (name === "lips") {
    const opening = (frame: number) =>
      1.6 * (weight(frame, JAW) - weight(frame, CLOSE)) + 0.6 * weight(frame, LOWER);
    drawCurve(strip, take, opening, strip.accent, true);
  } else if (name === "lids") {
    drawCurve(strip, take, (frame) => weight(frame, BLINK), strip.accent, true);
  } else if (name === "gaze") {
    turns(gaze, GAZE_RADIANS, GAZE_COLUMNS);
  } else if (name === "head") {
    turns(head, HEAD_RADIANS, HEAD_COLUMNS);
  } else if (name === "brows") {
    const lift = (frame: number) => 0.5 + weight(frame, BROW_UP) - 0.8 * weight(frame, BROW_DOWN);
    drawCurve(strip, take, lift, strip.accent);
  }
}

/** What is felt: a block from each key to the next, as high as it is strong. */
function drawFelt(
  { pen, width, top, height, text: color }: Strip,
  { durationSeconds }: HeardVoice,
  { edit, emotion }: Settings,
  { say }: Words,
): void {
  const cues = feelingsOf(edit, emotion);
  pen.font = "11px system-ui, sans-serif";
  pen.textAlign = "left";
  pen.textBaseline = "middle";
  cues.forEach(({ seconds, mix }, k) => {
    const left = (seconds / durationSeconds) * width;
    const right = ((cues[k + 1]?.seconds ?? durationSeconds) / durationSeconds) * width;
    const name = strongestOf(mix);
    const high = strengthOf(mix) * height;
    pen.globalAlpha = 0.45;
    pen.fillStyle = FEELING_COLORS[name];
    pen.fillRect(left, top + height - high, Math.max(0, right - left - 1), high);
    pen.globalAlpha = 1;
    const text = say(name);
    if (pen.measureText(text).width + 2 * LABEL_PX > right - left) return;
    pen.fillStyle = color;
    pen.fillText(text, left + LABEL_PX, top + height / 2);
  });
}

/** The curve that keys push, over the line where nothing is pushed. */
function drawPush(
  { pen, width, key }: Strip,
  lane: Lane,
  keyed: EditLane,
  edit: Edit,
  durationSeconds: number,
): void {
  const keys = keysOf(edit, keyed);
  if (keys.length === 0) return;
  const frameCount = Math.max(2, Math.round(durationSeconds * KEYS_FPS));
  const curve = curveOfKeys(keys, { fps: KEYS_FPS, frameCount });
  const limit = EDIT_LIMITS[keyed];
  const rest = heightOf(lane, keyed, 0);
  pen.fillStyle = key;
  pen.strokeStyle = key;
  pen.globalAlpha = 0.4;
  pen.fillRect(0, rest - 0.5, width, 1);
  pen.globalAlpha = 1;
  pen.lineWidth = 1.6;
  pen.beginPath();
  let wasPushed = false;
  curve.forEach((value, frame) => {
    const x = ((frame + 0.5) / (durationSeconds * KEYS_FPS)) * width;
    const isPushed = value !== 0 || curve[frame + 1] !== 0 || curve[frame - 1] !== 0;
    const y = heightOf(lane, keyed, Math.max(-limit, Math.min(limit, value)));
    if (isPushed && wasPushed) pen.lineTo(x, y);
    else pen.moveTo(x, y);
    wasPushed = isPushed;
  });
  pen.stroke();
}

/** @param at - 0..1 from the bottom to the top of the lane, by frame. */
function drawCurve(
  { pen, width, top, height }: Strip,
  { frameCount }: Take,
  at: (frame: number) => number,
  color: string,
  isFilled = false,
): void {
  const y = (frame: number) => top + 1 + (1 - Math.max(0, Math.min(1, at(frame)))) * (height - 2);
  pen.beginPath();
  if (isFilled) pen.moveTo(0, top + height);
  for (let frame = 0; frame < frameCount; frame++) {
    const x = ((frame + 0.5) / frameCount) * width;
    if (frame === 0 && !isFilled) pen.moveTo(x, y(frame));
    else pen.lineTo(x, y(frame));
  }
  if (isFilled) {
    pen.lineTo(width, top + height);
    pen.globalAlpha = 0.35;
    pen.fillStyle = color;
    pen.fill();
    pen.globalAlpha = 1;
  }
  pen.lineWidth = 1.1;
  pen.strokeStyle = color;
  if (!isFilled) pen.stroke();
}
