/**
 * @file Pictures → PNG, with their opacity as it is. A canvas would multiply it into the colours and
 * lose those of what can hardly be seen.
 *
 * @source ISO/IEC 15948 (PNG, second edition).
 */
import { crc32 } from "../base/packed.js";
import type { Picture } from "../base/picture.js";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Eight bits, red, green, blue and opacity; deflate, filters by row, not interlaced. */
const FORM = [8, 6, 0, 0, 0];
/** Each byte less what Paeth's predictor makes of its neighbours: good for photographs. */
const PAETH = 4;

/** A picture as PNG. */
export async function encodePng({ data, width, height }: Picture): Promise<Blob> {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set(FORM, 8);
  const rows = new Blob([filtered(data, 4 * width, height)]).stream();
  const packed = new Response(rows.pipeThrough(new CompressionStream("deflate")));
  const pixels = new Uint8Array(await packed.arrayBuffer());
  const chunks = [chunk("IHDR", header), chunk("IDAT", pixels), chunk("IEND", new Uint8Array(0))];
  return new Blob([Uint8Array.from(SIGNATURE), ...chunks], { type: "image/png" });
}

function filtered(data: Uint8ClampedArray, rowBytes: number, height: number) {
  const out = new Uint8Array((rowBytes + 1) * height);
  let to = 0;
  for (let y = 0; y < height; y++) {
    out[to++] = PAETH;
    const row = y * rowBytes;
    for (let i = 0; i < rowBytes; i++) {
      const left = i < 4 ? 0 : data[row + i - 4]!;
      const up = y === 0 ? 0 : data[row - rowBytes + i]!;
      const corner = i < 4 || y === 0 ? 0 : data[row - rowBytes + i - 4]!;
      out[to++] = data[row + i]! - paeth(left, up, corner);
    }
  }
  return out;
}

function paeth(left: number, up: number, corner: number): number {
  const toLeft = Math.abs(up - corner);
  const toUp = Math.abs(left - corner);
  const toCorner = Math.abs(left + up - 2 * corner);
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

/** Length, name, content, and the check sum of the latter two. */
function chunk(name: string, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(content.length + 12);
  const view = new DataView(out.buffer);
  view.setUint32(0, content.length);
  for (let i = 0; i < 4; i++) out[4 + i] = name.charCodeAt(i);
  out.set(content, 8);
  view.setUint32(8 + content.length, crc32(out.subarray(4, 8 + content.length)));
  return out;
}
