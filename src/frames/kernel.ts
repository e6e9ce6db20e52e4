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
import type { Rig } from "../rig/rig.js";
import type { Skin } from "../rig/subdivide.js";
import { instantiateKernel, makeMemory, writeFilter } from "./kernel-module.js";
import { SKIN, type SkinLayer } from "./skin-layer.js";
import type { WarpGrid } from "./warp-grid.js";
import { evenSize, i420Bytes } from "./yuv.js";

/** Rows and columns repeated around a sampled picture. */
const PAD = 3;
/** Phases of a pixel in the filter's table, and bytes per phase. */
const PHASES = 64;
const PHASE_BYTES = 32;
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
  /** Lays the layer over the frame by its opacity. */
  laySkin(): void;
  /** The frame as I420 of `evenSize`. @param out - Receives it; returned. */
  toI420(out: Uint8Array): Uint8Array;
}

/** What a kernel is made for. */
export interface KernelParts {
  /** What can be sampled; all of the frame's size. */
  readonly pictures: readonly Picture[];
  readonly background: Pick<Rig, "plate" | "hole" | "matte">;
  readonly skin: Pick<Skin, "vertexCount" | "triangles" | "control" | "rows">;
  /** The skin in the portrait, cam px, shape [vertices, 3]. */
  readonly source: Float32Array;
  readonly grid: Pick<WarpGrid, "cell" | "columns" | "rows">;
  /** The skin layer's part of the frame. */
  readonly window: Box;
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
  const rowBytes = (width + 2 * PAD) * 4;
  fillMemory(parts, buffer, at);
  wasm.setTable(at.table);
  wasm.setBackground(at.plate, at.stands, at.opacities, width, height);
  const even = evenSize(parts.pictures[0]);
  assert(even.width >= PACKED_AT_ONCE, `a frame ${PACKED_AT_ONCE} px wide, got ${width}`);
  const yuv = new Uint8Array(buffer, at.yuv, i420Bytes(even.width, even.height));
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
    sampleLayer() {
      wasm.sampleLayer(at.color, count, at.attributes, at.depth);
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
    toI420(out) {
      // What differs from the frame packed last: what was painted then, or is now.
      packed.add(painted);
      wasm.toI420(at.frame, width, even.width, even.height, at.packed, at.yuv);
      packed.clear();
      packed.add(painted);
      out.set(yuv);
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

type Places = ReturnType<typeof layMemory>;

/** Places of everything in one block of memory, bytes. */
function layMemory({ pictures, skin, source, grid, window }: KernelParts) {
  const { width, height } = pictures[0];
  const pixels = width * height;
  const count = window.width * window.height;
  let end = 0;
  const take = (bytes: number) => {
    const start = end;
    end += (bytes + 15) & ~15;
    return start;
  };
  // The filter loads 16 bytes at once, at the last pixel too.
  const padded = (width + 2 * PAD) * (height + 2 * PAD) * 4 + 16;
  const places = {
    table: take(PHASES * PHASE_BYTES),
    pictures: pictures.map(() => take(padded)),
    plate: take(pixels * 4),
    stands: take(pixels),
    opacities: take(pixels),
    frame: take(pixels * 4),
    control: take(skin.control.byteLength),
    changes: take(LANDMARKS * 16),
    controls: take(LANDMARKS * 16),
    starts: take(skin.rows.start.byteLength),
    indices: take(skin.rows.index.byteLength),
    weights: take(skin.rows.weight.byteLength),
    source: take(source.byteLength),
    rigid: take(32),
    skinShifts: take(skin.vertexCount * 8),
    // The last node is read together with the one behind it.
    shifts: take(grid.columns * grid.rows * 8 + 16),
    back: take(grid.columns * grid.rows * 8),
    triangles: take(skin.triangles.length * 2),
    places: take(skin.vertexCount * 12),
    values: take(skin.vertexCount * 4 * SKIN.size),
    depth: take(count * 4),
    attributes: take(count * 4 * SKIN.size),
    color: take(count * 4),
    yuv: take(i420Bytes(width, height)),
    painted: take(height * 8),
    packed: take(height * 8),
  };
  return { ...places, end };
}

/** Writes what does not change from frame to frame. */
function fillMemory(parts: KernelParts, buffer: ArrayBuffer, at: Places): void {
  const { pictures, background, skin, source } = parts;
  const { width, height } = pictures[0];
  writeFilter(new DataView(buffer, at.table), PHASES, PHASE_BYTES);
  pictures.forEach((picture, k) => {
    assert(picture.width === width && picture.height === height, "pictures of one size");
    writePadded(picture, new Uint8Array(buffer, at.pictures[k]));
  });
  writeBackground(background, {
    colors: new Uint8Array(buffer, at.plate),
    stands: new Uint8Array(buffer, at.stands),
    opacities: new Uint8Array(buffer, at.opacities),
  });
  new Uint16Array(buffer, at.triangles).set(skin.triangles);
  new Float32Array(buffer, at.control).set(skin.control);
  new Uint32Array(buffer, at.starts).set(skin.rows.start);
  new Uint16Array(buffer, at.indices).set(skin.rows.index);
  new Float32Array(buffer, at.weights).set(skin.rows.weight);
  new Float32Array(buffer, at.source).set(source);
  new Float32Array(buffer, at.rigid).set([1, 0, 0, 0, 0, 1, 0, 0]);
}

/** What stands at a pixel and its neighbours: as tools/kernel/mend.ts reads it. */
const STANDS = { background: 0, mixed: 1, person: 2 } as const;

/**
 * Writes the background: colours of the plate with the matte in the place of its opacity, that opacity,
 * and what stands at each pixel and its neighbours to the right and below.
 */
function writeBackground(
  { plate, hole, matte }: KernelParts["background"],
  { colors, stands, opacities }: Record<"colors" | "stands" | "opacities", Uint8Array>,
): void {
  const { width, height } = plate;
  colors.set(plate.data);
  for (let i = 0; i < matte.length; i++) {
    opacities[i] = plate.data[4 * i + 3];
    colors[4 * i + 3] = matte[i];
  }
  for (let y = 0; y + 1 < height; y++) {
    for (let i = y * width, end = i + width - 1; i < end; i++) {
      const below = i + width;
      if ((hole[i] | hole[i + 1] | hole[below] | hole[below + 1]) === 0) {
        stands[i] = STANDS.background;
      } else {
        const least = matte[i] & matte[i + 1] & matte[below] & matte[below + 1];
        stands[i] = least === 255 ? STANDS.person : STANDS.mixed;
      }
    }
  }
}

/** A picture with its border repeated `PAD` times on every side. */
function writePadded({ data, width, height }: Picture, out: Uint8Array): void {
  const rowBytes = (width + 2 * PAD) * 4;
  for (let y = -PAD; y < height + PAD; y++) {
    const from = Math.min(Math.max(y, 0), height - 1) * width * 4;
    const to = (y + PAD) * rowBytes;
    out.set(data.subarray(from, from + width * 4), to + PAD * 4);
    for (let x = 0; x < PAD; x++) {
      out.set(data.subarray(from, from + 4), to + x * 4);
      out.set(data.subarray(from + (width - 1) * 4, from + width * 4), to + (PAD + width + x) * 4);
    }
  }
}
