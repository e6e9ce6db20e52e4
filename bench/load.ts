/**
 * @file `npm run bench:load`: a service under load. Clients have films made, ask where each is until it
 * is done, and fetch it; then every film is counted.
 *
 * Told: which share of the time the workers worked on films, the same against one process that makes
 * such films one after another, how long questions took, and the memory of the server and of all its
 * processes. `-- --jobs 20 --clients 5 --workers 1 --size 384 --seconds 2 --queue redis://…` for others.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { WavOutputFormat } from "mediabunny";
import { z } from "zod";
import { makeFilm } from "../dist/index.js";
import { fileSink, openNode, readAudio, readPortraitFile } from "../dist/platform/node.js";
import { writeSound } from "../test/media/material.js";

const { values } = parseArgs({
  options: {
    jobs: { type: "string", default: "200" },
    clients: { type: "string", default: "50" },
    workers: { type: "string", default: "1" },
    size: { type: "string", default: "384" },
    seconds: { type: "string", default: "2" },
    queue: { type: "string" },
  },
});
const number = z.coerce.number().positive();
const [jobs, clients, workers] = [values.jobs, values.clients, values.workers].map((text) =>
  number.int().parse(text),
) as [number, number, number];
const [size, seconds] = [number.parse(values.size), number.parse(values.seconds)];

/** Films that one process makes, to know what a film costs. */
const ALONE = 5;
/** A client asks this often, ms. */
const ASK_MS = 250;
const LOOK_MS = 500;
const FPS = 25;
const PORTRAIT = fileURLToPath(new URL("../samples/astronaut.png", import.meta.url));
const VOICE = fileURLToPath(new URL("../samples/kennedy.wav", import.meta.url));
const PROGRAM = fileURLToPath(new URL("../bin/ritratto.js", import.meta.url));
const PAGE_BYTES = 4096;

const idSchema = z.object({ id: z.string() });
const filmSchema = z.object({
  state: z.string(),
  attempts: z.number(),
  result: z.object({ sha256: z.string() }).optional(),
  failure: z.object({ code: z.string(), message: z.string() }).optional(),
});
const logSchema = z.object({
  event: z.string(),
  url: z.string().optional(),
  job: z.string().optional(),
  outcome: z.string().optional(),
  seconds: z.number().optional(),
});

const folder = mkdtempSync(join(tmpdir(), "ritratto-load-"));
try {
  await bench();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function bench(): Promise<void> {
  const voices = await cutVoices();
  const aloneSeconds = await makeAlone(voices);
  const server = await startServer();
  const memory = watchMemory(server.child);
  const asked: number[] = [];
  const start = performance.now();
  const portrait = await send(`${server.url}/portraits`, readFileSync(PORTRAIT));
  const sent = voices.map((path) => send(`${server.url}/voices`, readFileSync(path)));
  const ids = await Promise.all(sent);
  let next = 0;
  const attempts: number[] = [];
  const client = async () => {
    while (next < jobs) {
      const index = next++;
      const voice = ids[index % ids.length] ?? "";
      attempts.push(await haveFilm(server.url, `load-${index}-film`, { portrait, voice }, asked));
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const wallSeconds = (performance.now() - start) / 1000;
  const { serverMiB, allMiB } = memory.stop();
  const made = server.ended.filter(({ outcome }) => outcome === "made");
  const films = readdirSync(join(folder, "data"), { recursive: true, encoding: "utf8" }).filter(
    (name) => name.endsWith(".mp4"),
  );
  await server.close();

  const busySeconds = made.reduce((sum, one) => sum + (one.seconds ?? 0), 0);
  const share = (value: number) => `${(100 * value).toFixed(1)} %`;
  const ms = (value: number) => `${value.toFixed(0)} ms`;
  asked.sort((a, b) => a - b);
  const quantile = (q: number) => asked[Math.min(asked.length - 1, Math.floor(q * asked.length))];
  console.log(`${jobs} films of ${seconds} s at ${size}², ${clients} clients, ${workers} workers`);
  console.log(`| figure | value |\n|---|---|`);
  const rows: readonly (readonly [string, string])[] = [
    ["wall clock", `${wallSeconds.toFixed(1)} s`],
    ["films done / made / files", `${attempts.length} / ${made.length} / ${films.length}`],
    ["films that took more than one attempt", `${attempts.filter((count) => count > 1).length}`],
    ["workers' render times over their time", share(busySeconds / (workers * wallSeconds))],
    ["one process alone, a film", `${aloneSeconds.toFixed(2)} s`],
    ["time of one process alone over ours", share((jobs * aloneSeconds) / wallSeconds)],
    ["questions", `${asked.length}`],
    ["p50, p99, longest", [0.5, 0.99, 1].map((q) => ms(quantile(q) ?? 0)).join(", ")],
    ["memory of the server, of all", `${serverMiB.toFixed(0)}, ${allMiB.toFixed(0)} MiB`],
  ];
  for (const row of rows) console.log(`| ${row.join(" | ")} |`);
}

/** Voices of so many seconds, one after another in the sample. */
async function cutVoices(): Promise<string[]> {
  const { blocks, sampleRateHz } = await readAudio(VOICE);
  const parts: Float32Array[] = [];
  for await (const [mono] of blocks()) parts.push(mono.slice());
  const all = Float32Array.from(parts.flatMap((part) => [...part]));
  const length = Math.round(seconds * sampleRateHz);
  const count = Math.max(1, Math.floor(all.length / length));
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const path = join(folder, `voice-${index}.wav`);
      const part = all.slice(index * length, (index + 1) * length);
      await writeSound(path, new WavOutputFormat(), "pcm-s16", [part], sampleRateHz);
      return path;
    }),
  );
}

/** Seconds of a film that a process makes which does nothing else; the first film is not counted. */
async function makeAlone(voices: readonly string[]): Promise<number> {
  const machine = await openNode();
  let start = 0;
  for (let index = 0; index <= ALONE; index++) {
    if (index === 1) start = performance.now();
    const seen = await readPortraitFile(PORTRAIT, { crop: "square", sizePx: size }, machine);
    const voice = await readAudio(voices[index % voices.length] ?? "");
    const job = {
      ...seen,
      voice,
      consent: { basis: "licensed" },
      direction: { fps: FPS },
    } as const;
    await makeFilm(job, fileSink(join(folder, "alone.mp4")), machine);
  }
  return (performance.now() - start) / 1000 / ALONE;
}

async function startServer() {
  const words = ["serve", "--data", join(folder, "data"), "--port", "0", "--workers", `${workers}`];
  const more = [
    "--rate",
    "10000",
    ...(values.queue === undefined ? [] : ["--queue", values.queue]),
  ];
  const child = spawn(process.execPath, [PROGRAM, ...words, ...more], {
    env: { ...process.env, RITRATTO_HOME: join(folder, "home") },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended: z.infer<typeof logSchema>[] = [];
  const lines = createInterface({ input: child.stdout });
  const url = await new Promise<string>((resolve, reject) => {
    lines.on("line", (line) => {
      const entry = logSchema.parse(JSON.parse(line));
      if (entry.event === "listening") resolve(entry.url ?? "");
      if (entry.event === "job ended") ended.push(entry);
    });
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
  });
  const close = async () => {
    child.kill("SIGTERM");
    await once(child, "exit");
  };
  return { url, child, ended, close };
}

async function send(url: string, bytes: Buffer): Promise<string> {
  const answer = await fetch(url, { method: "POST", body: new Uint8Array(bytes) });
  return idSchema.parse(await answer.json()).id;
}

/** Has a film made. @returns How many attempts it took. */
async function haveFilm(
  url: string,
  id: string,
  inputs: { readonly portrait: string; readonly voice: string },
  asked: number[],
): Promise<number> {
  const body = {
    ...inputs,
    consent: { basis: "licensed" },
    options: { size, crop: "square", fps: FPS },
  };
  const wanted = await fetch(`${url}/films/${id}`, {
    ...{ method: "PUT", body: JSON.stringify(body) },
    headers: { "content-type": "application/json" },
  });
  if (!wanted.ok) throw new Error(await wanted.text());
  for (;;) {
    await sleep(ASK_MS);
    const start = performance.now();
    const film = filmSchema.parse(await (await fetch(`${url}/films/${id}`)).json());
    asked.push(performance.now() - start);
    if (film.state === "queued" || film.state === "running") continue;
    if (film.state !== "done") throw new Error(`${id}: ${film.state}, ${film.failure?.message}`);
    const bytes = new Uint8Array(await (await fetch(`${url}/films/${id}/film`)).arrayBuffer());
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    if (sha256 !== film.result?.sha256) throw new Error(`${id} is not the film that was told of`);
    return film.attempts;
  }
}

/** The most resident memory of a process, and of it with all that it started. @source proc(5). */
function watchMemory({ pid = 0 }: ChildProcess) {
  let [serverMiB, allMiB] = [0, 0];
  const read = (path: string) => {
    try {
      return readFileSync(path, "utf8");
    } catch {
      // It has ended meanwhile.
      return "";
    }
  };
  const memoryOf = (id: number) =>
    (Number(read(`/proc/${id}/statm`).split(" ")[1] ?? 0) * PAGE_BYTES) / 2 ** 20;
  const look = () => {
    const parents = readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), Number(/\) \S (\d+)/.exec(read(`/proc/${name}/stat`))?.[1])]);
    const ours = new Set([pid]);
    // Children have not always higher numbers than their parents.
    for (let before = 0; before < ours.size; ) {
      before = ours.size;
      for (const [id, parent] of parents) if (ours.has(parent as number)) ours.add(id as number);
    }
    serverMiB = Math.max(serverMiB, memoryOf(pid));
    allMiB = Math.max(
      allMiB,
      [...ours].reduce((sum, id) => sum + memoryOf(id), 0),
    );
  };
  const timer = setInterval(look, LOOK_MS);
  return {
    stop() {
      clearInterval(timer);
      return { serverMiB, allMiB };
    },
  };
}
