/**
 * @file What we trained ourselves. These files are committed as they are; the build lists them.
 */
import type { AssetDescription } from "./asset-manifest.js";

const TRAINED_BY_US = { licence: "Apache-2.0", origin: "trained by the Ritratto developers" };

export const OWN_ASSETS: readonly AssetDescription[] = [
  {
    ...TRAINED_BY_US,
    file: "articulation.onnx",
    attribution:
      "Learned from synthetic speech (espeak-ng, flite), the speechocean762 corpus (free for " +
      "commercial use), FACEGOOD's mouth curves (MIT), and films of the US government (public " +
      "domain), of contracted models (LatentSync, Apache-2.0), of a developer (open-dubbing, " +
      "Apache-2.0) and of Microsoft's samples (MIT); no recording or picture is in the file.",
    inputs: [
      {
        name: "mel",
        shape: [1, "t", 64],
        layout: "batch, hop of 10 ms (t is even), mel band from 60 to 7800 Hz",
        unit: "natural log of mel power, floored and normalised over the utterance",
      },
    ],
    outputs: [
      {
        name: "post",
        shape: [1, "t", 22],
        layout: "batch, hop of 10 ms, (sil PP FF TH DD NN LL RR TR SS CH J W KK HH A E I O U Y @)",
        unit: "probability 0..1; sums to 1 over the last axis",
      },
      {
        name: "lips",
        shape: [1, "t", 9],
        layout:
          "batch, hop of 10 ms, (jaw funnel pucker spread lowerDown upperUp tongue roll press)",
        unit: "weight about 0..1; 0 = as at rest, may fall a little below",
      },
    ],
  },
  {
    ...TRAINED_BY_US,
    file: "expression-basis.json",
    attribution:
      "Learned in part from the GRID corpus (Cooke et al., CC BY 4.0, Zenodo 3625687), films of " +
      "the US government (public domain), of contracted models (LatentSync, Apache-2.0), of a " +
      "developer (open-dubbing, Apache-2.0) and of Microsoft's samples (MIT); no picture is in " +
      "the file.",
    fields: [
      {
        name: "shapes[].people, filmed",
        shape: [],
        layout: "what a shape rests on",
        unit: "people in whose films it was seen; share of them in it, 0..1, the rest is anatomy",
      },
      {
        name: "shapes[].index",
        shape: ["moved"],
        layout: "landmark numbers, ascending",
        unit: "landmark number, 0 … 467",
      },
      {
        name: "shapes[].delta",
        shape: ["moved * 3"],
        layout: "landmark by landmark as in index, (x, y, z)",
        unit: "cm on the canonical face at weight 1; +x subject's left, +y up, +z to the viewer",
      },
    ],
  },
  {
    ...TRAINED_BY_US,
    file: "default.style",
    attribution:
      "How people in films of the US government (public domain), contracted models (LatentSync, " +
      "Apache-2.0), a developer (open-dubbing, Apache-2.0) and Microsoft's sample actors (MIT) moved " +
      "head and brows while they spoke; how they and the speakers of the GRID corpus (Cooke et al., " +
      "CC BY 4.0, Zenodo 3625687) made each sound; no recording or picture is in the file.",
    fields: [
      {
        name: "manner.opening.by, manner.width.by",
        shape: [67],
        layout: "what the voice tells, then 22 classes 80 ms before, now and 80 ms after",
        unit: "standard deviations of what is told: 0.5 cm of opening, 0.45 cm of width",
      },
      {
        name: "clips[].motion",
        shape: ["frames", 19],
        layout: "25 a second: pitch yaw roll x y z, then the channels named in the file",
        unit: "(value − 32768) / 4096: radians, cm and weights against the person's own rest",
      },
      {
        name: "clips[].sound",
        shape: ["frames", 4],
        layout: "25 a second: speech, loudness, pitch, accent",
        unit: "(value − 32768) / 4096: about 0..1; pitch in half octaves from the speaker's middle",
      },
    ],
  },
];
