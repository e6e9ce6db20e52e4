/** @file A service that is killed while somebody speaks: the client hears it as an error with a code. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import WebSocket from "ws";
import { connect, ServiceError } from "../../src/client/client.js";
import { sample } from "../support/machine.js";

test("a session whose service is killed rejects as unreachable, and so does what is asked then", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ritratto-lost-"));
  const program = fileURLToPath(new URL("../../bin/ritratto.js", import.meta.url));
  const server = spawn(process.execPath, [program, "serve", "--data", folder, "--port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const [line] = await once(createInterface({ input: server.stdout }), "line");
    const service = connect(JSON.parse(line).url, { tries: 1 });
    const file = Uint8Array.from(readFileSync(sample("astronaut.png")));
    const { id: portrait } = await service.portraits.upload(file);
    const call = await service.live(
      { portrait, consent: { basis: "self" }, sampleRate: 16_000, want: "takes" },
      // The types of a page's sockets and of ws differ where neither is used.
      { webSocket: WebSocket as never },
    );
    call.say(new Int16Array(3200));
    server.kill("SIGKILL");
    const error = await call.over.catch((each: unknown) => each);
    expect(error).toBeInstanceOf(ServiceError);
    expect(error).toMatchObject({ code: "unreachable", status: 0 });
    await expect(service.portraits.get(portrait)).rejects.toMatchObject({ code: "unreachable" });
  } finally {
    server.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});
