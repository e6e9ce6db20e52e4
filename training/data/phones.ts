/**
 * @file Phones as aligners and synthesisers name them → classes of sounds, hop by hop.
 *
 * A symbol that is not known gives no class and says so: nothing turns into silence by accident.
 */
import { assert } from "../../src/base/assert.js";
import { CLASS_INDEX, type SoundClass } from "../../src/voice/classes.js";
import { HOP_SECONDS } from "../../src/voice/hops.js";
import { UNKNOWN_CLASS } from "./corpus.js";

/** What a symbol stands for. */
export interface PhoneClasses {
  /** Classes in their order, which share the phone's time equally; none for an unknown symbol. */
  readonly classes: readonly number[];
  /** Characters that are sounds, or may be, but have no class. */
  readonly unmapped: readonly string[];
}

/** The table of src/voice/classes.ts; ɤ is not rounded, so it is @, not O. */
const IPA: Readonly<Record<Exclude<SoundClass, "sil">, string>> = {
  PP: "p b m ɓ ʙ",
  FF: "f v ɱ ʋ ɸ β",
  TH: "θ ð",
  DD: "t d ʈ ɖ ɗ",
  NN: "n ɳ ɲ ȵ",
  LL: "l ɫ ɭ ʎ ɬ ɮ ɺ",
  RR: "ɹ ɻ",
  TR: "r ɾ ʀ ʁ ɽ",
  SS: "s z",
  CH: "ʃ ʒ ɕ ʑ ʂ ʐ ɧ",
  J: "j ʝ ç",
  W: "w ɥ ʍ",
  KK: "k ɡ g ŋ q ɢ ɴ c ɟ ɠ",
  HH: "h ɦ x χ ħ ɣ ʕ ʔ ɰ",
  A: "a ɑ ɐ ʌ æ ä",
  E: "e ɛ",
  I: "i ɪ ɨ ɯ ᵻ",
  O: "o ɔ ɒ",
  U: "u ʊ ʉ ᵿ",
  Y: "y ʏ ø œ ɵ ɶ",
  "@": "ə ɘ ɜ ɚ ɝ ɞ ɤ",
};

const CLASS_OF_IPA = new Map(
  Object.entries(IPA).flatMap(([name, symbols]) =>
    symbols.split(" ").map((symbol) => [symbol, CLASS_INDEX[name as SoundClass]] as const),
  ),
);

/** What says how long, how high, how strong: marks, modifier letters, tones, ties, hyphens. */
const NO_SOUND = /[\p{M}\p{Lm}\p{Sk}\p{N}\p{P}\s|]/u;

/**
 * Classes of an IPA symbol, of one phone or of several.
 *
 * Characters are looked up as they are and then decomposed: ã is a, but ç is no c. Affricates
 * (DD then CH or SS) are their fricative; what repeats counts once.
 *
 * @see src/voice/classes.ts for the table.
 */
export function classesOfIpa(symbol: string): PhoneClasses {
  const classes: number[] = [];
  const unmapped: string[] = [];
  const add = (found: number) => {
    const last = classes.at(-1);
    const hisses = found === CLASS_INDEX.CH || found === CLASS_INDEX.SS;
    if (hisses && last === CLASS_INDEX.DD) classes.pop();
    if (classes.at(-1) !== found) classes.push(found);
  };
  for (const character of symbol) {
    const whole = CLASS_OF_IPA.get(character);
    if (whole !== undefined) {
      add(whole);
      continue;
    }
    for (const part of character.normalize("NFD")) {
      const found = CLASS_OF_IPA.get(part);
      if (found !== undefined) add(found);
      else if (!NO_SOUND.test(part)) unmapped.push(part);
    }
  }
  return { classes, unmapped };
}

const ARPABET: Readonly<Record<string, readonly SoundClass[]>> = {
  AA: ["A"],
  AE: ["A"],
  AH: ["A"],
  AO: ["O"],
  AW: ["A", "U"],
  AX: ["@"],
  AXR: ["@"],
  AY: ["A", "I"],
  B: ["PP"],
  CH: ["CH"],
  D: ["DD"],
  DH: ["TH"],
  DX: ["DD"],
  EH: ["E"],
  EL: ["LL"],
  EM: ["PP"],
  EN: ["NN"],
  ER: ["@"],
  EY: ["E", "I"],
  F: ["FF"],
  G: ["KK"],
  HH: ["HH"],
  IH: ["I"],
  IX: ["I"],
  IY: ["I"],
  JH: ["CH"],
  K: ["KK"],
  L: ["LL"],
  M: ["PP"],
  N: ["NN"],
  NG: ["KK"],
  OW: ["O", "U"],
  OY: ["O", "I"],
  P: ["PP"],
  PAU: ["sil"],
  R: ["RR"],
  S: ["SS"],
  SH: ["CH"],
  SIL: ["sil"],
  T: ["DD"],
  TH: ["TH"],
  UH: ["U"],
  UW: ["U"],
  V: ["FF"],
  W: ["W"],
  Y: ["J"],
  Z: ["SS"],
  ZH: ["CH"],
};

/**
 * Classes of an ARPAbet symbol in either case, with or without its stress digit. An AH that is
 * known to be unstressed is a schwa; without a digit it is taken for the vowel of "cut".
 */
export function classesOfArpabet(symbol: string): PhoneClasses {
  const upper = symbol.toUpperCase();
  if (upper === "AH0") return { classes: [CLASS_INDEX["@"]], unmapped: [] };
  const names = ARPABET[upper.replace(/[012]$/, "")];
  if (names === undefined) return { classes: [], unmapped: [symbol] };
  return { classes: names.map((name) => CLASS_INDEX[name]), unmapped: [] };
}

/** A piece of time and what is said in it. */
export interface Span {
  /** Seconds. */
  readonly start: number;
  /** Seconds, ≥ start. */
  readonly end: number;
  /** Classes that share the time equally; none if nobody knows. */
  readonly classes: readonly number[];
}

/**
 * The class at the centre of each hop; unknown where no span is, or one without classes.
 *
 * @param spans - In any order; of two that overlap, the later in the list counts.
 * @returns Shape [hops].
 */
export function spansToClasses(spans: readonly Span[], hops: number): Uint8Array {
  const out = new Uint8Array(hops).fill(UNKNOWN_CLASS);
  for (const { start, end, classes } of spans) {
    assert(end >= start, `a span that ends after it starts, got ${start}..${end}`);
    const first = Math.max(0, Math.ceil(start / HOP_SECONDS - 0.5));
    const last = Math.min(hops, Math.ceil(end / HOP_SECONDS - 0.5));
    for (let hop = first; hop < last; hop++) {
      const share = ((hop + 0.5) * HOP_SECONDS - start) / (end - start);
      const which = Math.min(classes.length - 1, Math.floor(share * classes.length));
      out[hop] = classes[which] ?? UNKNOWN_CLASS;
    }
  }
  return out;
}
