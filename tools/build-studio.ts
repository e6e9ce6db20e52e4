/**
 * @file `npm run studio [-- FOLDER]`: the studio as static files, with all it needs: scripts, weights,
 * a sample portrait and voice. Any web server can give them out. Into dist/studio by default.
 */
import { cp, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildPage } from "./build-page.js";
import { bundlePage } from "./bundle.js";

/** What can be tried at once. */
const SAMPLES = ["astronaut.png", "austen.wav"];

/** Writes the studio. */
export async function buildStudio(out: string): Promise<void> {
  const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
  // Chunks are named by what is in them: those of before would stay.
  await rm(out, { recursive: true, force: true });
  await mkdir(join(out, "samples"), { recursive: true });
  const scripts = {
    studio: at("src/studio/studio.ts"),
    "studio-thread": at("src/studio/studio-thread.ts"),
  };
  await bundlePage({ scripts, out });
  // Where films are from: the same folder, so that it knows the studio's films.
  await buildPage(out);
  for (const name of ["index.html", "studio.css", "timeline.css", "panels.css"]) {
    await cp(at(`src/studio/${name}`), join(out, name));
  }
  for (const name of SAMPLES) await cp(at(`samples/${name}`), join(out, "samples", name));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const out = process.argv[2] ?? fileURLToPath(new URL("../dist/studio", import.meta.url));
  await buildStudio(out);
  console.log(out);
}
