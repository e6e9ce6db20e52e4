/**
 * @file The light in a mouth: by how deep a thing lies, how near the lips are, and how far the corners.
 *
 * Depth goes dark red, neutral darkening would look grey. Over all lies the picture's own grain;
 * drawings are hardly shaded, and only what is wet gleams.
 */
import { clamp, mix, smoothstep } from "../base/curves.js";
import type { Picture } from "../base/picture.js";
import type { Rig } from "../rig/rig.js";
import type { Similarity } from "./eye-paint.js";
import { FINENESS, type MouthCanvas } from "./mouth-canvas.js";
import type { Opening } from "./opening.js";

/** Light falls in through the opening: half of it is left at this many times its mean radius. */
const HALF_LIGHT = 2.2;
/** It falls freely on what lies less deep behind the lips than this, cm. */
const CLEAR_CM = 0.9;
/** How much faster than red the colours fade where flesh is red. */
const FADE = [0, 0.3, 0.35] as const;
/** Depth of the back of the mouth, cm. */
export const BACK_CM = 6.5;
/** Cheeks and palate show through the dark this far in from the lips, cm, and how bright at most. */
const CHEEK_CM = 0.8;
const CHEEK_LIGHT = 0.36;
/** The lips' wet inside: how far it is seen, cm, and how much of it. */
const RIM_CM = 0.13;
const RIM = 0.5;
/** It gleams in a line this far from the lower lip's edge and this wide, cm. */
const GLEAM_CM = { from: 0.07, width: 0.05 } as const;
const GLEAM = 0.3;
const GLEAM_END_CM = 0.22;
/** Grain up to this amount is taken over, and this share of it. */
const MOST_GRAIN = 0.025;
const GRAIN = 0.65;

/** Where a mouth's light comes from in one frame. */
export interface LightMoment {
  /** Frame → portrait at the mouth. */
  readonly toPortrait: Similarity;
  /** cam z of the nearer lip, px. */
  readonly lipDepth: number;
}

/** Lights one mouth; owns its working memory. */
export interface MouthLight {
  /**
   * Shades a canvas and lays it into the frame.
   *
   * @param shares - How much of each pixel's ground is mouth, shape [box.height, box.width].
   */
  resolve(
    canvas: MouthCanvas,
    opening: Opening,
    moment: LightMoment,
    shares: Float32Array,
    frame: Picture,
  ): void;
}

/** The light in a rig's mouth. */
export function makeMouthLight(rig: Rig): MouthLight {
  const { palette, surface } = rig.mouth;
  const cm = rig.pose.pxPerCm;
  const form = 1 - surface.flatness;
  const gloss = surface.gloss * form * (1 - surface.carved);
  const lightFrom = clamp(rig.light[1] / Math.max(0.3 * Math.abs(rig.light[0]), 1e-6), -1, 1);
  const grain = GRAIN * Math.min(1, MOST_GRAIN / Math.max(surface.grainAmount, 1e-6));
  const fade = new Float32Array(3 * FADE_STEPS);
  const tints = Float32Array.from({ length: 3 * TINT_STEPS }, (_, i) => {
    return (Math.floor(i / 3) / (TINT_STEPS - 1)) ** (1 + palette.redness * FADE[i % 3]);
  });
  const edges = makeEdges();
  const color = new Float32Array(3);

  return {
    resolve(canvas, opening, { toPortrait, lipDepth }, shares, frame) {
      const { box } = opening;
      findEdges(opening, edges);
      fadeInto(fade, openingCm2(opening, cm), palette.redness, form);
      const reach = clamp((0.4 * (edges.right - edges.left)) / cm, 0.3, 1.3);
      const depths = { lipDepth, back: lipDepth - (BACK_CM - 0.01) * cm, cm, fade };
      for (let row = 0; row < box.height; row++) {
        for (let column = 0; column < box.width; column++) {
          const share = shares[row * box.width + column];
          if (share === 0) continue;
          const hollow = gather(canvas, column, row, depths, color);
          const below = (row + 0.5 - edges.top[column]) / cm;
          const above = (edges.bottom[column] - row - 0.5) / cm;
          const across = column + 0.5;
          const corner = Math.min(across - edges.left, edges.right - across) / cm;
          const near = Math.max(0, Math.min(below, above, corner));
          const cheek = form * hollow * CHEEK_LIGHT * smoothstep(CHEEK_CM, 0, near);
          const lit = mix(
            (0.7 + 0.3 * smoothstep(0, 0.28, near)) *
              (0.78 + 0.22 * smoothstep(0, 0.45, below)) *
              (0.42 + 0.58 * smoothstep(0, reach, corner)),
            1,
            0.7 * surface.flatness,
          );
          const rim = form * RIM * smoothstep(RIM_CM, 0, near) * smoothstep(0, 0.4, corner);
          const side = above < below ? 0.95 : 0.6;
          const middle = (2 * across - edges.left - edges.right) / (edges.right - edges.left);
          const gleam = above < GLEAM_END_CM ? gloss * gleamAt(above, middle - 0.4 * lightFrom) : 0;
          const speck = 1 + grain * grainAt(surface, toPortrait, box.x + across, box.y + row + 0.5);
          const tint = 3 * Math.round(lit * (TINT_STEPS - 1));
          const to = ((box.y + row) * frame.width + box.x + column) * 4;
          for (let c = 0; c < 3; c++) {
            const inner = (color[c] + cheek * palette.mucosa[c]) * tints[tint + c];
            const wet = inner + rim * (side * palette.mucosa[c] - inner);
            const seen = (wet + gleam * (palette.tooth[c] - wet)) * speck;
            frame.data[to + c] += share * (seen - frame.data[to + c]);
          }
        }
      }
    },
  };
}

/** Steps of the table of what a light makes of each colour. */
const TINT_STEPS = 1024;

/** The lower lip's wet line. @param above - Above its edge, cm. @param beside - Of half a mouth. */
function gleamAt(above: number, beside: number): number {
  const line = (above - GLEAM_CM.from) / GLEAM_CM.width;
  return GLEAM * Math.exp(-line * line - (beside / 0.35) ** 2);
}

/** What the samples of a pixel are lit by. */
interface Depths {
  readonly lipDepth: number;
  readonly back: number;
  readonly cm: number;
  readonly fade: Float32Array;
}

/** Mean colour of a pixel's samples, each lit by its depth. @returns The share that is hollow. */
function gather(
  canvas: MouthCanvas,
  column: number,
  row: number,
  { lipDepth, back, cm, fade }: Depths,
  out: Float32Array,
): number {
  out.fill(0);
  let hollow = 0;
  for (let k = 0; k < FINENESS * FINENESS; k++) {
    const sx = column * FINENESS + (k % FINENESS);
    const sy = row * FINENESS + ((k / FINENESS) | 0);
    const i = sy * canvas.width + sx;
    const behind = clamp(((lipDepth - canvas.depth[i]) / cm) * FADE_PER_CM, 0, FADE_STEPS - 1) | 0;
    for (let c = 0; c < 3; c++) out[c] += canvas.rgb[3 * i + c] * fade[3 * behind + c];
    if (canvas.depth[i] < back) hollow++;
  }
  for (let c = 0; c < 3; c++) out[c] /= FINENESS * FINENESS;
  return hollow / (FINENESS * FINENESS);
}

/** Grain at a place of the frame: the patch of it repeats, mirrored, over the portrait. */
function grainAt(
  { grain, grainSide: side }: Rig["mouth"]["surface"],
  { a, b, tx, ty }: Similarity,
  x: number,
  y: number,
): number {
  const u = mirrored(Math.floor(a * x - b * y + tx), side);
  const v = mirrored(Math.floor(b * x + a * y + ty), side);
  return grain[v * side + u];
}

function mirrored(i: number, side: number): number {
  const k = ((i % (2 * side)) + 2 * side) % (2 * side);
  return k < side ? k : 2 * side - 1 - k;
}

/** Steps of the table of light by depth, and how many there are to a cm. */
const FADE_STEPS = 128;
const FADE_PER_CM = 16;

/**
 * How much light reaches each depth, as a disc of the opening's area lights what faces it, to the
 * power of each colour's fade.
 *
 * @param form - 0 = a drawing, in which depth has no shade.
 */
function fadeInto(table: Float32Array, areaCm2: number, redness: number, form: number): void {
  const half2 = HALF_LIGHT ** 2 * (areaCm2 / Math.PI);
  for (let i = 0; i < FADE_STEPS; i++) {
    const depth = Math.max(i / FADE_PER_CM - CLEAR_CM, 0);
    const light = half2 / (half2 + depth * depth);
    for (let c = 0; c < 3; c++) table[3 * i + c] = light ** (form * (1 + redness * FADE[c]));
  }
}

/** An opening's area, cm². */
function openingCm2({ box, coverage }: Opening, pxPerCm: number): number {
  let covered = 0;
  for (let i = 0; i < (box.width + 1) * box.height; i++) covered += coverage[i];
  return covered / (pxPerCm * pxPerCm);
}

interface Edges {
  /** First and last covered row of each column, px of the box. */
  top: Float32Array;
  bottom: Float32Array;
  /** First and last covered column. */
  left: number;
  right: number;
}

function makeEdges(): Edges {
  return { top: new Float32Array(0), bottom: new Float32Array(0), left: 0, right: 0 };
}

/** Where an opening begins and ends in each column, to parts of a pixel. */
function findEdges({ box, coverage }: Opening, edges: Edges): void {
  if (edges.top.length < box.width) {
    edges.top = new Float32Array(2 * box.width);
    edges.bottom = new Float32Array(2 * box.width);
  }
  const { top, bottom } = edges;
  top.fill(box.height);
  bottom.fill(0);
  edges.left = box.width;
  edges.right = 0;
  for (let column = 0; column < box.width; column++) {
    for (let row = 0; row < box.height; row++) {
      const covered = coverage[row * (box.width + 1) + column];
      if (covered === 0) continue;
      if (top[column] === box.height) top[column] = row + 1 - covered;
      bottom[column] = row + covered;
      edges.left = Math.min(edges.left, column);
      edges.right = column + 1;
    }
  }
}
