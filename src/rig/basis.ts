/** @file The learned expression shapes: assets/expression-basis.json → sparse displacements. */
import { z } from "zod";
import { CHANNELS } from "../base/channels.js";
import type { Assets } from "../base/ports.js";
import { textOf } from "../base/text.js";

/** One expression as the landmarks it moves. */
export interface Blendshape {
  /** Landmark numbers, ascending, shape [moved]. */
  readonly index: Uint16Array;
  /** Displacements in the head frame at weight 1, cm, shape [moved, 3]. */
  readonly delta: Float32Array;
}

/** How a shape moves one landmark along an axis (0 = x, 1 = y, 2 = z), cm; 0 if it does not. */
export function deltaOf({ index, delta }: Blendshape, point: number, axis: number): number {
  const i = index.indexOf(point);
  return i < 0 ? 0 : delta[3 * i + axis];
}

const fileSchema = z.object({
  format: z.literal("ritratto expression basis 2"),
  vertexCount: z.literal(468),
  shapes: z.array(
    z.object({ name: z.string(), index: z.array(z.number().int()), delta: z.array(z.number()) }),
  ),
});

/**
 * Reads the shapes, one per channel in `CHANNELS` order. tongueOut is empty: the tongue is no skin.
 */
export async function readBasis(assets: Assets): Promise<Blendshape[]> {
  const file = fileSchema.parse(JSON.parse(textOf(await assets.read("expression-basis.json"))));
  return CHANNELS.map((name) => {
    const shape = file.shapes.find((candidate) => candidate.name === name);
    return {
      index: Uint16Array.from(shape?.index ?? []),
      delta: Float32Array.from(shape?.delta ?? []),
    };
  });
}
