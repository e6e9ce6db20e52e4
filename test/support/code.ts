/** @file The project's own files as data: what there is, and what imports what. */
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { sep } from "node:path";
import { dirname, join, normalize, relative } from "node:path/posix";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Paths below a folder by their ending, from the project's root, with slashes. */
export function walk(folder: string, ending: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => `${entry.parentPath}${sep}${entry.name}`.split(sep).join("/"))
    .map((path) => relative(root.split(sep).join("/"), path))
    .sort();
}

/** Paths that Git has. */
export function committedFiles(folder: string): string[] {
  const listed = execFileSync("git", ["ls-files", "-z"], { cwd: folder, encoding: "utf8" });
  return listed.split("\0").filter((path) => path !== "");
}

/** What a file imports, types and re-exports included. */
export interface Imports {
  /** Files of ours, as paths of their sources. */
  readonly files: readonly string[];
  /** Packages and modules of Node. */
  readonly packages: readonly string[];
}

/** Reads the imports of a source. */
export function importsOf(path: string, source: string): Imports {
  const names = ts.preProcessFile(source, true, true).importedFiles.map(({ fileName }) => fileName);
  const own = names.filter((name) => name.startsWith("."));
  return {
    files: own.map((name) => normalize(join(dirname(path), name)).replace(/\.js$/, ".ts")),
    packages: names.filter((name) => !name.startsWith(".")),
  };
}

/** The first circle in a graph, as its nodes in order; empty if there is none. */
export function cycleIn(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (node: string): string[] => {
    const at = path.indexOf(node);
    if (at >= 0) return path.slice(at);
    if (done.has(node)) return [];
    path.push(node);
    for (const next of graph.get(node) ?? []) {
      const found = visit(next);
      if (found.length > 0) return found;
    }
    path.pop();
    done.add(node);
    return [];
  };
  for (const node of graph.keys()) {
    const found = visit(node);
    if (found.length > 0) return found;
  }
  return [];
}
