/**
 * @file How opaque the skin is, vertex by vertex, in the portrait and as the head turns.
 *
 * Where the skin is clear the grid shows, which bends the picture and has no edges: at the face's rim,
 * where the portrait shows the skin from the side or not at all, where a turn brings it out of sight,
 * and where the picture's border holds it.
 */
import { mix, smoothstep } from "../base/curves.js";
import { SKIN_COUNT } from "../portrait/landmarks.js";
import { vertexNormals } from "../rig/normals.js";
import { mouthRing, type Rig } from "../rig/rig.js";
import { spreadOverSkin } from "../rig/subdivide.js";
import type { FaceMotion } from "./face-motion.js";
import type { SkinPlaces } from "./grid-skin.js";
import { gridDepthAt, gridHoldAt, type WarpGrid } from "./warp-grid.js";

/** The skin is transparent at the oval and solid from there inwards, cm. */
const EDGE_CM = [0.25, 1.75] as const;
/**
 * Skin that the portrait shows more from the side than this, as the cosine to the viewer, is left to
 * the grid; within the first way from the oval, which a turned head foreshortens, and within the
 * second, cm.
 */
const GRAZING = [
  { inwardCm: 4, cosine: [0.4, 0.75] },
  { inwardCm: 5.5, cosine: [0.12, 0.38] },
] as const;
/** So is skin so far behind what the portrait shows in its place, cm. */
const BEHIND_CM = [0.15, 0.45] as const;
/** And skin that a turn shows from the side like this: where it goes out of sight there is no edge. */
const TURNED = [0.05, 0.35] as const;
/** Edges of mouth and eyes stay, from here on all the rest does not, cm. */
const KEPT_CM = [0.3, 0.9] as const;

/** Opacity of a rig's skin. */
export interface SkinOpacity {
  /** As in the portrait, shape [vertices]. */
  readonly rest: Float32Array;
  /**
   * As the face turns and moves.
   *
   * @param now - The skin, cam px, shape [vertices, 3].
   * @param out - Receives every `step`th number, from `first` on.
   */
  turn(now: Float32Array, out: Float32Array, first: number, step: number): void;
}

/** Makes the opacity of a rig's skin. */
export function makeSkinOpacity(
  rig: Rig,
  { restNormals }: FaceMotion,
  { source, inward }: SkinPlaces,
  grid: WarpGrid,
): SkinOpacity {
  const { skin, pose } = rig;
  const form = new Float32Array(skin.vertexCount);
  const towards = Float32Array.from({ length: SKIN_COUNT }, (_, v) => restNormals[3 * v + 2]);
  spreadOverSkin(skin, towards, form);
  const [outer, inner] = GRAZING;
  const kept = keptEdges(rig, source);
  const rest = inward.map((way, v) => {
    const [x, y] = [source[3 * v], -source[3 * v + 1]];
    const t = smoothstep(outer.inwardCm, inner.inwardCm, way);
    const from = mix(outer.cosine[0], inner.cosine[0], t);
    const to = mix(outer.cosine[1], inner.cosine[1], t);
    const behind = (gridDepthAt(grid, x, y) - source[3 * v + 2]) / pose.pxPerCm;
    return (
      smoothstep(EDGE_CM[0], EDGE_CM[1], way) *
      smoothstep(from, to, form[v]) *
      mix(smoothstep(BEHIND_CM[1], BEHIND_CM[0], behind), 1, kept[v]) *
      (1 - gridHoldAt(grid, x, y))
    );
  });
  const normals = new Float32Array(source.length);
  return {
    rest,
    turn(now, out, first, step) {
      vertexNormals(now, skin.triangles, normals);
      for (let v = 0, i = 2, to = first; v < rest.length; v++, i += 3, to += step) {
        const shown = smoothstep(TURNED[0], TURNED[1], normals[i]);
        out[to] = rest[v] * (shown + kept[v] * (1 - shown));
      }
    },
  };
}

/** 1 at the edges of mouth and eyes, falling to 0 around them, shape [vertices]. */
function keptEdges(rig: Rig, source: Float32Array): Float32Array {
  const { skin, pose } = rig;
  const edges = [...mouthRing(skin), ...skin.rightEye, ...skin.leftEye];
  const kept = new Float32Array(skin.vertexCount);
  for (let v = 0; v < kept.length; v++) {
    let nearest = Infinity;
    for (let k = 0; k < edges.length; k++) {
      const e = 3 * edges[k];
      const x = source[e] - source[3 * v];
      const y = source[e + 1] - source[3 * v + 1];
      const z = source[e + 2] - source[3 * v + 2];
      nearest = Math.min(nearest, x * x + y * y + z * z);
    }
    kept[v] = smoothstep(KEPT_CM[1], KEPT_CM[0], Math.sqrt(nearest) / pose.pxPerCm);
  }
  return kept;
}
