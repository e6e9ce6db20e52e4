import { makePicture, type Picture } from "../../src/base/picture.js";
import { type Kernel, makeKernel } from "../../src/frames/kernel.js";
import type { KernelParts } from "../../src/frames/kernel-memory.js";

export const SIDE = 16;
export const WINDOW = { x: 2, y: 3, width: 4, height: 2 };

/** Red counts columns, green rows. */
export function ramp(): Picture {
  const picture = makePicture(SIDE, SIDE);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) picture.data.set([10 * x, 10 * y, 7, 255], (y * SIDE + x) * 4);
  }
  return picture;
}

/** A kernel over one picture, everywhere person unless said otherwise. */
export function kernelOver(
  picture: Picture,
  background: Partial<KernelParts["background"]> = {},
  others: Partial<KernelParts> = {},
): Kernel {
  const count = picture.width * picture.height;
  return makeKernel({
    pictures: [picture],
    background: {
      plate: picture,
      hole: new Uint8Array(count).fill(1),
      matte: new Uint8Array(count).fill(255),
      ...background,
    },
    skin: {
      triangles: Uint16Array.of(0, 1, 2, 0, 2, 3),
      vertexCount: 4,
      control: new Float32Array(468 * 468),
      rows: { start: new Uint32Array(5), index: new Uint16Array(0), weight: new Float32Array(0) },
    },
    source: new Float32Array(12),
    grid: { cell: 8, columns: 3, rows: 3 },
    window: WINDOW,
    folds: { x: 1, y: 1, width: 3, height: 3, step: 2, fade: [1, 0.5, 0] },
    ...others,
  });
}

/** Fills a run of the frame from places on a line: x, y of the first, and their step. */
export function moveRun(
  kernel: Kernel,
  pixel: number,
  count: number,
  [x, y, dx, dy]: readonly [number, number, number, number],
  isSolid = true,
): void {
  const cell = { x: pixel % SIDE, y: Math.floor(pixel / SIDE), width: count, height: 1 };
  const left = [x - cell.x - dx / 2, y - cell.y - 0.5 - dy / 2];
  const right = [left[0] + 8 * (dx - 1), left[1] + 8 * dy];
  kernel.grid.back.set([...left, ...right, ...left, ...right]);
  kernel.sampleFrom(0);
  kernel.moveCell(cell, 0, 4, isSolid);
}
