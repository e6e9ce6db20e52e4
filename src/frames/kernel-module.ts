/** @file The compiled kernel: its calls, its memory, and the filter's weights. */
import { KERNEL_CODE } from "./kernel-code.js";

const PAGE_BYTES = 65536;

/** A block of memory that WebAssembly works on. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

/** The part of the web's WebAssembly that is used; named here because the core has no DOM types. */
declare const WebAssembly: {
  Memory: new (size: { initial: number }) => WasmMemory;
  Module: new (code: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

/** What tools/kernel/kernel.ts exports; addresses are bytes from the start of the memory. */
export interface KernelCalls {
  setTable(start: number): void;
  setSource(start: number, rowBytes: number, width: number, height: number): void;
  setBackground(
    plate: number,
    stands: number,
    opacities: number,
    width: number,
    height: number,
  ): void;
  invertShifts(columns: number, rows: number, side: number, shifts: number, back: number): void;
  moveCell(
    frame: number,
    rowPixels: number,
    left: number,
    top: number,
    width: number,
    height: number,
    side: number,
    ax: number,
    ay: number,
    bx: number,
    by: number,
    cx: number,
    cy: number,
    dx: number,
    dy: number,
    isSolid: number,
  ): void;
  moveSkin(
    count: number,
    changes: number,
    control: number,
    controls: number,
    starts: number,
    indices: number,
    weights: number,
    source: number,
    places: number,
    rigid: number,
    shifts: number,
    values: number,
  ): void;
  rasterize(
    triangles: number,
    count: number,
    places: number,
    values: number,
    left: number,
    top: number,
    width: number,
    height: number,
    depths: number,
    attributes: number,
  ): void;
  sampleLayer(out: number, count: number, attributes: number, depths: number): void;
  foldLayer(
    colors: number,
    count: number,
    attributes: number,
    depths: number,
    changes: number,
    width: number,
    height: number,
    left: number,
    top: number,
    perPx: number,
    fades: number,
  ): void;
  laySkin(
    frame: number,
    rowPixels: number,
    left: number,
    top: number,
    width: number,
    height: number,
    depths: number,
    attributes: number,
    colors: number,
  ): void;
  copySpans(
    from: number,
    fromBytes: number,
    to: number,
    toBytes: number,
    spans: number,
    rows: number,
  ): void;
  toI420(
    rgba: number,
    rowPixels: number,
    width: number,
    height: number,
    spans: number,
    mark: number,
    out: number,
  ): void;
  markRow(rgba: number, width: number, mark: number, out: number): void;
}

/** Memory of at least so many bytes, all 0. */
export function makeMemory(bytes: number): WasmMemory {
  return new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE_BYTES) });
}

let compiled: object | undefined;

/** The kernel over a memory; compiled once per thread. */
export function instantiateKernel(memory: WasmMemory): KernelCalls {
  compiled ??= new WebAssembly.Module(decodeBase64(KERNEL_CODE));
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory, abort() {} } });
  return exports as KernelCalls;
}

function decodeBase64(text: string): Uint8Array {
  const signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const clean = text.replace(/=+$/, "");
  const bytes = new Uint8Array((clean.length * 3) >> 2);
  for (let i = 0, bits = 0, word = 0, to = 0; i < clean.length; i++) {
    word = (word << 6) | signs.indexOf(clean[i]);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[to++] = (word >> bits) & 255;
    }
  }
  return bytes;
}

/**
 * Half-way between pixels the cubic alone keeps two thirds of a face's finest detail. So much of a
 * second difference is added there, less the nearer to a pixel, that nearly all of it is kept.
 *
 * @source Variance of the Laplacian over nine moving faces against their portraits: 0.73 to 0.78 of it
 *   without, 0.94 to 1.0 with 0.1, 1.07 to 1.13 with 0.15. A hard edge swings over by 11 % instead of 6.
 */
const CRISPNESS = 0.1;

/**
 * Writes the filter's weights for each phase, in 1/2048: those of neighbours 0 and 1 in four pairs,
 * then those of 2 and 3.
 *
 * @param phases - Phases of a pixel.
 * @param phaseBytes - Bytes that each takes: 2 × 4 pairs of int16.
 * @source Catmull–Rom cubic: Keys 1981, "Cubic Convolution Interpolation for Digital Image
 *   Processing", a = −½; made crisper, and like it true to constants and slopes.
 */
export function writeFilter(view: DataView, phases: number, phaseBytes: number): void {
  for (let p = 0; p < phases; p++) {
    const t = p / phases;
    const crisp = CRISPNESS * 4 * t * (1 - t);
    const weights = [
      ((-t + 2) * t - 1) * t * 0.5 - crisp * (1 - t),
      ((3 * t - 5) * t * t + 2) * 0.5 + crisp * (2 - 3 * t),
      ((-3 * t + 4) * t + 1) * t * 0.5 + crisp * (3 * t - 1),
      (t - 1) * t * t * 0.5 - crisp * t,
    ].map((w) => Math.round(w * 2048));
    weights[1] += 2048 - weights.reduce((sum, w) => sum + w, 0);
    const at = p * phaseBytes;
    for (let lane = 0; lane < 4; lane++) {
      for (let k = 0; k < 4; k++) {
        view.setInt16(at + 16 * (k >> 1) + 4 * lane + 2 * (k & 1), weights[k], true);
      }
    }
  }
}
