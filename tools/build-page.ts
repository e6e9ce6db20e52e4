/**
 * @file `npm run page [-- FOLDER]`: the page that says where films are from, as static files.
 *
 * Any web server can give them out; they ask for nothing but each other. Into dist/verify-page by default.
 */
import { copyFileSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** Given out as they are. */
const LENT = ["verify.html", "verify.css", "verify.svg"];

/** Bundles the page. @returns The names of its files. */
export async function buildPage(folder: string): Promise<readonly string[]> {
  const from = (name: string) => fileURLToPath(new URL(`../src/page/${name}`, import.meta.url));
  mkdirSync(folder, { recursive: true });
  await build({
    entryPoints: [from("verify.ts"), from("worker.ts")],
    ...{ outdir: folder, bundle: true, format: "esm", target: "es2022", minify: true },
    ...{ platform: "browser", legalComments: "eof", logLevel: "error" },
  });
  for (const name of LENT) copyFileSync(from(name), join(folder, name));
  const toolkit = createRequire(import.meta.url).resolve("@contentauth/c2pa-wasm/c2pa.wasm");
  copyFileSync(toolkit, join(folder, "c2pa.wasm"));
  return [...LENT, "verify.js", "worker.js", "c2pa.wasm"];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2] ?? fileURLToPath(new URL("../dist/verify-page", import.meta.url));
  console.log(`${folder}: ${(await buildPage(folder)).join(", ")}`);
}
