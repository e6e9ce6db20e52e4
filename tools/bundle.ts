/**
 * @file Scripts of a page → a folder of static files that any file server can give, and that runs
 * offline: the scripts with all they import, our workers, the weights, ONNX Runtime's WebAssembly.
 *
 * Esbuild, because vitest and tsx have brought it anyway, and its binaries are plain optional packages
 * that every npm installs alike. Workers are entries of their own, written beside the others: so
 * `new URL("./browser-drawer-thread.js", import.meta.url)` means the same in src, in dist and here, and to
 * other people's bundlers.
 */
import { cp, mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";

/** A page's scripts. */
export interface Page {
  /** Paths of scripts by the names they are to have, without an ending. */
  readonly scripts: Readonly<Record<string, string>>;
  /** Folder for all files. */
  readonly out: string;
  /** False leaves the scripts as they are written; true by default. */
  readonly minify?: boolean;
}

const root = fileURLToPath(new URL("../", import.meta.url));
const require = createRequire(import.meta.url);
/** What is loaded by its address, as a worker or worklet. */
const WORKERS = [
  "browser-drawer-thread",
  "browser-live-thread",
  "browser-microphone-worklet",
  "browser-nets-thread",
  "browser-speech-thread",
];
/** The runtime's files, which it loads by address. */
const RUNTIME = ["ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm"];

/** Writes all files of a page but its HTML and styles. */
export async function bundlePage({ scripts, out, minify = true }: Page): Promise<void> {
  const workers = WORKERS.map((name) => [name, join(root, `src/platform/${name}.ts`)]);
  await build({
    entryPoints: { ...scripts, ...Object.fromEntries(workers) },
    outdir: out,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    // The runtime with its WebAssembly in a file of its own, so that it can start threads from it.
    conditions: ["onnxruntime-web-use-extern-wasm"],
    plugins: [withoutNode],
    chunkNames: "[name]-[hash]",
    minify,
    legalComments: "linked",
    logLevel: "warning",
  });
  await mkdir(out, { recursive: true });
  await cp(join(root, "assets"), join(out, "assets"), { recursive: true });
  for (const name of RUNTIME) {
    await cp(require.resolve(`onnxruntime-web/${name}`), join(out, name));
  }
}

/** Packages that run on both machines name modules of Node, and do not touch them in a browser. */
const withoutNode: Plugin = {
  name: "without-node",
  setup({ onResolve, onLoad }) {
    const allowed = ["h264-mp4-encoder", "@mediabunny/aac-encoder", "mediabunny"];
    onResolve({ filter: /^(node:)?(fs|path|crypto|worker_threads|url|fs\/promises)$/ }, (found) => {
      const isAllowed = allowed.some((name) => dirname(found.importer).includes(name));
      return isAllowed ? { path: basename(found.path), namespace: "no-node" } : undefined;
    });
    onLoad({ filter: /.*/, namespace: "no-node" }, () => ({ contents: "module.exports = {};" }));
  },
};
