/** @file The canonical face: MediaPipe's average mesh, from assets/canonical-face.json. */
import { z } from "zod";
import type { Assets } from "../base/ports.js";
import { textOf } from "../base/text.js";

/** A face of average shape, in the head frame. */
export interface CanonicalFace {
  /** cm, shape [468, 3]. */
  readonly vertices: Float32Array;
  /** Vertex numbers, shape [898, 3]; they also cover the mouth and the eyes. */
  readonly triangles: Uint16Array;
  /** Points that hardly move with the expression, and how far to trust each, shape [33]. */
  readonly rigid: { readonly indices: readonly number[]; readonly weights: readonly number[] };
}

const fileSchema = z.object({
  format: z.literal("ritratto canonical face 1"),
  vertices: z.array(z.number()).length(468 * 3),
  triangles: z.array(z.number().int()).length(898 * 3),
  procrustes: z.array(z.tuple([z.number().int(), z.number()])),
});

/** Reads the table. */
export async function readCanonicalFace(assets: Assets): Promise<CanonicalFace> {
  const file = fileSchema.parse(JSON.parse(textOf(await assets.read("canonical-face.json"))));
  return {
    vertices: Float32Array.from(file.vertices),
    triangles: Uint16Array.from(file.triangles),
    rigid: {
      indices: file.procrustes.map(([index]) => index),
      weights: file.procrustes.map(([, weight]) => weight),
    },
  };
}
