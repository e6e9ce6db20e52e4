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
import type { Rig } from "../rig/rig.js";
import { instantiateKernel, makeMemory, writeFilter } from "./kernel-module.js";
import { SKIN, type SkinLayer } from "./skin-layer.js";
import { evenSize, i420Bytes } from "./yuv.js";

/** Rows and columns repeated around a sampled picture. */
const PAD = 3;
/** Phases of a pixel in the filter's table, and bytes per phase. */
const PHASES = 64;
const PHASE_BYTES = 96;

/** The skin's vertices, as the kernel draws them. */
export interface KernelVertices {
  /** Now, cam px (y up, z towards the viewer), shape [vertices, 3]. */
  readonly places: Float32Array;
  /** What the layer carries, see `SKIN`, shape [vertices, 4]. */
  readonly attributes: Float32Array;
}

/** Draws into its own frame and skin layer. */
export interface Kernel {
  readonly frame: Picture;
  readonly vertices: KernelVertices;
  readonly layer: SkinLayer;
  /** Chooses which of the pictures is sampled next, by its number. */
  sampleFrom(picture: number): void;
  /**
   * Fills a run of frame pixels from places that lie on a line.
   *
   * @param pixel - Number of the first pixel of the frame.
   * @param x - Its place in the sampled picture, px; outside, the border is repeated.
   * @param dx - Step of the place per pixel.
   */
  sampleRun(pixel: number, count: number, x: number, y: number, dx: number, dy: number): void;
  /** Sets, in a run filled so, this place's background for the one that came along. */
  mendRun(pixel: number, count: number, x: number, y: number, dx: number, dy: number): void;
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
  /** Shape [triangles, 3]. */
  readonly triangles: Uint16Array;
  readonly vertexCount: number;
  /** The skin layer's part of the frame. */
  readonly window: Box;
}

/** Makes a kernel. */
export function makeKernel(parts: KernelParts): Kernel {
  const { width, height } = parts.pictures[0];
  const at = layMemory(parts);
  const memory = makeMemory(at.end);
  const { buffer } = memory;
  const wasm = instantiateKernel(memory);
  const count = parts.window.width * parts.window.height;
  const box = parts.window;
  const rowBytes = (width + 2 * PAD) * 4;
  fillMemory(parts, buffer, at);
  wasm.setTable(at.table);
  wasm.setBackground(at.plate, at.hole, at.matte, width, height);
  const even = evenSize(parts.pictures[0]);
  return {
    frame: { data: new Uint8ClampedArray(buffer, at.frame, width * height * 4), width, height },
    vertices: {
      places: new Float32Array(buffer, at.places, parts.vertexCount * 3),
      attributes: new Float32Array(buffer, at.values, parts.vertexCount * SKIN.size),
    },
    layer: {
      box,
      depth: new Float32Array(buffer, at.depth, count),
      attributes: new Float32Array(buffer, at.attributes, count * SKIN.size),
      color: new Uint8ClampedArray(buffer, at.color, count * 4),
    },
    sampleFrom(picture) {
      const start = at.pictures[picture] + PAD * rowBytes + PAD * 4;
      wasm.setSource(start, rowBytes, width, height);
    },
    sampleRun(pixel, run, x, y, dx, dy) {
      const [u, v] = [(x - 0.5) * PHASES, (y - 0.5) * PHASES];
      wasm.sampleRun(at.frame + pixel * 4, run, u, v, dx * PHASES, dy * PHASES);
    },
    mendRun(pixel, run, x, y, dx, dy) {
      wasm.mendRun(at.frame, pixel, run, x - 0.5, y - 0.5, dx, dy);
    },
    rasterize() {
      wasm.rasterize(
        at.triangles,
        parts.triangles.length / 3,
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
      wasm.toI420(at.frame, width, even.width, even.height, at.yuv);
      out.set(new Uint8Array(buffer, at.yuv, i420Bytes(even.width, even.height)));
      return out;
    },
  };
}

type Places = ReturnType<typeof layMemory>;

/** Places of everything in one block of memory, bytes. */
function layMemory({ pictures, triangles, vertexCount, window }: KernelParts) {
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
    hole: take(pixels),
    matte: take(pixels),
    frame: take(pixels * 4),
    triangles: take(triangles.length * 2),
    places: take(vertexCount * 12),
    values: take(vertexCount * 4 * SKIN.size),
    depth: take(count * 4),
    attributes: take(count * 4 * SKIN.size),
    color: take(count * 4),
    yuv: take(i420Bytes(width, height)),
  };
  return { ...places, end };
}

/** Writes what does not change from frame to frame. */
function fillMemory(parts: KernelParts, buffer: ArrayBuffer, at: Places): void {
  const { pictures, background, triangles } = parts;
  const { width, height } = pictures[0];
  writeFilter(new DataView(buffer, at.table), PHASES, PHASE_BYTES);
  pictures.forEach((picture, k) => {
    assert(picture.width === width && picture.height === height, "pictures of one size");
    writePadded(picture, new Uint8Array(buffer, at.pictures[k]));
  });
  new Uint8Array(buffer, at.plate).set(background.plate.data);
  new Uint8Array(buffer, at.hole).set(background.hole);
  new Uint8Array(buffer, at.matte).set(background.matte);
  new Uint16Array(buffer, at.triangles).set(triangles);
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
