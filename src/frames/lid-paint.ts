/** @file A lid on its way down: what it carries along, and the skin that comes out of its fold. */
import { clamp, mix, smoothstep } from "../base/curves.js";
import { coarseness } from "../rig/lashes.js";
import { heightOf, type Lid, RELIEF_ROWS } from "../rig/lids.js";
import { NO_SKIN, SKIN, type SkinLayer } from "./skin-layer.js";

/** Where a lid is in one frame; rewritten by `placeLid`. */
export interface LidPlace {
  /** First column of the frame, and how many. */
  x: number;
  columns: number;
  /** Heights of the landmarks above the fold, of the upper and the lower margin, frame px. */
  top: Float32Array;
  bottom: Float32Array;
  lower: Float32Array;
  /** Frame px for one px of the portrait, downwards, as the head alone makes it. */
  scale: number;
  /** 0 = the portrait's own lid, 1 = drawn anew. */
  share: number;
  /** How much of the lashes that stood before the skin above has gone down with the lid, 0..1. */
  gone: number;
  /** What the lid carries is foreshortened so many times: its lashes turn away. */
  squeeze: number;
}

/** From here to there the lid has come down, as a share of its opening, that it is drawn anew. */
const FROM = 0.02;
const TO = 0.1;
/** The fold's rows begin softly at the landmarks above, cm. */
const TOP_CM = 0.12;
/** New skin takes its own colour this far below the fold, and above what the lid carries, cm. */
const FOLD_CM = 0.22;
const STRIP_CM = 0.12;
/** Where the whole lid is new, it takes its own colour so slowly: in deep sockets it is dark above, cm. */
const WHOLE_FOLD_CM = 0.6;
/** From here on no lash stands before the skin above any more. */
const GONE = 0.45;
/** How much what a shut lid carries is foreshortened, and from where on. */
const SQUEEZE = 0.7;
const SQUEEZE_FROM = 0.25;
/** Lids are no lower than this. */
const MIN_PX = 0.5;
/** The ball that shows above the margin is covered nearly up to the corners, see `Lid.ends`. */
const BALL_ENDS = 0.15;
/** What a lid carries grows no brighter than this on its way down. */
const LOWERED_MOST = 1.7;
/** An upper lid's soft edge reaches this far beyond its margin, px of the portrait. */
const BEYOND_PX = 1.6;
/** A fold that has let its skin go is flatter: its line fades by this share, so far above the cut, cm. */
const SOFT_SHARE = 0.4;
const SOFT_CM = 0.12;
/** Lashes stand so far above the landmarks over the fold, cm. */
const STAND_CM = 0.3;
/** Edge of the new skin, and of a whole new lid, cm and px at least. */
const EDGE_CM = 0.05;
const WHOLE_EDGE_CM = 0.2;
const WHOLE_EDGE_PX = 2;

/** An empty place. */
export function makeLidPlace(): LidPlace {
  const none = new Float32Array(0);
  return {
    x: 0,
    columns: 0,
    top: none,
    bottom: none,
    lower: none,
    scale: 1,
    share: 0,
    gone: 0,
    squeeze: 1,
  };
}

/** Polylines of one eye in the frame, px, y down, shape [n, 2] each. */
export interface LidLines {
  readonly top: Float32Array;
  readonly margin: Float32Array;
  readonly lower: Float32Array;
}

/**
 * Finds a lid in a frame.
 *
 * @param now - Height of the landmarks above the fold over the margin, at its middle, frame px.
 * @param still - The same if the head alone had moved.
 */
export function placeLid(
  place: LidPlace,
  lid: Lid,
  { top, margin, lower }: LidLines,
  now: number,
  still: number,
): void {
  const first = margin[0];
  const last = margin[margin.length - 2];
  place.x = Math.floor(Math.min(first, last));
  place.columns = Math.ceil(Math.max(first, last)) - place.x;
  if (place.top.length < place.columns) {
    for (const line of ["top", "bottom", "lower"] as const) {
      place[line] = new Float32Array(2 * place.columns);
    }
  }
  for (let k = 0; k < place.columns; k++) {
    const x = place.x + k + 0.5;
    place.top[k] = heightOf(top, x);
    place.bottom[k] = heightOf(margin, x);
    place.lower[k] = heightOf(lower, x);
  }
  const middle = Math.floor(place.columns / 2);
  const own = Math.floor(lid.columns / 2);
  const gap = lid.margin[own] - lid.top[own];
  // In a face that is tilted, a column crosses the lid at an angle.
  const slant = (place.bottom[middle] - place.top[middle]) / Math.max(now, MIN_PX);
  place.scale = Math.max(still * slant, MIN_PX) / Math.max(gap, MIN_PX);
  const grown = ((now - still) * slant) / place.scale;
  const shut = grown / Math.max(lid.span[own] - lid.fold[own], 1);
  place.share = smoothstep(FROM, TO, shut);
  place.gone = smoothstep(FROM, GONE, shut);
  place.squeeze = 1 + SQUEEZE * smoothstep(SQUEEZE_FROM, 1, shut);
}

/**
 * Lets the layer show, along a lowered lid, what the lid carries: above its fold what was there,
 * above its margin what was there. To be done before the layer's colours are sampled.
 */
export function carryLid(layer: SkinLayer, lid: Lid, place: LidPlace, pxPerCm: number): void {
  if (place.share === 0) return;
  const { attributes } = layer;
  eachLidPixel(layer, lid, place, 0, (i, column, above, under) => {
    const aboveFold = lid.margin[column] - lid.top[column] - lid.fold[column];
    const down = above - aboveFold;
    const up = under - lid.fold[column] / place.squeeze;
    if (down + up <= 0) return;
    const margin = lid.margin[column];
    const y =
      down < up
        ? Math.min(lid.top[column] + above, margin)
        : margin - Math.max(under * place.squeeze, 0);
    const start = smoothstep(0, TOP_CM * pxPerCm, above);
    const share = place.share * lid.ends[column] * start;
    attributes[i + SKIN.y] += share * (y - attributes[i + SKIN.y]);
  });
}

/**
 * Lays the skin that comes out of the fold over the layer's colours.
 *
 * In coarse pictures what a lid would carry down is crumbs of lashes, and on stone it is a carved
 * rim: there the whole lid is new, under an arch from corner to corner.
 *
 * @param carved - Whether the lid is of stone, 0..1.
 */
export function paintLid(
  layer: SkinLayer,
  lid: Lid,
  place: LidPlace,
  pxPerCm: number,
  carved = 0,
): void {
  if (place.share === 0) return;
  const { attributes, color } = layer;
  const whole = Math.max(coarseness(pxPerCm), carved);
  const mostEdge = mix(EDGE_CM * pxPerCm, Math.max(WHOLE_EDGE_CM * pxPerCm, WHOLE_EDGE_PX), whole);
  const foldReach = mix(FOLD_CM, WHOLE_FOLD_CM, whole) * pxPerCm;
  eachLidPixel(layer, lid, place, STAND_CM * pxPerCm, (i, column, above, under) => {
    const gap = lid.margin[column] - lid.top[column];
    const cut = mix(gap - lid.fold[column], (1 - archAt(lid, column)) * gap, whole);
    const down = above - cut;
    const up = under - lid.fold[column] / place.squeeze;
    const grown = down + up;
    if (grown <= 0) return;
    const to = (i / SKIN.size) * 4;
    const all = place.share * lid.ends[column];
    if (down < up) {
      liftLashes(color, to, lid, attributes, i, place.gone);
      const line = place.gone * lid.ends[column] * Math.exp(-((down / (SOFT_CM * pxPerCm)) ** 2));
      const soft = (1 - whole) * SOFT_SHARE * line;
      for (let c = 0, k = 3 * column; c < 3; c++, k++) {
        color[to + c] += soft * Math.max(lid.skin[k] - color[to + c], 0);
      }
    }
    const relief = reliefAt(lid, column, down);
    const lowered = relief * loweredAt(lid, column, down);
    if (down >= up) {
      // What the lid carries has turned on the ball.
      const was = reliefAt(lid, column, lid.fold[column] - under * place.squeeze);
      for (let c = 0; c < 3; c++) color[to + c] *= 1 + all * (lowered / was - 1);
    }
    const edge = Math.min(mostEdge, grown / 2);
    // A whole new lid goes down to the margin.
    const free = up + whole * (lid.fold[column] + edge);
    const begins = smoothstep(mix(-edge / 2, -edge, whole), edge, down);
    const fresh = begins * smoothstep(-edge / 2, edge, free);
    const ball = lid.ball[column];
    const aboveMargin = lid.margin[column] - attributes[i + SKIN.y];
    const hidden = ball > 0 ? smoothstep(1.3 * ball, ball, aboveMargin) : 0;
    const covers = Math.max(
      all * fresh,
      place.share * smoothstep(0, BALL_ENDS, lid.ends[column]) * hidden,
    );
    if (covers < 0.004) return;
    const inside = smoothstep(0, foldReach, down) * smoothstep(0, STRIP_CM * pxPerCm, free);
    const own = Math.max(hidden, mix(lid.own[column], 1, whole) * inside);
    const seam = lowered / reliefAt(lid, column, 0);
    const light = attributes[i + SKIN.light] * (1 + grainAt(lid, column, up));
    const low = clamp(down / lid.span[column], 0, 1);
    for (let c = 0, k = 3 * column; c < 3; c++, k++) {
      const skin = mix(lid.skin[k], lid.lowSkin[k], low);
      const begin = mix(seam * lid.seam[k], mix(lid.crease[k], lid.skin[k], carved), whole);
      const made = mix(begin, relief * skin, own);
      color[to + c] += covers * (made * light - color[to + c]);
    }
  });
}

/**
 * Makes the line where the margins of a shut eye meet as smooth as its place is exact: the skin layer
 * knows whole pixels only.
 */
export function joinMargins({ box, color, depth }: SkinLayer, place: LidPlace): void {
  const { x, columns, bottom, lower } = place;
  for (let k = Math.max(0, box.x - x); k < Math.min(columns, box.x + box.width - x); k++) {
    const row = Math.floor(bottom[k]) - box.y;
    const shut = clamp(1 - (lower[k] - bottom[k]), 0, 1);
    if (shut === 0 || row < 1 || row + 1 >= box.height) continue;
    const pixel = row * box.width + x + k - box.x;
    const [above, below] = [pixel - box.width, pixel + box.width];
    if (depth[above] === NO_SKIN || depth[below] === NO_SKIN) continue;
    const part = bottom[k] - row - box.y;
    for (let c = 0; c < 3; c++) {
      const joined = mix(color[4 * below + c], color[4 * above + c], part);
      color[4 * pixel + c] += shut * place.share * (joined - color[4 * pixel + c]);
    }
  }
}

/**
 * Calls for each pixel of a lid, from so many px above its landmarks, with the place of its attributes, its column in the lid's tables, and
 * how far it lies below the landmarks above and above the margin, px of the portrait.
 */
function eachLidPixel(
  { box, depth, attributes }: SkinLayer,
  lid: Lid,
  { x, columns, top, bottom, scale }: LidPlace,
  startAbove: number,
  visit: (i: number, column: number, above: number, under: number) => void,
): void {
  const from = Math.max(0, box.x - x);
  const to = Math.min(columns, box.x + box.width - x);
  for (let k = from; k < to; k++) {
    const first = Math.max(box.y, Math.floor(top[k] - startAbove * scale));
    // The layer's margin and the line differ by parts of a pixel.
    const last = Math.min(box.y + box.height - 1, Math.ceil(bottom[k]) + 1);
    for (let y = first; y <= last; y++) {
      const pixel = (y - box.y) * box.width + x + k - box.x;
      if (depth[pixel] === NO_SKIN) continue;
      const i = pixel * SKIN.size;
      const column = clamp(Math.floor(attributes[i + SKIN.x]) - lid.x, 0, lid.columns - 1);
      // Below the margin begins the lower lid.
      if (attributes[i + SKIN.y] > lid.margin[column] + BEYOND_PX) continue;
      const above = (y + 0.5 - top[k]) / scale;
      const under = (bottom[k] - y - 0.5) / scale;
      visit(i, column, above, under);
    }
  }
}

/** Takes the lashes that stood before the skin off it. @param share - 0 = they are still there. */
function liftLashes(
  color: Uint8ClampedArray,
  to: number,
  { standing, x, columns }: Lid,
  attributes: Float32Array,
  i: number,
  share: number,
): void {
  if (share === 0) return;
  const { lift, rows } = standing;
  const u = attributes[i + SKIN.x] - x - 0.5;
  const v = attributes[i + SKIN.y] - standing.y - 0.5;
  if (u < 0 || v < 0 || u >= columns - 1 || v >= rows - 1) return;
  const k = Math.floor(u);
  const row = Math.floor(v);
  const from = 3 * (row * columns + k);
  for (let c = 0; c < 3; c++) {
    const above = mix(lift[from + c], lift[from + 3 + c], u - k);
    const below = mix(lift[from + 3 * columns + c], lift[from + 3 * columns + 3 + c], u - k);
    color[to + c] += share * attributes[i + SKIN.light] * mix(above, below, v - row);
  }
}

/** How high a lid is between the corners of its eye, 0..1: half an ellipse. */
function archAt({ columns }: Lid, column: number): number {
  const t = (column + 0.5) / columns;
  return Math.sqrt(1 - (2 * t - 1) ** 2);
}

/** The lid's light so many px below its fold. */
function reliefAt({ relief, span, columns }: Lid, column: number, down: number): number {
  const row = clamp(down / span[column], 0, 1) * (RELIEF_ROWS - 1);
  const r = Math.min(row | 0, RELIEF_ROWS - 2);
  const i = r * columns + column;
  return relief[i] + (row - r) * (relief[i + columns] - relief[i]);
}

/** How much brighter it is so many px below the fold, where the lid comes out of its shadow. */
function loweredAt({ skin, lowSkin, span }: Lid, column: number, down: number): number {
  const k = 3 * column + 1;
  const ratio = clamp(lowSkin[k] / Math.max(skin[k], 1), 1, LOWERED_MOST);
  return mix(1, ratio, clamp(down / span[column], 0, 1));
}

/** The grain of skin so many px above what the lid carries. */
function grainAt({ grain, columns }: Lid, column: number, up: number): number {
  const rows = grain.length / columns;
  const row = clamp(up, 0, rows - 1.001);
  const r = row | 0;
  const i = Math.min(r, rows - 2) * columns + column;
  return grain[i] + (row - r) * (grain[i + columns] - grain[i]);
}
