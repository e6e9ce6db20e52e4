/** @file Parts of the studio that need no page: what can be undone, what is said when. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { makeHistory } from "../../src/studio/history.js";
import { PANEL_EN, PANEL_IT } from "../../src/studio/panel-words.js";
import { phonesOf } from "../../src/studio/phones.js";
import { openWords, type Word } from "../../src/studio/words.js";
import { TEXTS_EN, TEXTS_IT } from "../../src/studio/words-texts.js";
import { CLASS_COUNT, CLASS_INDEX, type SoundClass } from "../../src/voice/classes.js";
import type { Voice } from "../../src/voice/voice.js";

describe("the page", () => {
  test("calls each of its parts by a name of its own", () => {
    const page = readFileSync(new URL("../../src/studio/index.html", import.meta.url), "utf8");
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(ids.length).toBeGreaterThan(50);
    expect(ids.filter((id, at) => ids.indexOf(id) < at)).toEqual([]);
  });

  test.each([
    ["en", { ...PANEL_EN }, { ...TEXTS_EN }],
    ["it", { ...PANEL_IT }, { ...TEXTS_IT }],
  ] as const)(
    "says each word of its parts in %s, none in place of another",
    (language, ...parts) => {
      const { say } = openWords([language]);
      for (const words of parts) {
        for (const [word, text] of Object.entries(words)) {
          const blanks = [...text.matchAll(/{(\w+)}/g)].map(([blank, name]) => [name, blank]);
          expect(say(word as Word, Object.fromEntries(blanks))).toBe(text);
        }
      }
    },
  );
});

describe("history", () => {
  test("goes back and forth, and forgets what was undone once something else is done", () => {
    const history = makeHistory("a");
    history.set("b");
    history.set("c");
    history.undo();
    expect([history.now, history.canUndo, history.canRedo]).toEqual(["b", true, true]);
    history.undo();
    history.undo();
    expect([history.now, history.canUndo]).toEqual(["a", false]);
    history.redo();
    history.set("d");
    expect([history.now, history.canRedo]).toEqual(["d", false]);
    history.undo();
    expect(history.now).toBe("b");
  });

  test("takes a slider that is drawn as one step, until it is let go", () => {
    const history = makeHistory(0);
    for (const value of [1, 2, 3]) history.set(value, "energy");
    history.settle();
    history.set(4, "energy");
    history.undo();
    expect(history.now).toBe(3);
    history.undo();
    expect(history.now).toBe(0);
  });
});

test("sounds are runs of the likeliest class; silence is none", () => {
  const said: SoundClass[] = ["sil", "PP", "PP", "A", "sil", "A"];
  const classes = new Float32Array(said.length * CLASS_COUNT).fill(0.01);
  for (const [hop, name] of said.entries()) classes[hop * CLASS_COUNT + CLASS_INDEX[name]] = 0.7;
  const voice = { classes, hopCount: said.length, hopSeconds: 0.5 } as unknown as Voice;
  expect(phonesOf(voice)).toEqual([
    { name: "PP", startSeconds: 0.5, endSeconds: 1.5 },
    { name: "A", startSeconds: 1.5, endSeconds: 2 },
    { name: "A", startSeconds: 2.5, endSeconds: 3 },
  ]);
});
