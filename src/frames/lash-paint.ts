/** @file The rims of an eye that has moved: lash line and wet line go with the lids, hairs hang. */
import { clamp, mix, smoothstep } from "../base/curves.js";
import type { Picture } from "../base/picture.js";
import type { Lid } from "../rig/lids.js";
import type { LidPlace } from "./lid-paint.js";

/** Lashes point at the viewer and then down when a lid shuts. */
const FROM = 0.3;
const TO = 0.95;
/** The longest hairs, at the outer third, cm, and how thick they are. */
const LENGTH_CM = 0.34;
const THICK_CM = 0.028;
const HAIRS = 42;
/** Hairs as short as that would be dots. */
const SHORT_PX = 1.2;

/** A shut lid's lash line is thinner by this, and no darker than this share of what is below. */
const SHUT_THIN = 1;
const SHUT_SOFT = 0.2;
/**
 * Lids that meet leave a line: so much of it is lashes, which are so many times as bright as in the
 * open eye, where they stand less densely. It reaches so far above, and below without hairs and with
 * the thickest, as shares of the rims' reach.
 */
const LINE_SHARE = 0.8;
const LINE_DENSE = 0.65;
const LINE_ABOVE = 0.5;
const LINE_BARE = 0.7;
const LINE_HAIRY = 1.2;

/**
 * Lays the portrait's own rims over the ball and over what the upper lid has come down on.
 *
 * @param share - 0 = the portrait's own rims are still there.
 */
export function paintRims(frame: Picture, lid: Lid, place: LidPlace, share: number): void {
  if (share === 0) return;
  const { lashes, columns } = lid;
  const { x, bottom, lower, scale } = place;
  const reach = (lashes.rows - 1) * scale;
  const lineAbove = LINE_ABOVE * reach;
  const lineBelow = mix(LINE_BARE, LINE_HAIRY, lashes.strength) * reach;
  for (let k = Math.max(0, -x); k < Math.min(place.columns, frame.width - x); k++) {
    const column = Math.floor(((k + 0.5) / place.columns) * columns);
    const open = smoothstep(0, reach, lower[k] - bottom[k]);
    const thin = (1 + SHUT_THIN * (1 - open)) / scale;
    const upperShare = share * lid.ends[column] * (1 - SHUT_SOFT * (1 - open));
    const lowerShare = share * lid.ends[column] * open;
    const first = Math.max(0, Math.floor(bottom[k]) - 2);
    const last = Math.min(frame.height - 1, Math.ceil(Math.max(bottom[k] + reach, lower[k])));
    for (let y = first; y <= last; y++) {
      const to = 4 * (y * frame.width + x + k);
      const under = y + 0.5 - bottom[k];
      const above = lower[k] - y - 0.5;
      const far = under / (under < 0 ? lineAbove : lineBelow);
      const line = LINE_SHARE * (1 - open) * share * lid.ends[column] * Math.exp(-(far ** 2));
      darken(frame, to, line, lashes.color);
      shadeBy(frame, to, lashes.upper, column, columns, under * thin, upperShare);
      shadeBy(frame, to, lashes.lower, column, columns, above / scale, lowerShare);
    }
  }
}

/** Lets a pixel take a share of a dense lash line's colour, where that is darker. */
function darken({ data }: Picture, to: number, share: number, color: readonly number[]): void {
  for (let c = 0; c < 3; c++) {
    data[to + c] -= share * Math.max(data[to + c] - LINE_DENSE * color[c], 0);
  }
}

/** Multiplies a pixel by a row of a rim's ratios. @param inward - px of the portrait. */
function shadeBy(
  { data }: Picture,
  to: number,
  ratios: Float32Array,
  column: number,
  columns: number,
  inward: number,
  share: number,
): void {
  const rows = ratios.length / (3 * columns);
  const row = clamp(inward - 0.5, 0, rows - 1);
  if (row >= rows - 1) return;
  const edge = share * clamp(inward + 0.5, 0, 1);
  if (edge === 0) return;
  const r = row | 0;
  for (let c = 0; c < 3; c++) {
    const i = 3 * (r * columns + column) + c;
    const ratio = ratios[i] + (row - r) * (ratios[i + 3 * columns] - ratios[i]);
    data[to + c] *= 1 + edge * (ratio - 1);
  }
}

/** Draws the hairs of a lid that is nearly shut, one by one. @param blink - 1 = shut. */
export function paintHairs(
  frame: Picture,
  { lashes }: Lid,
  { x, columns, bottom, scale }: LidPlace,
  { blink, pxPerCm, outerIsLeft }: { blink: number; pxPerCm: number; outerIsLeft: boolean },
): void {
  const hang = smoothstep(FROM, TO, blink);
  if (hang === 0 || lashes.strength < 0.02) return;
  const longest = LENGTH_CM * pxPerCm * scale * hang * (0.6 + 0.4 * lashes.strength);
  const opacity = Math.min(1, THICK_CM * pxPerCm) * lashes.strength;
  for (let hair = 0; hair < HAIRS; hair++) {
    // Every hair is a little different, the same in every frame.
    const one = (hair * 0.618034) % 1;
    const two = (hair * 0.754878) % 1;
    const three = (hair * 0.56984) % 1;
    const outward = 0.06 + 0.88 * ((hair + 1.4 * one) / HAIRS);
    const t = outerIsLeft ? 1 - outward : outward;
    const root = t * columns;
    const k = clamp(Math.floor(root), 0, columns - 1);
    const grown = smoothstep(0, 0.35, outward) * (1 - 0.4 * smoothstep(0.8, 1, outward));
    const length = longest * (0.25 + 0.75 * grown) * (0.45 + 0.55 * two);
    const lean = (outerIsLeft ? -1 : 1) * (1.1 * (outward - 0.4) + 0.8 * (three - 0.5));
    const ink = opacity * (0.4 + 0.6 * one) * smoothstep(SHORT_PX, 2 * SHORT_PX, length);
    strand(frame, x + root, bottom[k], length, lean, ink, lashes.color);
  }
}

/** One hair from its root downwards, curling outwards, thinning to its tip. */
function strand(
  frame: Picture,
  x: number,
  y: number,
  length: number,
  lean: number,
  opacity: number,
  color: readonly number[],
): void {
  const steps = Math.max(2, Math.ceil(1.5 * length));
  for (let s = 0; s < steps; s++) {
    const t = (s + 0.5) / steps;
    const along = length * t;
    const ink = opacity * (1 - t) * Math.min(1, length / steps);
    dab(frame, x + lean * along * (0.5 + 0.5 * t), y + along * (1 - 0.2 * t * t), ink, color);
  }
}

/** A dab of colour spread over the four pixels around a place. */
function dab(frame: Picture, x: number, y: number, ink: number, color: readonly number[]): void {
  const left = Math.floor(x - 0.5);
  const top = Math.floor(y - 0.5);
  if (left < 0 || top < 0 || left + 1 >= frame.width || top + 1 >= frame.height) return;
  const fx = x - 0.5 - left;
  const fy = y - 0.5 - top;
  for (let k = 0; k < 4; k++) {
    const right = k & 1;
    const down = k >> 1;
    const part = ink * (right ? fx : 1 - fx) * (down ? fy : 1 - fy);
    const to = 4 * ((top + down) * frame.width + left + right);
    for (let c = 0; c < 3; c++) frame.data[to + c] += part * (color[c] - frame.data[to + c]);
  }
}
