/** @file Phones → classes. */
import { expect, test } from "vitest";
import { SOUND_CLASSES } from "../../src/voice/classes.js";
import { UNKNOWN_CLASS } from "../../training/data/corpus.js";
import { classesOfEspeak } from "../../training/data/espeak.js";
import { classesOfArpabet, classesOfIpa, spansToClasses } from "../../training/data/phones.js";

const named = (classes: readonly number[]) =>
  classes.map((which) => SOUND_CLASSES[which]).join(" ");
const ofIpa = (symbol: string) => named(classesOfIpa(symbol).classes);

test("every symbol of the table in classes.ts has the class it stands under", () => {
  expect(ofIpa("p")).toBe("PP");
  expect(ofIpa("ʋ")).toBe("FF");
  expect(ofIpa("ŋ")).toBe("KK");
  expect(ofIpa("ʏ")).toBe("Y");
  expect(ofIpa("ɝ")).toBe("@");
});

test("the unrounded ɤ is no O", () => {
  expect(ofIpa("ɤ")).toBe("@");
});

test("a letter with a mark is the letter, but ç is no c", () => {
  expect(ofIpa("ã")).toBe("A");
  expect(ofIpa("a\u0303")).toBe("A");
  expect(ofIpa("ç")).toBe("J");
  expect(ofIpa("ä")).toBe("A");
});

test("length, stress, tone and ties have no class and are not missed", () => {
  for (const symbol of ["ˈaː", "ˌa˥˩", "a1", "aʰ", "a̯"]) {
    expect(classesOfIpa(symbol)).toEqual({ classes: classesOfIpa("a").classes, unmapped: [] });
  }
});

test("affricates are their fricative, but pf is two", () => {
  expect(ofIpa("t͡ʃ")).toBe("CH");
  expect(ofIpa("dz")).toBe("SS");
  expect(ofIpa("ɖʐ")).toBe("CH");
  expect(ofIpa("pf")).toBe("PP FF");
  expect(ofIpa("atʃtʃ")).toBe("A CH");
});

test("a diphthong is its vowels, and what repeats counts once", () => {
  expect(ofIpa("aɪ")).toBe("A I");
  expect(ofIpa("ɑːa")).toBe("A");
});

test("a symbol without a class is told, and is not silence", () => {
  expect(classesOfIpa("K")).toEqual({ classes: [], unmapped: ["K"] });
  expect(classesOfArpabet("QQ")).toEqual({ classes: [], unmapped: ["QQ"] });
});

test("ARPAbet comes in either case and with its stress", () => {
  const of = (symbol: string) => named(classesOfArpabet(symbol).classes);
  expect(of("AY1")).toBe("A I");
  expect(of("ow")).toBe("O U");
  expect(of("ER")).toBe("@");
  expect(of("AH1")).toBe("A");
  expect(of("AH0")).toBe("@");
  expect(of("pau")).toBe("sil");
});

test("what eSpeak writes in its own way is understood", () => {
  expect(named(classesOfEspeak("ts.h", "cmn"))).toBe("CH");
  expect(named(classesOfEspeak("ʲ", "ru"))).toBe("J");
  expect(named(classesOfEspeak("inɡ", "yue"))).toBe("I KK");
  expect(named(classesOfEspeak("ɕ", "cmn"))).toBe("CH");
});

test("a hop has the class that is said at its centre", () => {
  const spans = [
    { start: 0, end: 0.024, classes: [3] },
    { start: 0.024, end: 0.064, classes: [15, 17] },
    { start: 0.064, end: 0.08, classes: [] },
  ];
  expect([...spansToClasses(spans, 9)]).toEqual([
    ...[3, 3, 15, 15, 17, 17],
    ...[UNKNOWN_CLASS, UNKNOWN_CLASS, UNKNOWN_CLASS],
  ]);
});

test("spans without gaps leave no hop unknown, wherever they are cut", () => {
  for (let cut = 0; cut < 0.1; cut += 0.0013) {
    const spans = [
      { start: 0, end: cut, classes: [1] },
      { start: cut, end: 0.1, classes: [2] },
    ];
    const classes = spansToClasses(spans, 10);
    expect(classes).not.toContain(UNKNOWN_CLASS);
    expect(classes.filter((which) => which === 1).length).toBe(
      Math.max(0, Math.ceil(cut * 100 - 0.5)),
    );
  }
});
