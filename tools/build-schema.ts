/** @file `npm run schema`: the shape of takes in layers → docs/take.schema.json. */
import { writeFile } from "node:fs/promises";
import { takeJsonSchema } from "../src/performance/take-file.js";

const path = new URL("../docs/take.schema.json", import.meta.url);
await writeFile(path, `${JSON.stringify(takeJsonSchema(), undefined, 2)}\n`);
