/** @file What lies where in a kernel's memory, and what no frame changes there. */
import { assert } from "../base/assert.js";
import type { Picture } from "../base/picture.js";
import type { Box } from "../base/plane.js";
import { SKIN_COUNT as LANDMARKS } from "../portrait/landmarks.js";
import type { Rig } from "../rig/rig.js";
import type { Skin } from "../rig/subdivide.js";
import { writeFilter } from "./kernel-module.js";
import { SKIN } from "./skin-layer.js";
import type { WarpGrid } from "./warp-grid.js";
import { i420Bytes } from "./yuv.js";

/** Rows and columns repeated around a sampled picture. */
export const PAD = 3;
/** Phases of a pixel in the filter's table; */
const PHASES = 64;
/** … and bytes per phase. */
const PHASE_BYTES = 32;
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
  readonly folds: KernelFolds;
}

/** Where changes of the skin's brightness lie: a box among samples of so many px of the portrait. */
export interface KernelFolds extends Box {
  /** Side of a sample, px. */
  readonly step: number;
  /** How much faster or slower than the brightness red, green and blue fade. */
  readonly fade: readonly [number, number, number];
}

/** Addresses in a kernel's memory, bytes. */
export type KernelPlaces = ReturnType<typeof layMemory>;

/** Places of everything in one block of memory, bytes. */
export function layMemory({ pictures, skin, source, grid, window, folds }: KernelParts) {
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
    folds: take(folds.width * folds.height * 4),
    fades: take(16),
    mark: take(pixels),
    markedRow: take(width * 4),
    yuv: take(i420Bytes(width, height)),
    painted: take(height * 8),
    packed: take(height * 8),
  };
  return { ...places, end };
}

/** Writes what does not change from frame to frame. */
export function fillMemory(parts: KernelParts, buffer: ArrayBuffer, at: KernelPlaces): void {
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
  new Float32Array(buffer, at.fades).set(parts.folds.fade);
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
