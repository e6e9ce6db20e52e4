/**
 * @file FACEGOOD's recordings: what is heard, and how a real mouth moved, in our articulators.
 *
 * One Mandarin speaker, 11 minutes, rig controls at 30 frames a second (MIT).
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { assert } from "../../src/base/assert.js";
import { sampleAt } from "../../src/base/curves.js";
import { readAudio } from "../../src/platform/node.js";
import { registerCodecs } from "../../src/platform/node-codecs.js";
import { HOP_SECONDS } from "../../src/voice/hops.js";
import { ARTICULATOR_COUNT, ARTICULATORS, type Articulator } from "../../src/voice/lip-channels.js";
import { type StoredUtterance, scaleMel, UNKNOWN_CLASS } from "./corpus.js";
import { hearWhole, melOfSamples } from "./sound.js";

/** Somebody's lips beside what is heard. */
export interface LipUtterance extends StoredUtterance {
  /** In the order of `ARTICULATORS`, NaN where nobody knows, shape [hops, 9]. */
  readonly curves: Float32Array;
}

const FPS = 30;
const CONTROLS = 116;

/** Controls of each articulator: the largest of each group, groups added with their share. */
const SOURCES: Readonly<
  Record<Articulator, readonly { readonly share: number; readonly of: readonly string[] }[]>
> = {
  jaw: [{ share: 1, of: ["mouth_stretch_c"] }],
  funnel: [
    { share: 1, of: ["mouth_funnel_dl", "mouth_funnel_ul"] },
    { share: 0.5, of: ["mouth_oh_c"] },
  ],
  pucker: [
    { share: 1, of: ["mouth_pucker_l"] },
    { share: 0.5, of: ["mouth_oh_c"] },
    { share: 1, of: ["mouth_oo_c"] },
  ],
  // She hardly spreads her lips, and not where others do (r 0.13): films and rules teach that better.
  spread: [],
  lowerDown: [{ share: 1, of: ["mouth_lowerLipDepress_l"] }],
  upperUp: [{ share: 1, of: ["mouth_upperLipRaise_l"] }],
  tongue: [],
  roll: [{ share: 1, of: ["mouth_suck_dl", "mouth_suck_ul"] }],
  press: [{ share: 1, of: ["mouth_press_l"] }],
};

/** Reads all recordings. @param folder - training/facegood. */
export async function readFacegood(folder: string): Promise<LipUtterance[]> {
  await registerCodecs("native");
  const { order } = z
    .object({ order: z.array(z.string()).length(CONTROLS) })
    .parse(JSON.parse(await readFile(join(folder, "controls.json"), "utf8")));
  const names = (await readdir(folder)).filter((name) => name.endsWith(".flac")).sort();
  const all: LipUtterance[] = [];
  for (const name of names) {
    const { hops, mel } = melOfSamples(await hearWhole(await readAudio(join(folder, name))));
    const controls = readNpy(await readFile(join(folder, name.replace(".flac", ".npy"))));
    all.push({
      id: name.replace(".flac", ""),
      speaker: "facegood",
      language: "cmn",
      kind: "real",
      hops,
      scaledMel: scaleMel(mel),
      classes: new Uint8Array(hops).fill(UNKNOWN_CLASS),
      curves: toArticulators(controls, order, hops),
    });
  }
  return all;
}

/** The floats of a NumPy file of float32 [frames, 116]. */
function readNpy(bytes: Buffer): Float32Array {
  assert(bytes.toString("latin1", 1, 6) === "NUMPY", "a NumPy file");
  const start = 10 + bytes.readUInt16LE(8);
  assert(bytes.toString("latin1", 10, start).includes("'<f4'"), "little-endian float32");
  return new Float32Array(
    bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length),
  );
}

function toArticulators(
  controls: Float32Array,
  order: readonly string[],
  hops: number,
): Float32Array {
  const frames = controls.length / CONTROLS;
  const out = new Float32Array(hops * ARTICULATOR_COUNT).fill(Number.NaN);
  ARTICULATORS.forEach((articulator, column) => {
    const groups = SOURCES[articulator].map(({ share, of }) => ({
      share,
      columns: of.map((name) => {
        const at = order.indexOf(name);
        assert(at >= 0, `a control ${name}`);
        return at;
      }),
    }));
    if (groups.length === 0) return;
    const curve = Float32Array.from({ length: frames }, (_, frame) =>
      groups.reduce((sum, { share, columns }) => {
        const values = columns.map((at) => controls[frame * CONTROLS + at]);
        return sum + share * Math.max(...values);
      }, 0),
    );
    for (let hop = 0; hop < hops; hop++) {
      // Frame i shows (i + ½) / 30 s.
      const value = sampleAt(curve, (hop + 0.5) * HOP_SECONDS * FPS - 0.5);
      out[hop * ARTICULATOR_COUNT + column] = value;
    }
  });
  return out;
}
