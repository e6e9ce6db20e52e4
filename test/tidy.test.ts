/** @file What the code promises about itself: its layers, its lengths, its words, its licences. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { committedFiles, cycleIn, importsOf, walk } from "./support/code.js";

const root = fileURLToPath(new URL("../", import.meta.url));
const sources = walk(join(root, "src"), ".ts");
const all = ["src", "test", "tools", "training", "bench"].flatMap((folder) =>
  walk(join(root, folder), ".ts"),
);
const text = new Map(all.map((path) => [path, readFileSync(join(root, path), "utf8")]));
const read = (path: string) => text.get(path) ?? readFileSync(join(root, path), "utf8");

/** What each folder of src may import from, besides itself: the way of the data. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  base: [],
  onnx: ["base"],
  learn: ["base", "onnx"],
  mark: ["base"],
  trust: ["base", "mark"],
  portrait: ["base"],
  rig: ["base", "portrait"],
  voice: ["base"],
  performance: ["base", "voice"],
  capture: ["base", "portrait", "rig", "voice", "performance"],
  frames: ["base", "mark", "portrait", "rig", "performance"],
  film: ["base", "mark", "trust", "portrait", "rig", "capture", "voice", "performance", "frames"],
  report: ["base", "portrait", "voice"],
  index: [
    ...["base", "mark", "trust", "portrait", "rig", "capture", "voice", "performance", "frames"],
    ...["film", "report"],
  ],
  platform: [
    "base",
    "mark",
    "trust",
    "portrait",
    "rig",
    "voice",
    "performance",
    "frames",
    "film",
    "report",
  ],
  server: ["base", "index", "platform"],
  client: ["base", "server"],
  // Of the core's folders the limits of options: help does not wait for all that the package exports.
  cli: ["base", "mark", "portrait", "performance", "trust", "index", "platform", "server"],
  page: ["base", "trust", "platform"],
  studio: ["base", "voice", "index", "platform"],
};
/** What runs on any machine: it knows neither Node nor the platform. */
const CORE = Object.keys(LAYERS).filter(
  (folder) => !["platform", "server", "client", "cli", "page", "studio"].includes(folder),
);
/** Where programs begin; everything else must be reachable from here. */
const ENTRIES = [
  ...["src/index.ts", "src/platform/node.ts", "src/platform/browser.ts", "src/cli/main.ts"],
  "src/client/client.ts",
  // Loaded by its URL, as a worker.
  "src/platform/node-drawer-thread.ts",
  "src/platform/node-nets-thread.ts",
  // A process of its own, for one text.
  "src/platform/node-speech-process.ts",
  // A process of its own, for one film.
  "src/server/film-process.ts",
  // Another, for one live session.
  "src/server/live-process.ts",
  // A page and its worker, bundled by tools/build-page.ts.
  ...["src/page/verify.ts", "src/page/worker.ts"],
  // Another, bundled by tools/build-studio.ts.
  ...["src/studio/studio.ts", "src/studio/studio-thread.ts", "src/studio/offline-worker.ts"],
  "src/platform/browser-drawer-thread.ts",
  "src/platform/browser-live-thread.ts",
  "src/platform/browser-microphone-worklet.ts",
  "src/platform/browser-nets-thread.ts",
  "src/platform/browser-speech-thread.ts",
  // What training/ stands on.
  "src/learn/operations.ts",
  "src/learn/trainer.ts",
];
const LINES_MAX = 400;
const BLOB_MAX_BYTES = 3_000_000;

const layerOf = (path: string) => path.split("/")[1].replace(/\.ts$/, "");
const graph = new Map(sources.map((path) => [path, importsOf(path, read(path))]));

describe("layers", () => {
  test("every folder has its place", () => {
    expect([...new Set(sources.map(layerOf))].sort()).toEqual(Object.keys(LAYERS).sort());
  });

  test("a folder imports only from those below it", () => {
    const wrong = sources.flatMap((path) => {
      const allowed = [layerOf(path), ...LAYERS[layerOf(path)]];
      const imported = graph.get(path)?.files ?? [];
      return imported.filter((to) => !allowed.includes(layerOf(to))).map((to) => `${path} → ${to}`);
    });
    expect(wrong).toEqual([]);
  });

  test("nothing goes in circles", () => {
    const files = new Map([...graph].map(([path, { files }]) => [path, files]));
    expect(cycleIn(files)).toEqual([]);
  });

  test("the core knows no module of Node", () => {
    const wrong = sources
      .filter((path) => CORE.includes(layerOf(path)))
      .flatMap((path) => (graph.get(path)?.packages ?? []).map((name) => `${path}: ${name}`))
      .filter(
        (use) =>
          !/: (mediabunny|zod|@peculiar\/\S+|reflect-metadata|@contentauth\/c2pa-wasm)$/.test(use),
      );
    expect(wrong).toEqual([]);
  });

  test("of the platform, what runs on any machine knows none, and none knows another", () => {
    const machineOf = (path: string) => /^src\/platform\/(node|browser)\b/.exec(path)?.[1];
    const wrong = [...graph]
      .filter(([path]) => layerOf(path) === "platform")
      .flatMap(([path, { files }]) => {
        const others = files.filter((to) => ![undefined, machineOf(path)].includes(machineOf(to)));
        return others.map((to) => `${path} → ${to}`);
      });
    expect(wrong).toEqual([]);
  });

  test("every import is of a file that is there, and every file is used", () => {
    const reached = new Set<string>();
    const visit = (path: string) => {
      if (reached.has(path)) return;
      reached.add(path);
      graph.get(path)?.files.forEach(visit);
    };
    ENTRIES.forEach(visit);
    expect([...reached].sort()).toEqual([...sources].sort());
  });

  test("a test of something lies where its source lies", () => {
    const folders = new Set([
      ...sources.map(layerOf),
      "media",
      "tools",
      "training",
      "support",
      "golden",
    ]);
    const wrong = readdirSync(join(root, "test"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== "golden-failures")
      .filter(({ name }) => !folders.has(name));
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });
});

describe("files", () => {
  test(`have at most ${LINES_MAX} lines`, () => {
    const long = all.filter((path) => read(path).trimEnd().split("\n").length > LINES_MAX);
    expect(long).toEqual([]);
  });

  test("of src say at their top what they are", () => {
    const silent = sources.filter(
      (path) => !/^\/\*\*[^/]*?\s@(file|packageDocumentation)\b/.test(read(path)),
    );
    expect(silent).toEqual([]);
  });

  test("hold no note of open work without the number of its issue", () => {
    const mark = new RegExp(["TO", "DO(?!\\(#\\d+\\))|FIX", "ME"].join(""));
    expect(all.filter((path) => mark.test(read(path)))).toEqual([]);
  });

  test("hold no any", () => {
    const found = all.flatMap((path) => {
      const file = ts.createSourceFile(path, read(path), ts.ScriptTarget.ES2022);
      const uses: string[] = [];
      const visit = (node: ts.Node) => {
        if (node.kind === ts.SyntaxKind.AnyKeyword) {
          const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
          uses.push(`${path}:${line + 1}`);
        }
        ts.forEachChild(node, visit);
      };
      visit(file);
      return uses;
    });
    expect(found).toEqual([]);
  });
});

describe("what others made", () => {
  const notice = () => readFileSync(join(root, "NOTICE"), "utf8");

  test.each(["assets", "samples"])("every file of %s is named in NOTICE", (folder) => {
    const named = notice();
    const files = readdirSync(join(root, folder));
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((name) => !named.includes(name))).toEqual([]);
  });

  test.skipIf(!existsSync(join(root, ".git")))(
    `no other file that is committed has more than ${BLOB_MAX_BYTES / 1e6} MB`,
    () => {
      const named = notice();
      const large = committedFiles(root)
        .filter((path) => existsSync(join(root, path)))
        .filter((path) => statSync(join(root, path)).size > BLOB_MAX_BYTES)
        .filter((path) => !named.includes(path.split("/").at(-1) ?? path));
      expect(large).toEqual([]);
    },
  );

  test("every package that a user installs is named by its exact version", () => {
    const { dependencies, optionalDependencies } = JSON.parse(read("package.json"));
    const versions = Object.entries({ ...dependencies, ...optionalDependencies });
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(String(version)))).toEqual([]);
  });
});

describe("docstrings", () => {
  const entries = ["src/index.ts", "src/platform/node.ts", "src/platform/browser.ts"].map((path) =>
    join(root, path),
  );
  const options: ts.CompilerOptions = {
    ...{ target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext },
    ...{ strict: true, skipLibCheck: true, noEmit: true, types: ["node"] },
  };

  test("everything that the package exports has one", () => {
    const program = ts.createProgram(entries, options);
    const checker = program.getTypeChecker();
    const bare = entries.flatMap((path) => {
      const file = program.getSourceFile(path);
      const module = file && checker.getSymbolAtLocation(file);
      const exported = module === undefined ? [] : checker.getExportsOfModule(module);
      expect(exported.length, path).toBeGreaterThan(10);
      return exported.filter((symbol) => {
        const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
        const target = isAlias ? checker.getAliasedSymbol(symbol) : symbol;
        return ts.displayPartsToString(target.getDocumentationComment(checker)).trim() === "";
      });
    });
    expect(bare.map(({ name }) => name)).toEqual([]);
  });

  test("everything that a file of src exports has one", () => {
    const bare = sources.flatMap((path) => {
      const file = ts.createSourceFile(path, read(path), ts.ScriptTarget.ES2022, true);
      return file.statements
        .filter((node) => ts.canHaveModifiers(node) && isExported(node))
        .filter((node) => !ts.isExportDeclaration(node))
        .filter((node) => ts.getJSDocCommentsAndTags(node).length === 0)
        .map((node) => `${path}: ${node.getText(file).split("\n")[0]}`);
    });
    expect(bare).toEqual([]);
  });
});

function isExported(node: ts.HasModifiers): boolean {
  const modifiers = ts.getModifiers(node) ?? [];
  return modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
}
