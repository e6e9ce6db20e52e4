/**
 * @file `npm run train [-- --shared DIR --work DIR]`: from the data to assets/articulation.onnx.
 *
 * Corpora, ear, films of talkers, lips: each step is skipped if its result is there, and the ear
 * resumes where it was stopped. On its way the ear places the sounds of real speech anew, and learns
 * on from both placings. Takes about two hours on two cores; see training/README.md.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    shared: { type: "string", default: "../shared" },
    work: { type: "string", default: "out/training" },
  },
});
/** Step of the ear at which it places the sounds of real speech anew. */
const REALIGNED_AT = 12000;

const { shared, work } = values;
const media = join(shared, "media");
const films = ["video", "grid_s1"].flatMap((folder) => ["--films", join(media, folder)]);
const target = fileURLToPath(new URL("../assets/articulation.onnx", import.meta.url));

run("data/build-corpora.ts", "--shared", shared, "--work", work);
if (!existsSync(join(work, "speechocean-train-aligned.corpus"))) {
  run("articulation/train.ts", "--work", work, "--until", String(REALIGNED_AT));
  run("articulation/realign.ts", "--work", work);
}
run("articulation/train.ts", "--work", work);
if (existsSync(media) && !existsSync(join(work, "talkers.json"))) {
  run("lips/track-talkers.ts", ...films, "--work", work);
}
run("lips/train.ts", "--shared", shared, "--work", work);
copyFileSync(join(work, "voice.onnx"), target);
console.log("assets/articulation.onnx is new: run `npm run assets` and `npm run train:evaluate`.");

/** Runs one step in a process of its own; its failure is ours. */
function run(step: string, ...flags: string[]): void {
  const file = fileURLToPath(new URL(step, import.meta.url));
  const { status } = spawnSync(process.execPath, ["--import", "tsx", file, ...flags], {
    stdio: "inherit",
  });
  if (status !== 0) process.exit(status ?? 1);
}
