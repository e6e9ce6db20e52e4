/** @file What is done to the skin layer before it is laid over the frame: its edges and openings. */
import type { Opening } from "./opening.js";
import { NO_SKIN, SKIN, type SkinLayer } from "./skin-layer.js";

/**
 * Continues the skin by one pixel into an opening, so that its soft edge has a colour on both sides.
 *
 * To be done before the layer's colours are sampled.
 */
export function extendToEdges(layer: SkinLayer, { box, coverage }: Opening): void {
  const { depth, attributes } = layer;
  const { width, height } = layer.box;
  for (let row = 0; row < box.height; row++) {
    for (let column = 0; column < box.width; column++) {
      const covered = coverage[row * (box.width + 1) + column];
      if (covered <= 0 || covered >= 1) continue;
      const x = box.x + column - layer.box.x;
      const y = box.y + row - layer.box.y;
      const i = y * width + x;
      if (x < 1 || y < 1 || x >= width - 1 || y >= height - 1 || depth[i] !== NO_SKIN) continue;
      for (let k = 0; k < 8; k++) {
        const dx = AROUND_X[k];
        const dy = AROUND_Y[k];
        const from = i + dy * width + dx;
        // What was extended here has depth NaN, which is no skin to extend from.
        if (!(depth[from] > NO_SKIN)) continue;
        const to = i * SKIN.size;
        attributes.copyWithin(to, from * SKIN.size, (from + 1) * SKIN.size);
        attributes[to + SKIN.x] -= dx;
        attributes[to + SKIN.y] -= dy;
        depth[i] = Number.NaN;
        break;
      }
    }
  }
}

const AROUND_X = Int8Array.of(0, 0, -1, 1, -1, 1, -1, 1);
const AROUND_Y = Int8Array.of(-1, 1, 0, 0, -1, -1, 1, 1);

/** Cuts the openings out of the layer's opacity. */
export function cutOpening(layer: SkinLayer, { box, coverage }: Opening): void {
  for (let row = 0; row < box.height; row++) {
    const to = (box.y + row - layer.box.y) * layer.box.width + box.x - layer.box.x;
    const from = row * (box.width + 1);
    for (let column = 0; column < box.width; column++) {
      layer.attributes[(to + column) * SKIN.size + SKIN.opacity] *= 1 - coverage[from + column];
    }
  }
}
