/** @file Completing what a picture does not show: smooth filling of holes in colour planes. */
import { assert } from "./assert.js";

/** Three colour planes interleaved, 0..255, with as many pixels as `width · height`. */
export interface ColorField {
  readonly rgb: Float32Array;
  readonly width: number;
  readonly height: number;
}

/**
 * Fills unknown pixels smoothly from the known ones, at all scales (push-pull).
 *
 * Down: halve colour · known and known. Up: keep what is known, take the coarser level elsewhere.
 *
 * @param field - Colours, shape [height, width, 3]; values at unknown pixels do not matter.
 * @param known - 0..1 for each pixel, shape [height, width].
 * @returns A field that equals `field` where known = 1.
 * @source Gortler et al. 1996, "The Lumigraph", §3.4.
 */
export function pushPull(field: ColorField, known: Float32Array): ColorField {
  const { rgb, width, height } = field;
  assert(known.length === width * height, "one known value per pixel");
  if (width <= 2 || height <= 2) return fillMean(field, known);
  const half = { width: (width + 1) >> 1, height: (height + 1) >> 1 };
  const coarse = new Float32Array(half.width * half.height * 3);
  const coarseKnown = new Float32Array(half.width * half.height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = y * width + x;
      const weight = known[from];
      if (weight === 0) continue;
      const to = (y >> 1) * half.width + (x >> 1);
      coarseKnown[to] += weight;
      for (let c = 0; c < 3; c++) coarse[to * 3 + c] += weight * rgb[from * 3 + c];
    }
  }
  for (let i = 0; i < coarseKnown.length; i++) {
    const weight = coarseKnown[i];
    if (weight > 0) for (let c = 0; c < 3; c++) coarse[i * 3 + c] /= weight;
    coarseKnown[i] = Math.min(1, weight);
  }
  const filled = pushPull({ rgb: coarse, ...half }, coarseKnown);
  return mixUp(field, known, filled);
}

/** Known colours over the enlarged coarser level. */
function mixUp(field: ColorField, known: Float32Array, coarse: ColorField): ColorField {
  const { rgb, width, height } = field;
  const from = coarse.rgb;
  const out = new Float32Array(rgb.length);
  for (let y = 0; y < height; y++) {
    const v = Math.max(0, (y - 0.5) / 2);
    const y0 = Math.min(Math.floor(v), coarse.height - 1);
    const y1 = Math.min(y0 + 1, coarse.height - 1);
    const fy = v - y0;
    for (let x = 0; x < width; x++) {
      const to = y * width + x;
      const weight = known[to];
      if (weight >= 1) {
        for (let c = 0; c < 3; c++) out[to * 3 + c] = rgb[to * 3 + c];
        continue;
      }
      const u = Math.max(0, (x - 0.5) / 2);
      const x0 = Math.min(Math.floor(u), coarse.width - 1);
      const x1 = Math.min(x0 + 1, coarse.width - 1);
      const fx = u - x0;
      const a = 3 * (y0 * coarse.width + x0);
      const b = 3 * (y0 * coarse.width + x1);
      const p = 3 * (y1 * coarse.width + x0);
      const q = 3 * (y1 * coarse.width + x1);
      for (let c = 0; c < 3; c++) {
        const top = from[a + c] * (1 - fx) + from[b + c] * fx;
        const bottom = from[p + c] * (1 - fx) + from[q + c] * fx;
        const below = top * (1 - fy) + bottom * fy;
        out[to * 3 + c] = weight * rgb[to * 3 + c] + (1 - weight) * below;
      }
    }
  }
  return { rgb: out, width, height };
}

function fillMean({ rgb, width, height }: ColorField, known: Float32Array): ColorField {
  const sum = [0, 0, 0];
  let weight = 1e-9;
  for (let i = 0; i < known.length; i++) {
    weight += known[i];
    for (let c = 0; c < 3; c++) sum[c] += known[i] * rgb[i * 3 + c];
  }
  const out = new Float32Array(rgb.length);
  for (let i = 0; i < known.length; i++) {
    for (let c = 0; c < 3; c++) {
      out[i * 3 + c] = known[i] * rgb[i * 3 + c] + (1 - known[i]) * (sum[c] / weight);
    }
  }
  return { rgb: out, width, height };
}
