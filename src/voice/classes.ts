/** @file What a mouth does for a sound: 22 classes that hold for every language. */

/**
 * The classes, in the order in which the network gives them (wire format).
 *
 * | # | class | IPA                     | #  | class | IPA                   |
 * |---|-------|-------------------------|----|-------|-----------------------|
 * | 0 | sil   | silence, noise, breath  | 11 | J     | j ʝ ç                 |
 * | 1 | PP    | p b m ɓ ʙ               | 12 | W     | w ɥ ʍ                 |
 * | 2 | FF    | f v ɱ ʋ ɸ β             | 13 | KK    | k ɡ ŋ q ɢ ɴ c ɟ ɠ     |
 * | 3 | TH    | θ ð                     | 14 | HH    | h ɦ x χ ħ ɣ ʕ ʔ ɰ     |
 * | 4 | DD    | t d ʈ ɖ ɗ               | 15 | A     | a ɑ ɐ ʌ æ ä           |
 * | 5 | NN    | n ɳ ɲ                   | 16 | E     | e ɛ                   |
 * | 6 | LL    | l ɫ ɭ ʎ ɬ ɮ             | 17 | I     | i ɪ ɨ ɯ               |
 * | 7 | RR    | ɹ ɻ                     | 18 | O     | o ɔ ɒ                 |
 * | 8 | TR    | r ɾ ʀ ʁ ɽ ɺ             | 19 | U     | u ʊ ʉ                 |
 * | 9 | SS    | s z                     | 20 | Y     | y ʏ ø œ ɵ ɶ           |
 * | 10| CH    | ʃ ʒ ɕ ʑ ʂ ʐ ɧ           | 21 | @     | ə ɘ ɜ ɚ ɝ ɞ ɤ         |
 *
 * Affricates are their fricative; a diphthong is its two vowels, half the time each.
 */
export const SOUND_CLASSES = [
  "sil",
  "PP",
  "FF",
  "TH",
  "DD",
  "NN",
  "LL",
  "RR",
  "TR",
  "SS",
  "CH",
  "J",
  "W",
  "KK",
  "HH",
  "A",
  "E",
  "I",
  "O",
  "U",
  "Y",
  "@",
] as const;

/** Name of a class. */
export type SoundClass = (typeof SOUND_CLASSES)[number];

/** 22. */
export const CLASS_COUNT = SOUND_CLASSES.length;

/** Column of each class in `Voice.classes`. */
export const CLASS_INDEX = Object.fromEntries(
  SOUND_CLASSES.map((name, index) => [name, index]),
) as Readonly<Record<SoundClass, number>>;
