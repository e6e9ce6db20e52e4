/**
 * @file `npm run ranges -- FOLDER`: films of real people → src/report/real-ranges.ts, how they score.
 *
 * Only numbers are kept. Films that cannot be looked at are named and left out.
 */
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { quantile } from "../src/base/curves.js";
import { MEASURES, type MeasureName, reportFilm } from "../src/index.js";
import { openNode, readFootage } from "../src/platform/node.js";

const TARGET = fileURLToPath(new URL("../src/report/real-ranges.ts", import.meta.url));
/** Fewer films than this give no range. */
const LEAST_FILMS = 5;

const folder = process.argv[2];
if (folder === undefined) {
  console.error("Usage: npm run ranges -- FOLDER of films of real people");
  process.exit(2);
}
const machine = await openNode();
const values = new Map<MeasureName, number[]>();
for (const name of (await readdir(folder)).sort()) {
  if (!/\.(mp4|mov|webm|mkv)$/i.test(name)) continue;
  try {
    const film = await readFootage(join(folder, name));
    const { measures } = await reportFilm({ film }, machine);
    film.close();
    for (const { name: measure, value } of measures) {
      if (value !== undefined) values.set(measure, [...(values.get(measure) ?? []), value]);
    }
    const line = measures.map((m) => `${m.name} ${m.value?.toFixed(2) ?? "–"} ${m.verdict[0]}`);
    console.log(`${name}: ${line.join(", ")}`);
  } catch (error) {
    console.log(`${name}: left out: ${error instanceof Error ? error.message : error}`);
  }
}
await writeFile(TARGET, sourceOf(values));

function sourceOf(found: ReadonlyMap<MeasureName, readonly number[]>): string {
  const rows = (Object.keys(MEASURES) as MeasureName[]).flatMap((name) => {
    const numbers = found.get(name) ?? [];
    if (numbers.length < LEAST_FILMS) return [];
    const at = (q: number) => Number(quantile(numbers, q).toPrecision(3));
    return [
      `  ${name}: { p10: ${at(0.1)}, p50: ${at(0.5)}, p90: ${at(0.9)}, films: ${numbers.length} },`,
    ];
  });
  return `/** @file Made by \`npm run ranges\`: do not edit. How films of real people score. */
import type { MeasureName } from "./measure.js";

/** Percentiles over films, and how many films. */
export interface RealRange {
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
  readonly films: number;
}

/** By measure; measures that too few films tell of are absent. */
export const REAL_RANGES: Readonly<Partial<Record<MeasureName, RealRange>>> = {
${rows.join("\n")}
};
`;
}
