/**
 * @file Latency of live sessions: a sample's voice at the pace of speech into a service of our own, in
 * this process; each frame is timed from the arrival of the sound that it shows.
 *
 *     npm run bench:live -- [seconds] [sessions]
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startService } from "../dist/server/serve.js";
import { connectLive, pcmOf, whenOpen } from "../test/server/live-client.js";
import { cutVoice, VOICE_HZ } from "../test/support/inputs.js";

const SECONDS = Number(process.argv[2] ?? 10);
const SESSIONS = Number(process.argv[3] ?? 1);
/** What a microphone gives at once, samples: 40 ms. */
const BLOCK = 640;

const data = mkdtempSync(join(tmpdir(), "ritratto-bench-"));
const service = await startService({
  ...{ data, host: "127.0.0.1", port: 0, ratePerSecond: 1000, keepHours: 1 },
  ...{ log: () => undefined, live: { sessionsMost: SESSIONS, accountMost: SESSIONS } },
});
const picture = readFileSync(fileURLToPath(new URL("../samples/astronaut.png", import.meta.url)));
const sent = await fetch(`${service.url}/portraits`, { method: "POST", body: picture });
const { id: portrait } = (await sent.json()) as { id: string };
const voice = cutVoice(1, 1 + SECONDS);

/** @returns Latencies of frames, ms. */
async function talk(want: "takes" | "frames"): Promise<{ late: number[]; dropped: number }> {
  const client = connectLive(service);
  await whenOpen(client);
  const consent = { basis: "fictional" };
  client.say({ portrait, consent, sampleRate: VOICE_HZ, want, options: { size: 512 } });
  await client.wait("ready");
  const cameAt: number[] = [];
  const late: number[] = [];
  const start = performance.now();
  const heard = (seconds: number) => {
    const came = cameAt[Math.ceil((seconds * VOICE_HZ) / BLOCK) - 1];
    if (came !== undefined) late.push(performance.now() - came);
  };
  client.raw.on("message", () => {
    const last = client.came.at(-1);
    if (last?.kind === "take") for (const { seconds } of last.frames) heard(seconds);
    if (last?.kind === "picture") heard(last.seconds);
  });
  for (let at = 0; at < voice.length; at += BLOCK) {
    const due = start + ((at + BLOCK) / VOICE_HZ) * 1000;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    client.say(pcmOf(voice.subarray(at, at + BLOCK)));
    cameAt.push(performance.now());
  }
  client.say({ kind: "end" });
  const { dropped } = await client.wait("ended");
  await client.closed;
  return { late, dropped };
}

for (const want of ["takes", "frames"] as const) {
  const all = await Promise.all(Array.from({ length: SESSIONS }, () => talk(want)));
  const late = all.flatMap((each) => each.late).sort((a, b) => a - b);
  const at = (share: number) => Math.round(late[Math.floor(share * (late.length - 1))] ?? 0);
  const dropped = all.reduce((sum, each) => sum + each.dropped, 0);
  const load = loadavg()[0]?.toFixed(1);
  const figures = `p50 ${at(0.5)} ms, p90 ${at(0.9)}, p99 ${at(0.99)}, most ${at(1)}`;
  console.log(`${want}: ${late.length} frames, ${figures}; ${dropped} left out; load ${load}`);
}
await service.close();
rmSync(data, { recursive: true });
