/** @file Portraits of different kinds that benchmarks look at. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A woman, a beard, an old face, dark skin, glasses, oil, stone, lines. */
const KINDS = [
  "vt_woman_pexels.jpg",
  "fst_man_beard_denim_bw.jpg",
  "fr_biden2.jpg",
  "fst_black_man_red.jpg",
  "tddfa_grad_glasses.jpg",
  "fst_pearl_earring_hd.jpg",
  "hallo5_statue_david_like.jpg",
  "st_art3_boy_lineart.jpg",
];

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Eight kinds out of ../shared/media, if that is there, else the committed sample. */
export function usualPortraits(): string[] {
  const folder = here("../../shared/media/portraits");
  return existsSync(folder)
    ? KINDS.map((name) => join(folder, name))
    : [here("../samples/astronaut.png")];
}
