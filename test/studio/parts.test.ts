/** @file Parts of the studio that need no page: what can be undone, what is said when. */
import { describe, expect, test } from "vitest";
import { makeHistory } from "../../src/studio/history.js";
import { phonesOf } from "../../src/studio/phones.js";
import { CLASS_COUNT, CLASS_INDEX, type SoundClass } from "../../src/voice/classes.js";
import type { Voice } from "../../src/voice/voice.js";

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
