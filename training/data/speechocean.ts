/**
 * @file speechocean762: real English with aligned phones → utterances.
 *
 * Nothing is unpacked on disk. The phones are canonical: where a speaker said something else, they
 * are wrong.
 *
 * @see Zhang et al. 2021, "speechocean762: An Open-Source Non-native English Speech Corpus For
 *   Pronunciation Assessment".
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { BufferSource } from "mediabunny";
import { assert } from "../../src/base/assert.js";
import { registerCodecs } from "../../src/platform/node-codecs.js";
import { CLASS_INDEX } from "../../src/voice/classes.js";
import { HEARING_HZ } from "../../src/voice/mel.js";
import { openRecording } from "../../src/voice/recording.js";
import { classesOfArpabet, type Span } from "./phones.js";
import { hearWhole, type SpokenUtterance } from "./sound.js";

/** The parts, whose speakers are different people. */
export type SpeechoceanPart = "test" | "train";

/** Frames of the aligner are centred this much after their number, in hops of 10 ms. */
const FRAME_SHIFT = 0.8;
const FRAME_SECONDS = 0.01;

/**
 * All utterances of a part that could be aligned, in the order of the archive.
 *
 * @param folder - Where train.tar, test.tar, phones.seg.gz and meta/ lie.
 * @param limit - The most utterances to give.
 */
export async function* readSpeechocean(
  folder: string,
  part: SpeechoceanPart,
  limit = Number.POSITIVE_INFINITY,
): AsyncGenerator<SpokenUtterance> {
  await registerCodecs("native");
  const meta = (name: string) => readTable(join(folder, "meta", part, name));
  const speakers = await meta("utt2spk");
  const ages = await meta("spk2age");
  const genders = await meta("spk2gender");
  const alignments = readAlignments(await readGzip(join(folder, "phones.seg.gz")));
  const stresses = readCanonical(await readGzip(join(folder, "meta", "text-phone.gz")));
  let given = 0;
  for (const [name, bytes] of tarFiles(await readFile(join(folder, `${part}.tar`)))) {
    const id = /([^/]+)\.opus$/.exec(name)?.[1];
    const segments = id === undefined ? undefined : alignments.get(id);
    if (id === undefined || segments === undefined) continue;
    if (given++ >= limit) return;
    const speaker = speakers.get(id) ?? "unknown";
    const samples = await hearWhole(await openRecording(new BufferSource(bytes), name));
    const gender = genders.get(speaker);
    const age = Number(ages.get(speaker));
    yield {
      ...{ id: `speechocean-${id}`, speaker: `speechocean-${speaker}` },
      ...{ language: "en", kind: "real", samples },
      ...(gender === "f" || gender === "m" ? { gender } : {}),
      ...(age > 0 ? { age } : {}),
      spans: toSpans(withStress(segments, stresses.get(id) ?? []), samples.length / HEARING_HZ),
    };
  }
}

/** What is said, one sentence per utterance, without repetitions. */
export async function readTranscripts(folder: string, part: SpeechoceanPart): Promise<string[]> {
  const texts = await readTable(join(folder, "meta", part, "text"));
  return [...new Set([...texts.values()].map((text) => text.toLowerCase()))].sort();
}

/** Lines of a key, white space and the rest. */
async function readTable(path: string): Promise<Map<string, string>> {
  const lines = (await readFile(path, "utf8")).split("\n");
  const rows = lines.map((line) => /^(\S+)\s+(.*\S)\s*$/.exec(line)).filter((row) => row !== null);
  return new Map(rows.map(([, key, value]) => [key, value]));
}

async function readGzip(path: string): Promise<string> {
  return gunzipSync(await readFile(path)).toString();
}

/** A phone from a frame of the aligner on. */
interface Segment {
  readonly frame: number;
  /** ARPAbet, or SIL; empty in the last one, which only ends the others. */
  readonly phone: string;
}

/** The aligner's lines: "id S n T n A n L n", then frames, scores and names; last the end. */
function readAlignments(text: string): Map<string, Segment[]> {
  const all = new Map<string, Segment[]>();
  for (const line of text.split("\n")) {
    const [id, ...tokens] = line.trim().split(/\s+/);
    const body = tokens.slice(tokens.findLastIndex((token) => /^[STAL]$/.test(token)) + 2);
    const segments: Segment[] = [];
    let frame: number | undefined;
    for (const token of body) {
      if (/^-?\d+$/.test(token)) {
        frame ??= Number(token);
        continue;
      }
      assert(frame !== undefined, `${id}: a frame before ${token}`);
      const phone = /^[<[]/.test(token) ? "SIL" : token.replace(/_$/, "");
      segments.push({ frame, phone });
      frame = undefined;
    }
    if (segments.length < 2 || frame === undefined) continue;
    all.set(id, [...segments, { frame, phone: "" }]);
  }
  return all;
}

/** Phones with stress digits of each utterance. */
function readCanonical(text: string): Map<string, string[]> {
  const all = new Map<string, string[]>();
  for (const line of text.split("\n")) {
    const [word, ...phones] = line.trim().split(/\s+/);
    const id = word.replace(/\.\d+$/, "");
    const bare = phones.map((phone) => phone.replace(/_[BIES]$/, ""));
    all.set(id, [...(all.get(id) ?? []), ...bare]);
  }
  return all;
}

/**
 * Gives the aligner's phones the stress of the dictionary's, which differ where a word has several
 * pronunciations: the two are brought together by as few changes as possible.
 */
function withStress(segments: readonly Segment[], canonical: readonly string[]): Segment[] {
  const spoken = segments.flatMap(({ phone }, i) =>
    phone === "SIL" || phone === "" ? [] : [{ phone, i }],
  );
  const columns = canonical.length + 1;
  const cost = new Uint16Array((spoken.length + 1) * columns);
  const bare = canonical.map((phone) => phone.replace(/\d$/, ""));
  const change = (row: number, column: number) => (spoken[row].phone === bare[column] ? 0 : 1);
  for (let row = spoken.length; row >= 0; row--) {
    for (let column = canonical.length; column >= 0; column--) {
      const here = row * columns + column;
      if (row === spoken.length || column === canonical.length) {
        cost[here] = spoken.length - row + canonical.length - column;
        continue;
      }
      const replaced = cost[here + columns + 1] + change(row, column);
      cost[here] = Math.min(replaced, 1 + cost[here + columns], 1 + cost[here + 1]);
    }
  }
  const out = segments.slice();
  for (let row = 0, column = 0; row < spoken.length && column < canonical.length; ) {
    const here = row * columns + column;
    const { phone, i } = spoken[row];
    if (cost[here] === cost[here + columns + 1] + change(row, column)) {
      if (phone === bare[column]) out[i] = { ...segments[i], phone: canonical[column] };
      row++;
      column++;
    } else if (cost[here] === 1 + cost[here + columns]) row++;
    else column++;
  }
  return out;
}

function toSpans(segments: readonly Segment[], durationSeconds: number): Span[] {
  const time = (frame: number) =>
    Math.min(durationSeconds, Math.max(0, (frame + FRAME_SHIFT) * FRAME_SECONDS));
  const spans = segments.slice(0, -1).map(({ frame, phone }, i) => {
    const { classes, unmapped } = classesOfArpabet(phone);
    assert(unmapped.length === 0, `a phone of ARPAbet, got ${phone}`);
    return { start: time(frame), end: time(segments[i + 1].frame), classes };
  });
  const silence = [CLASS_INDEX.sil];
  const last = spans[spans.length - 1];
  return [
    { start: 0, end: spans[0].start, classes: silence },
    ...spans,
    { start: last.end, end: durationSeconds, classes: silence },
  ].filter(({ start, end }) => end > start);
}

/** Regular files of a tar archive: name and bytes. @source POSIX.1-1988, the ustar format. */
function* tarFiles(archive: Buffer): Generator<[string, Uint8Array<ArrayBuffer>]> {
  for (let at = 0; at + 512 <= archive.length; ) {
    const name = archive.toString("utf8", at, at + 100).replace(/\0.*$/s, "");
    if (name === "") return;
    const length = Number.parseInt(archive.toString("latin1", at + 124, at + 136), 8);
    const kind = archive.toString("latin1", at + 156, at + 157);
    const start = at + 512;
    if (kind === "0" || kind === "\0") {
      yield [name, new Uint8Array(archive.subarray(start, start + length))];
    }
    at = start + Math.ceil(length / 512) * 512;
  }
}
