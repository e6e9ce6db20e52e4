/** @file The timeline: what is heard and what the portrait does, lane under lane; a click goes there. */
import { CHANNELS, type LayerName, type Take } from "../index.js";
import { make, part } from "./dom.js";
import type { HeardVoice } from "./jobs.js";
import type { Words } from "./words.js";

/** A lane: what its name is, how high it is, and which layer it shows, if that can be acted anew. */
interface Lane {
  readonly name: "voice" | "phones" | "lips" | "lids" | "gaze" | "head" | "brows";
  readonly heightPx: number;
  readonly layer?: LayerName;
}

const LANES: readonly Lane[] = [
  { name: "voice", heightPx: 36 },
  { name: "phones", heightPx: 18 },
  { name: "lips", heightPx: 26 },
  { name: "lids", heightPx: 22, layer: "lids" },
  { name: "gaze", heightPx: 22, layer: "gaze" },
  { name: "head", heightPx: 32, layer: "head" },
  { name: "brows", heightPx: 22, layer: "brows" },
];
const GAP_PX = 4;
/** What fills half a lane: turns of the head and of the eyes, radians. */
const HEAD_RADIANS = 0.2;
const GAZE_RADIANS = 0.22;
/** Sounds are named where there is room for it, px. */
const NAMED_PX = 14;
/** One press of an arrow, seconds. */
const ARROW_SECONDS = 0.2;

/** A timeline on the page. */
export interface Timeline {
  show(voice: HeardVoice | undefined, take: Take | undefined): void;
  /** Moves the line that says where it is. */
  at(seconds: number): void;
}

/** What a timeline is told. */
export interface TimelineEvents {
  seek(seconds: number): void;
  reroll(layer: LayerName): void;
}

/** Puts the lanes into the page. */
export function openTimeline(words: Words, events: TimelineEvents): Timeline {
  const track = part("track");
  const canvas = part<HTMLCanvasElement>("curves");
  const playhead = part("playhead");
  let voice: HeardVoice | undefined;
  let take: Take | undefined;
  nameLanes(words, events);

  const draw = () => drawLanes(canvas, track.clientWidth, voice, take);
  new ResizeObserver(draw).observe(track);
  for (const scheme of ["dark", "light"]) {
    matchMedia(`(prefers-color-scheme: ${scheme})`).addEventListener("change", draw);
  }
  const duration = () => voice?.durationSeconds ?? 0;
  const seekTo = ({ clientX }: PointerEvent) => {
    const { left, width } = track.getBoundingClientRect();
    events.seek(Math.max(0, Math.min(1, (clientX - left) / width)) * duration());
  };
  track.addEventListener("pointerdown", (event) => {
    track.setPointerCapture(event.pointerId);
    seekTo(event);
  });
  track.addEventListener("pointermove", (event) => {
    if (track.hasPointerCapture(event.pointerId)) seekTo(event);
  });
  let seconds = 0;
  track.addEventListener("keydown", (event) => {
    const places: Readonly<Record<string, number>> = {
      ArrowLeft: seconds - ARROW_SECONDS,
      ArrowRight: seconds + ARROW_SECONDS,
      Home: 0,
      End: duration(),
    };
    const place = places[event.key];
    if (place === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    events.seek(place);
  });
  return {
    show(heard, acted) {
      voice = heard;
      take = acted;
      track.setAttribute("aria-valuemax", duration().toFixed(1));
      draw();
    },
    at(now) {
      seconds = now;
      const share = duration() > 0 ? now / duration() : 0;
      playhead.style.translate = `${share * track.clientWidth}px`;
      track.setAttribute("aria-valuenow", now.toFixed(1));
      track.setAttribute("aria-valuetext", `${now.toFixed(1)} s`);
    },
  };
}

function nameLanes({ say }: Words, events: TimelineEvents): void {
  for (const { name, heightPx, layer } of LANES) {
    const lane = say(`lane_${name}`);
    const item = make("li", {}, make("span", { textContent: lane }));
    item.style.height = `${heightPx}px`;
    item.style.marginBottom = `${GAP_PX}px`;
    if (layer !== undefined) {
      const title = say("reroll", { lane });
      const again = make("button", { type: "button", textContent: "↻", title });
      again.setAttribute("aria-label", title);
      again.dataset.layer = layer;
      again.addEventListener("click", () => events.reroll(layer));
      item.append(again);
    }
    part("lane-names").append(item);
  }
}

/** Where a lane is drawn. */
interface Strip {
  readonly pen: CanvasRenderingContext2D;
  readonly width: number;
  readonly top: number;
  readonly height: number;
  readonly ink: string;
  readonly accent: string;
}

function drawLanes(
  canvas: HTMLCanvasElement,
  width: number,
  voice: HeardVoice | undefined,
  take: Take | undefined,
): void {
  const scale = devicePixelRatio;
  const height = LANES.reduce((sum, lane) => sum + lane.heightPx + GAP_PX, 0);
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.style.height = `${height}px`;
  const pen = canvas.getContext("2d");
  if (pen === null) return;
  pen.scale(scale, scale);
  const style = getComputedStyle(canvas);
  const probe = (name: string) => colorOf(canvas, style.getPropertyValue(name));
  const [ink, accent, line] = [probe("--dim"), probe("--accent"), probe("--line")];
  let top = 0;
  for (const { name, heightPx } of LANES) {
    const strip: Strip = { pen, width, top, height: heightPx, ink, accent };
    if (voice !== undefined && name === "voice") drawWave(strip, voice);
    if (voice !== undefined && name === "phones") drawPhones(strip, voice);
    if (take !== undefined) drawActed(strip, name, take);
    top += heightPx + GAP_PX;
    pen.fillStyle = line;
    pen.fillRect(0, top - GAP_PX / 2, width, 1);
  }
}

/** Custom properties with light-dark() are only resolved where they are used. */
function colorOf(element: HTMLElement, value: string): string {
  element.style.color = value;
  const { color } = getComputedStyle(element);
  element.style.color = "";
  return color;
}

function drawWave({ pen, width, top, height, ink }: Strip, { channels: [samples] }: HeardVoice) {
  if (samples === undefined || samples.length === 0) return;
  const middle = top + height / 2;
  let most = 0.05;
  for (const sample of samples) most = Math.max(most, Math.abs(sample));
  pen.fillStyle = ink;
  for (let x = 0; x < width; x++) {
    const from = Math.floor((x / width) * samples.length);
    const to = Math.max(from + 1, Math.floor(((x + 1) / width) * samples.length));
    let peak = 0;
    for (let i = from; i < to; i++) peak = Math.max(peak, Math.abs(samples[i] ?? 0));
    const half = Math.max(0.5, (peak / most) * (height / 2 - 1));
    pen.fillRect(x, middle - half, 0.75, 2 * half);
  }
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
const BROW_UP = column("browInnerUp");
const BROW_DOWN = column("browDownLeft");

/** The lane of something that is done; those of what is heard have nothing of it. */
function drawActed(strip: Strip, name: Lane["name"], take: Take): void {
  const { weights, head, gaze } = take;
  const weight = (frame: number, channel: number) =>
    weights[frame * CHANNELS.length + channel] ?? 0;
  const turn = (size: number, at: number, full: number, values: Float32Array) => (frame: number) =>
    0.5 - (values[frame * size + at] ?? 0) / full / 2;
  if (name === "lips") {
    const opening = (frame: number) =>
      1.6 * (weight(frame, JAW) - weight(frame, CLOSE)) + 0.6 * weight(frame, LOWER);
    drawCurve(strip, take, opening, strip.accent, true);
  } else if (name === "lids") {
    drawCurve(strip, take, (frame) => weight(frame, BLINK), strip.accent, true);
  } else if (name === "gaze") {
    drawCurve(strip, take, turn(2, 1, GAZE_RADIANS, gaze), strip.ink);
    drawCurve(strip, take, turn(2, 0, GAZE_RADIANS, gaze), strip.accent);
  } else if (name === "head") {
    drawCurve(strip, take, turn(6, 2, HEAD_RADIANS, head), strip.ink);
    drawCurve(strip, take, turn(6, 1, HEAD_RADIANS, head), strip.ink);
    drawCurve(strip, take, turn(6, 0, HEAD_RADIANS, head), strip.accent);
  } else if (name === "brows") {
    const lift = (frame: number) => 0.5 + weight(frame, BROW_UP) - 0.8 * weight(frame, BROW_DOWN);
    drawCurve(strip, take, lift, strip.accent);
  }
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
