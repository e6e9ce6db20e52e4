/** @file docs/service.md: what it says to type is typed here, against the program. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { cutVoice, writeFace, writeWav } from "../support/inputs.js";

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));

test("the examples do what the page says", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ritratto-docs-"));
  await writeFace(join(folder, "anna.png"));
  writeWav(join(folder, "hello.wav"), cutVoice(1, 2));
  copyFileSync(path("assets/default.style"), join(folder, "anna.style"));
  const serve = [
    path("bin/ritratto.js"),
    "serve",
    "--data",
    "service",
    "--port",
    "0",
    "--threads",
    "1",
  ];
  const server = spawn(process.execPath, serve, {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: server.stdout });
  try {
    const [line] = await once(lines, "line");
    const page = readFileSync(path("docs/service.md"), "utf8");
    const blocks = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block);
    expect(blocks.length).toBeGreaterThan(5);
    const { stdout } = await promisify(execFile)(
      "bash",
      ["-eo", "pipefail", "-c", blocks.join("\n")],
      {
        cwd: folder,
        env: { ...process.env, RITRATTO: JSON.parse(line).url },
      },
    );
    expect(stdout).toMatch(/^event: running\n(event: running\n)*event: done$/m);
    expect(stdout).toContain('"code":"consent_missing"');
    expect(stdout).toMatch(/"id":"greetings-001","state":"done"/);
    expect(stdout.match(/^event: done$/gm)).toHaveLength(3);
    const idOf = (name: string) => {
      const told = new RegExp(`"id":"${name}","state":"done".*?"filmId":"([0-9a-f]+)"`).exec(
        stdout,
      );
      return told?.[1];
    };
    // The style is the default's, so only the edit makes it another film.
    expect(idOf("anna-edited")).toMatch(/^[0-9a-f]+$/);
    expect(idOf("anna-edited")).not.toBe(idOf("anna-in-style"));
    expect(stdout).toMatch(/"secret":"whsec_/);
    expect(stdout).toContain('"code":"webhook_refused"');
    expect(readFileSync(join(folder, "sheet.png")).subarray(1, 4).toString()).toBe("PNG");
    expect(stdout).toContain('"status":"ok"');
    expect(stdout).toMatch(/^ritratto_jobs\{state="done"\} 3$/m);
    expect(stdout).toMatch(/"due":"\d{4}-/);
    expect(statSync(join(folder, "beginning.bin")).size).toBe(100);
    const film = readFileSync(join(folder, "anna.mp4"));
    expect(film.subarray(4, 8).toString()).toBe("ftyp");
    expect(film.subarray(0, 100)).toEqual(readFileSync(join(folder, "beginning.bin")));
  } finally {
    server.kill("SIGTERM");
    await once(server, "exit");
    rmSync(folder, { recursive: true, force: true });
  }
}, 240_000);
