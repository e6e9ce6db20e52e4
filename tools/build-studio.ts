/**
 * @file `npm run studio [-- FOLDER]`: the studio as static files, with all it needs: scripts, weights,
 * a sample portrait and voice. Any web server can give them out. Into dist/studio by default.
 */
import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { cp, mkdir, readdir, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import sharp from "sharp";
import { buildPage } from "./build-page.js";
import { bundlePage } from "./bundle.js";

/** What is given out as it is. */
const FILES = [
  ...["index.html", "studio.css", "timeline.css", "panels.css", "icon.svg"],
  "manifest.webmanifest",
] as const;

const OFFLINE_WORKER = "offline-worker.js";
/** Sides of the icon's pictures, px. */
const ICON_PX = [192, 512];

/** What can be tried at once. */
const SAMPLES = ["astronaut.png", "austen.wav"];
/** The program that speaks, with its licence; optional, and no part of the scripts. */
const SPEAKER = "@echogarden/espeak-ng-emscripten";
const SPEAKER_FILES = ["espeak-ng.js", "espeak-ng.data", "COPYING", "README.md"];
/** What few need is kept for offline use when it is first used: it is most of the bytes. */
const LATER = /^(?:espeak-ng\/|assets\/face-identity\.onnx$)/;

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** Writes the studio. */
export async function buildStudio(out: string): Promise<void> {
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
  for (const name of FILES) {
    await cp(at(`src/studio/${name}`), join(out, name));
  }
  for (const name of SAMPLES) await cp(at(`samples/${name}`), join(out, "samples", name));
  await drawIcons(out);
  await layOutSpeaker(join(out, "espeak-ng"));
  await writeOfflineWorker(out);
}

/** Systems that show no SVG have pictures; masked ones are cut round, so theirs have no corners. */
async function drawIcons(out: string): Promise<void> {
  const icon = await readFile(at("src/studio/icon.svg"), "utf8");
  const square = icon.replace(' rx="14"', "");
  for (const px of ICON_PX) {
    await sharp(Buffer.from(icon))
      .resize(px)
      .png()
      .toFile(join(out, `icon-${px}.png`));
  }
  const most = ICON_PX.at(-1);
  await sharp(Buffer.from(square)).resize(most).png().toFile(join(out, "icon-masked.png"));
}

async function layOutSpeaker(to: string): Promise<void> {
  let from: string;
  try {
    from = dirname(createRequire(import.meta.url).resolve(SPEAKER));
  } catch {
    console.warn(`${SPEAKER} is not installed: this studio speaks no texts`);
    return;
  }
  for (const name of SPEAKER_FILES) await cp(join(from, name), join(to, name));
}

/** Writes the worker that keeps the studio. Last of all: it knows every other file by its hash. */
export async function writeOfflineWorker(out: string): Promise<void> {
  const found = await readdir(out, { recursive: true });
  const files = found.filter((path) => {
    return path !== OFFLINE_WORKER && statSync(join(out, path)).isFile();
  });
  const paths = files.map((path) => path.split(sep).join("/")).sort();
  const hashed = await Promise.all(
    paths.map(async (path) => {
      const bytes = await readFile(join(out, path));
      return [path, createHash("sha256").update(bytes).digest("hex")] as const;
    }),
  );
  const version = createHash("sha256").update(JSON.stringify(hashed)).digest("hex").slice(0, 16);
  const soon = Object.fromEntries(hashed.filter(([path]) => !LATER.test(path)));
  const later = Object.fromEntries(hashed.filter(([path]) => LATER.test(path)));
  await build({
    entryPoints: [at("src/studio/offline-worker.ts")],
    outfile: join(out, OFFLINE_WORKER),
    ...{ bundle: true, format: "iife", platform: "browser", target: "es2022", minify: true },
    define: { OFFLINE: JSON.stringify({ version, files: soon, later }) },
    logLevel: "warning",
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const out = process.argv[2] ?? fileURLToPath(new URL("../dist/studio", import.meta.url));
  await buildStudio(out);
  console.log(out);
}
