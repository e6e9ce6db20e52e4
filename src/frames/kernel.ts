/**
 * @file The fast part of drawing, in WebAssembly: sampling pictures, drawing the skin, packing
 * frames.
 *
 * A kernel owns one block of memory in which everything it touches lies: the pictures that are
 * sampled (with a border of repeated pixels, so that the filter never asks what is outside), the
 * background, the skin's vertices and layer, and the frame. JavaScript sees the same memory through
 * typed arrays.
 */
import { assert } from "../base/assert.js";
import type { Picture } from "../base/picture.js";
import type { Box } from "../base/plane.js";
import { SKIN_COUNT as LANDMARKS } from "../portrait/landmarks.js";
import { fillMemory, type KernelParts, layMemory, PAD } from "./kernel-memory.js";
import { instantiateKernel, makeMemory } from "./kernel-module.js";
import { SKIN, type SkinLayer } from "./skin-layer.js";
import { evenSize, i420Bytes } from "./yuv.js";

/** Columns that are packed at once. */
const PACKED_AT_ONCE = 8;

/** The skin's vertices, as the kernel draws them. */
export interface KernelVertices {
  /**
   * What moves them: for each landmark how far it has gone from the portrait, cam px (y up, z towards the
   * viewer), and how bright it is against it; shape [468, 4].
   */
  readonly changes: Float32Array;
  /**
   * A motion that all of them could make together: rows that give x and y in cam from x, y, z, 1 in the
   * portrait's cam, shape [2, 4]. None, if not set.
   */
  readonly rigid: Float32Array;
  /** How far each has gone from where that takes it, px, y down, shape [vertices, 2]. */
  readonly shifts: Float32Array;
  /** Now, cam px (y up, z towards the viewer), shape [vertices, 3]. */
  readonly places: Float32Array;
  /** What the layer carries, see `SKIN`, shape [vertices, 4]. */
  readonly attributes: Float32Array;
}

/** Nodes over the frame, and how the picture moves there. */
export interface KernelGrid {
  /** Displacements, px, y down, shape [nodes, 2]. */
  readonly shifts: Float32Array;
  /** Where the frame's pixel at each node comes from, less the node, likewise. */
  readonly back: Float32Array;
}

/** Draws into its own frame and skin layer. */
export interface Kernel {
  readonly frame: Picture;
  readonly vertices: KernelVertices;
  readonly layer: SkinLayer;
  readonly grid: KernelGrid;
  /** Changes of the skin's brightness on the portrait, see `foldLayer`, shape of `KernelParts.folds`. */
  readonly folds: Float32Array;
  /** Makes the frame the first picture again. */
  clear(): void;
  /**
   * Says that a part of the frame is being painted. Only what was painted is cleared and packed, so it
   * must be said of everything.
   */
  touch(part: Box): void;
  /** Chooses which of the pictures is sampled next, by its number. */
  sampleFrom(picture: number): void;
  /**
   * Finds the grid's way back from its displacements: by fixed-point iteration of `s = x − d(s)`, which
   * converges as they do not fold.
   */
  invertShifts(): void;
  /**
   * Fills a cell of the frame from where its pixels come from; outside the sampled picture, its border
   * is repeated.
   *
   * @param upper - Where its upper left corner's way back is in `grid.back`; the upper right one's is
   *   behind it, the lower two likewise at `lower`. Between the corners it is bilinear.
   * @param isSolid - Whether nothing but person can come along; else this place's background is set for
   *   the one that did.
   */
  moveCell(cell: Box, upper: number, lower: number, isSolid: boolean): void;
  /** Moves the vertices by the landmarks' changes: their places, shifts and brightness. */
  moveSkin(): void;
  /** Draws the vertices' triangles into the layer; the nearest wins. */
  rasterize(): void;
  /** Fills the layer's colours from its places and brightness, where there is skin. */
  sampleLayer(): void;
  /**
   * Multiplies the layer's colours by 1 + what `folds` has at their place in the portrait; where that is
   * below 0, each colour by 1 + its fade times that.
   */
  foldLayer(): void;
  /** Lays the layer over the frame by its opacity. */
  laySkin(): void;
  /**
   * What packing adds to the luma of what is opaque, as `LumaMark` has it, shape of `evenSize`; nothing
   * unless it is set before the first frame is packed.
   */
  readonly mark: Int8Array;
  /** The frame as I420 of `evenSize`. @param out - Receives it; returned. */
  toI420(out: Uint8Array): Uint8Array;
  /** The frame's colours of `evenSize`. @param out - Receives them; returned. */
  toRgba(out: Uint8Array): Uint8Array;
}

/** Makes a kernel. */
export function makeKernel(parts: KernelParts): Kernel {
  const { width, height } = parts.pictures[0];
  const { vertexCount } = parts.skin;
  const { cell: side, columns, rows } = parts.grid;
  const at = layMemory(parts);
  const memory = makeMemory(at.end);
  const { buffer } = memory;
  const wasm = instantiateKernel(memory);
  const count = parts.window.width * parts.window.height;
  const box = parts.window;
  const { folds } = parts;
  const rowBytes = (width + 2 * PAD) * 4;
  fillMemory(parts, buffer, at);
  wasm.setTable(at.table);
  wasm.setBackground(at.plate, at.stands, at.opacities, width, height);
  const even = evenSize(parts.pictures[0]);
  assert(even.width >= PACKED_AT_ONCE, `a frame ${PACKED_AT_ONCE} px wide, got ${width}`);
  const yuv = new Uint8Array(buffer, at.yuv, i420Bytes(even.width, even.height));
  const markedRow = new Uint8Array(buffer, at.markedRow, even.width * 4);
  const portrait = at.pictures[0] + PAD * rowBytes + PAD * 4;
  const painted = makeSpans(new Int32Array(buffer, at.painted, height * 2), width);
  const packed = makeSpans(new Int32Array(buffer, at.packed, height * 2), width);
  for (const spans of [painted, packed]) spans.touch({ x: 0, y: 0, width, height });
  const back = new Float32Array(buffer, at.back, columns * rows * 2);
  return {
    grid: { shifts: new Float32Array(buffer, at.shifts, columns * rows * 2), back },
    frame: { data: new Uint8ClampedArray(buffer, at.frame, width * height * 4), width, height },
    vertices: {
      changes: new Float32Array(buffer, at.changes, LANDMARKS * 4),
      rigid: new Float32Array(buffer, at.rigid, 8),
      shifts: new Float32Array(buffer, at.skinShifts, vertexCount * 2),
      places: new Float32Array(buffer, at.places, vertexCount * 3),
      attributes: new Float32Array(buffer, at.values, vertexCount * SKIN.size),
    },
    layer: {
      box,
      depth: new Float32Array(buffer, at.depth, count),
      attributes: new Float32Array(buffer, at.attributes, count * SKIN.size),
      color: new Uint8ClampedArray(buffer, at.color, count * 4),
    },
    clear() {
      wasm.copySpans(portrait, rowBytes, at.frame, width * 4, at.painted, height);
      painted.clear();
    },
    touch: painted.touch,
    sampleFrom(picture) {
      const start = at.pictures[picture] + PAD * rowBytes + PAD * 4;
      wasm.setSource(start, rowBytes, width, height);
    },
    invertShifts() {
      wasm.invertShifts(columns, rows, side, at.shifts, at.back);
    },
    moveCell(cell, a, c, isSolid) {
      wasm.moveCell(
        at.frame,
        width,
        cell.x,
        cell.y,
        cell.width,
        cell.height,
        side,
        back[a],
        back[a + 1],
        back[a + 2],
        back[a + 3],
        back[c],
        back[c + 1],
        back[c + 2],
        back[c + 3],
        isSolid ? 1 : 0,
      );
    },
    moveSkin() {
      wasm.moveSkin(
        vertexCount,
        at.changes,
        at.control,
        at.controls,
        at.starts,
        at.indices,
        at.weights,
        at.source,
        at.places,
        at.rigid,
        at.skinShifts,
        at.values,
      );
    },
    rasterize() {
      wasm.rasterize(
        at.triangles,
        parts.skin.triangles.length / 3,
        at.places,
        at.values,
        box.x,
        box.y,
        box.width,
        box.height,
        at.depth,
        at.attributes,
      );
    },
    folds: new Float32Array(buffer, at.folds, folds.width * folds.height),
    sampleLayer() {
      wasm.sampleLayer(at.color, count, at.attributes, at.depth);
    },
    foldLayer() {
      const { x, y, width: across, height: down, step } = folds;
      const skin = [at.attributes, at.depth] as const;
      const place = [x, y, 1 / step] as const;
      wasm.foldLayer(at.color, count, ...skin, at.folds, across, down, ...place, at.fades);
    },
    laySkin() {
      wasm.laySkin(
        at.frame,
        width,
        box.x,
        box.y,
        box.width,
        box.height,
        at.depth,
        at.attributes,
        at.color,
      );
    },
    mark: new Int8Array(buffer, at.mark, even.width * even.height),
    toI420(out) {
      // What differs from the frame packed last: what was painted then, or is now.
      packed.add(painted);
      wasm.toI420(at.frame, width, even.width, even.height, at.packed, at.mark, at.yuv);
      packed.clear();
      packed.add(painted);
      out.set(yuv);
      return out;
    },
    toRgba(out) {
      for (let y = 0; y < even.height; y++) {
        const row = at.frame + 4 * y * width;
        wasm.markRow(row, even.width, at.mark + y * even.width, at.markedRow);
        out.set(markedRow, 4 * y * even.width);
      }
      return out;
    },
  };
}

/** Spans of rows: in each row, everything from the first to the last pixel that was touched. */
interface Spans {
  /** Where each row's span begins and where it ends, px, shape [rows, 2]. */
  readonly data: Int32Array;
  clear(): void;
  touch(part: Box): void;
  add(other: Spans): void;
}

function makeSpans(data: Int32Array, width: number): Spans {
  return {
    data,
    clear() {
      for (let i = 0; i < data.length; i += 2) {
        data[i] = width;
        data[i + 1] = 0;
      }
    },
    touch({ x, y, width: across, height }) {
      const right = x + across;
      for (let i = 2 * y, end = 2 * (y + height); i < end; i += 2) {
        if (x < data[i]) data[i] = x;
        if (right > data[i + 1]) data[i + 1] = right;
      }
    },
    add(other) {
      for (let i = 0; i < data.length; i += 2) {
        if (other.data[i] < data[i]) data[i] = other.data[i];
        if (other.data[i + 1] > data[i + 1]) data[i + 1] = other.data[i + 1];
      }
    },
  };
}
