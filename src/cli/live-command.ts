/** @file `live`: sound in from a pipe, frames out to another, while somebody still speaks. */
import {
  FilmError,
  openDefaultStyle,
  performLive,
  samplesOfPcm,
  writeFrameLines,
} from "../index.js";
import { openListener, readDirection, type Session } from "./commands.js";
import type { OptionValues } from "./options.js";

/** Where sound comes from and frames go to. */
export interface Pipes {
  /** Raw samples: 16 bits, little-endian, mono. */
  readonly input: AsyncIterable<Uint8Array>;
  readonly out: { write(text: string): unknown };
}

/** `live`: raw sound becomes lines of frames, each a quarter of a second after its sound. */
export async function live(
  options: OptionValues & { readonly rate: number },
  session: Session,
  { input, out }: Pipes,
): Promise<void> {
  const direction = await readDirection(options);
  const machine = await openListener(options, session);
  const style = direction.style ?? (await openDefaultStyle(machine.assets));
  const acting = performLive(options.rate, machine, { ...direction, style });
  let given = 0;
  let came = 0;
  const give = (take: Awaited<ReturnType<typeof acting.push>>) => {
    if (take === undefined) return;
    out.write(writeFrameLines(take, given));
    given += take.frameCount;
  };
  let odd = new Uint8Array(0);
  for await (const bytes of input) {
    session.signal.throwIfAborted();
    if (came === 0) refuseFiles(bytes);
    came += bytes.length;
    const all = new Uint8Array(odd.length + bytes.length);
    all.set(odd);
    all.set(bytes, odd.length);
    odd = all.slice(all.length & ~1);
    give(await acting.push(samplesOfPcm(all)));
  }
  if (came < 2) {
    throw new FilmError("audio_empty", "No sound came in by the standard input.");
  }
  give(await acting.finish());
}

/** What files of sound begin with. */
const FILES = ["RIFF", "OggS", "fLaC", "ID3"];

function refuseFiles(bytes: Uint8Array): void {
  const begin = new TextDecoder("latin1").decode(bytes.subarray(0, 4));
  const kind = FILES.find((magic) => begin.startsWith(magic));
  if (kind === undefined) return;
  const message =
    "The standard input is a file of sound, not raw samples: 16 bits, little-endian, mono.";
  throw new FilmError("audio_unreadable", message, { kind });
}
