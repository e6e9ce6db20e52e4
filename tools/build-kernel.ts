/**
 * @file `npm run kernel`: tools/kernel/kernel.ts (AssemblyScript) → src/frames/kernel-code.ts.
 *
 * With --check it compares instead of writing, and exits 1 on a difference.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const OPTIONS = ["-O3", "--runtime", "stub", "--importMemory", "--enable", "simd", "--noAssert"];
const compiler = fileURLToPath(
  new URL("../node_modules/assemblyscript/bin/asc.js", import.meta.url),
);

/** Compiles the kernel. @returns The text of the generated module. */
export function buildKernel(): string {
  const folder = mkdtempSync(join(tmpdir(), "ritratto-kernel-"));
  const out = join(folder, "kernel.wasm");
  const source = fileURLToPath(new URL("./kernel/kernel.ts", import.meta.url));
  execFileSync(process.execPath, [compiler, source, "-o", out, ...OPTIONS], { stdio: "pipe" });
  const code = readFileSync(out);
  rmSync(folder, { recursive: true });
  const lines =
    Buffer.from(code)
      .toString("base64")
      .match(/.{1,92}/g) ?? [];
  return [
    "/** @file Made by `npm run kernel` from tools/kernel/kernel.ts: do not edit. */",
    "",
    "/** The compiled kernel, base64. */",
    "export const KERNEL_CODE = [",
    ...lines.map((line) => `  "${line}",`),
    '].join("");',
    "",
  ].join("\n");
}

const target = new URL("../src/frames/kernel-code.ts", import.meta.url);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = buildKernel();
  if (!process.argv.includes("--check")) writeFileSync(target, text);
  else if (readFileSync(target, "utf8") !== text) process.exitCode = 1;
}
