/**
 * @file The expression shapes, out of films whose licence allows it: `npm run train:basis -- --films
 * FOLDER --labels FOLDER [--work DIR] [--out FILE]`.
 *
 * Prints how well they explain people they were not learned from, beside anatomy alone and the shapes
 * that are in use (`--with`); a line per shape tells what it rests on.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { CHANNELS } from "../../src/base/channels.js";
import { openNode } from "../../src/platform/node.js";
import { readCanonicalFace } from "../../src/portrait/canonical.js";
import { SKIN_COUNT } from "../../src/portrait/landmarks.js";
import { readBasis } from "../../src/rig/basis.js";
import { filmsIn, licenceOf } from "../films.js";
import { anatomyOf } from "./anatomy.js";
import { type Clip, clipOf } from "./clip.js";
import { planeOf } from "./compose.js";
import { explainedBy, PART_NAMES, type Part } from "./evaluate.js";
import { mapFace } from "./face-map.js";
import { type LearnedShapes, learnShapes } from "./shapes.js";
import { sized } from "./size.js";
import { openLabeller, readTracked, trackFilm, writeTracked } from "./track.js";

/** Shares of the labelling network's landmarks: they and the product's err differently. */
const LABEL_SHARE = 0.5;
/** People of the second test: when they are judged, they are not learned from. */
const SECOND_TEST = /^(latentsync|jordi|azure|grid s1)/;

const { values } = parseArgs({
  options: {
    films: { type: "string", multiple: true, default: [] },
    labels: { type: "string" },
    work: { type: "string", default: "out/training/basis" },
    out: { type: "string", default: "assets/expression-basis.json" },
  },
});
const machine = await openNode();
const canonical = await readCanonicalFace(machine.assets);
const face = mapFace(canonical);
const anatomy = anatomyOf(face);
const current = (await readBasis(machine.assets)).map(({ index, delta }) => {
  const out = new Float64Array(SKIN_COUNT * 3);
  index.forEach((point, i) => {
    out.set(delta.subarray(3 * i, 3 * i + 3), 3 * point);
  });
  return out;
});
const { licensed, others } = await readClips();
const learned = learnShapes(licensed, face);
console.log("people that nothing was learned from:");
compare(others, learned);
const [judged, rest] = [true, false].map((is) =>
  licensed.filter(({ speaker }) => SECOND_TEST.test(speaker) === is),
);
console.log("people left out for this test:");
compare(judged, learnShapes(rest, face));
for (const [c, { people, share, agreement }] of learned.support.entries()) {
  if (CHANNELS[c].endsWith("Right")) continue;
  const name = CHANNELS[c].padEnd(20);
  console.log(`${name} ${people} people, ${share.toFixed(2)} filmed, r ${agreement.toFixed(2)}`);
}
await writeFile(values.out, fileOf(learned));
console.log(values.out);

/** Tracks what was not tracked before. */
async function readClips(): Promise<{ licensed: Clip[]; others: Clip[] }> {
  const labeller = values.labels === undefined ? undefined : await openLabeller(values.labels);
  await mkdir(values.work, { recursive: true });
  const [licensed, others]: [Clip[], Clip[]] = [[], []];
  for (const { name, path } of await filmsIn(values.films)) {
    const kept = join(values.work, `${name}.track`);
    let film = await readTracked(kept);
    if (film === undefined) {
      if (labeller === undefined) throw new Error(`${name} is not tracked; give --labels.`);
      film = await trackFilm(path, name, machine, labeller);
      await writeTracked(kept, film);
    }
    const known = licenceOf(name);
    const clip = clipOf(film, known?.speaker ?? name, canonical, LABEL_SHARE);
    console.log(`${name}: ${clip?.frameCount ?? 0} of ${film.faces.length} frames`);
    if (clip !== undefined) (known === undefined ? others : licensed).push(clip);
  }
  return { licensed, others };
}

function compare(clips: readonly Clip[], { shapes, turning }: LearnedShapes): void {
  const frames = clips.reduce((sum, { frameCount }) => sum + frameCount, 0);
  console.log(`  ${new Set(clips.map(({ speaker }) => speaker)).size} people, ${frames} frames`);
  const show = (name: string, of: readonly Float64Array[]) => {
    const score = explainedBy(clips, of.map(planeOf), turning);
    const parts = PART_NAMES.map((part: Part) => `${part} ${score[part].toFixed(3)}`);
    console.log(`  ${name.padEnd(16)} ${parts.join("  ")}`);
  };
  show("learned", shapes);
  show("in use", current);
  show("anatomy alone", anatomy);
}

/** The asset: displacements above a hundredth of a millimetre, at the sizes that weight 1 means. */
function fileOf({ shapes, support }: LearnedShapes): string {
  const rows = CHANNELS.flatMap((name, c) => {
    if (name === "tongueOut") return [];
    const shape = sized(name, shapes[c]);
    const index = Array.from({ length: SKIN_COUNT }, (_, v) => v).filter(
      (v) => Math.hypot(shape[3 * v], shape[3 * v + 1], shape[3 * v + 2]) > 1e-3,
    );
    const delta = index.flatMap((v) =>
      [0, 1, 2].map((axis) => Number(shape[3 * v + axis].toFixed(4))),
    );
    const { people, share } = support[c];
    return [JSON.stringify({ name, people, filmed: Number(share.toFixed(2)), index, delta })];
  });
  const head = {
    format: "ritratto expression basis 2",
    units:
      "cm on the 468-point canonical face at weight 1; +x subject left, +y up, +z towards the viewer; " +
      "Left = subject left",
    vertexCount: SKIN_COUNT,
  };
  const lines = JSON.stringify(head).slice(0, -1);
  return `${lines},"shapes":[\n${rows.join(",\n")}\n]}\n`;
}
