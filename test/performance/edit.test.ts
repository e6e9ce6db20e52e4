/** @file Edits: what they reach, what they leave, that they outlive the take, and files of them. */
import { describe, expect, test } from "vitest";
import { FilmError } from "../../src/base/errors.js";
import { type Random, randomOf } from "../../src/base/random.js";
import { editTake } from "../../src/performance/compose.js";
import { EDIT_LANES, EDIT_LIMITS, type Edit, feltWith } from "../../src/performance/edit.js";
import { readEdit, writeEdit } from "../../src/performance/edit-file.js";
import { FADE_SECONDS } from "../../src/performance/keys.js";
import { perform, performAnew } from "../../src/performance/performance.js";
import type { Take } from "../../src/performance/take.js";
import { readTake, writeTake } from "../../src/performance/take-file.js";
import { curveOf, frameAt, gazeOf, shutAt, timeOf, turnOf, weightAt } from "./takes.js";
import { pause, say, talk, voiceOf } from "./voices.js";

const SECONDS = 6;
const VOICE = voiceOf(talk(SECONDS));
const TAKE = perform(VOICE, { seed: 3 });
/** A take in one piece. */
const { layers: _, keyframes: __, ...WHOLE } = TAKE;

const keyed = (lane: keyof typeof EDIT_LIMITS, ...keys: readonly [number, number][]): Edit => ({
  lanes: { [lane]: keys.map(([seconds, value]) => ({ seconds, value })) },
});

function randomEdit(chance: Random): Edit {
  const lanes = EDIT_LANES.filter(() => chance.uniform() < 0.6).map((lane) => {
    const keys = Array.from({ length: 1 + Math.floor(4 * chance.uniform()) }, () => ({
      seconds: SECONDS * chance.uniform(),
      value: EDIT_LIMITS[lane] * (2 * chance.uniform() - 1),
    }));
    return [lane, keys] as const;
  });
  return { lanes: Object.fromEntries(lanes) };
}

/** Frames in which two takes differ in any way. */
function changedFrames(a: Take, b: Take): number[] {
  const rows = (data: Float32Array, frame: number) => {
    const size = data.length / a.frameCount;
    return data.subarray(frame * size, (frame + 1) * size).join();
  };
  return Array.from({ length: a.frameCount }, (_, frame) => frame).filter((frame) =>
    (["weights", "head", "gaze", "breath"] as const).some(
      (name) => rows(a[name], frame) !== rows(b[name], frame),
    ),
  );
}

describe("an edit", () => {
  test.each([TAKE, WHOLE])("without keys changes nothing", (take) => {
    expect(changedFrames(editTake(take, { lanes: {} }), take)).toEqual([]);
    expect(changedFrames(editTake(take, { lanes: { mouth: [] } }), take)).toEqual([]);
  });

  test("whatever it is, keeps every bit beyond its reach and every weight within bounds", () => {
    const chance = randomOf(1, "edits");
    for (let round = 0; round < 20; round++) {
      const edit = randomEdit(chance);
      const times = Object.values(edit.lanes).flatMap((keys = []) =>
        keys.map((key) => key.seconds),
      );
      const edited = editTake(TAKE, edit);
      for (const frame of changedFrames(edited, TAKE)) {
        expect(timeOf(TAKE, frame)).toBeGreaterThan(Math.min(...times) - FADE_SECONDS);
        expect(timeOf(TAKE, frame)).toBeLessThan(Math.max(...times) + FADE_SECONDS);
      }
      expect(edited.weights.every((weight) => weight >= 0 && weight <= 1)).toBe(true);
      expect(changedFrames(editTake(TAKE, edit), edited)).toEqual([]);
      expect(changedFrames(editTake(WHOLE, edit), edited)).toEqual([]);
    }
  });

  test("is the same in whatever order its keys are, and never jumps", () => {
    const edit = keyed("head.yaw", [1, 15], [2, -15], [2.5, 15]);
    const keys = edit.lanes["head.yaw"] ?? [];
    const edited = editTake(TAKE, edit);
    expect(editTake(TAKE, { lanes: { "head.yaw": keys.toReversed() } }).head).toEqual(edited.head);
    const push = turnOf(edited, "yaw").map((yaw, frame) => yaw - (turnOf(TAKE, "yaw")[frame] ?? 0));
    const steps = push.slice(1).map((value, frame) => Math.abs(value - (push[frame] ?? 0)));
    // The steepest place of an S over half a second and 30° is 1.5 · 30° / 0.5 s.
    expect(Math.max(...steps)).toBeLessThan(1.5 * (30 / 0.5 / TAKE.fps) + 0.01);
  });

  test("turns the head by what its key says, and the eyes hold their goal", () => {
    const edited = editTake(TAKE, keyed("head.yaw", [2, 10], [4, 10]));
    const at = frameAt(TAKE, 3);
    expect((turnOf(edited, "yaw")[at] ?? 0) - (turnOf(TAKE, "yaw")[at] ?? 0)).toBeCloseTo(10, 3);
    expect((gazeOf(edited, "yaw")[at] ?? 0) - (gazeOf(TAKE, "yaw")[at] ?? 0)).toBeCloseTo(-9, 3);
    expect(turnOf(edited, "roll")).toEqual(turnOf(TAKE, "roll"));
    expect(curveOf(edited, "jawOpen")).toEqual(curveOf(TAKE, "jawOpen"));
  });

  test("adds to the gaze, and the lids' channels follow", () => {
    const edited = editTake(TAKE, keyed("gaze.pitch", [2, 12], [4, 12]));
    const at = frameAt(TAKE, 3);
    expect((gazeOf(edited, "pitch")[at] ?? 0) - (gazeOf(TAKE, "pitch")[at] ?? 0)).toBeCloseTo(
      12,
      3,
    );
    expect(weightAt(edited, at, "eyeLookDownLeft")).toBeGreaterThan(
      weightAt(TAKE, at, "eyeLookDownLeft") + 0.2,
    );
  });

  test.each([
    ["mouth", "jawOpen"],
    ["smile", "mouthSmileLeft"],
    ["lids", "eyeBlinkRight"],
    ["brows", "browInnerUp"],
  ] as const)("of %s is more %s with more push, from none to all", (lane, channel) => {
    const at = frameAt(TAKE, 3);
    const pushed = (value: number) =>
      weightAt(editTake(TAKE, keyed(lane, [2.5, value], [3.5, value])), at, channel);
    const weights = [-1, -0.5, 0, 0.5, 1].map(pushed);
    expect(weights[2]).toBe(weightAt(TAKE, at, channel));
    expect(weights[0]).toBe(0);
    expect(weights.toSorted((a, b) => a - b)).toEqual(weights);
    expect(weights[4]).toBeGreaterThan(0.69);
  });

  test("opens no lips that speech has shut", () => {
    const voice = voiceOf([pause(40), ...say("A PP A PP A", 16), pause(40)]);
    const take = perform(voice, {});
    const end = voice.durationSeconds;
    const edited = editTake(take, keyed("mouth", [0, 1], [end, 1]));
    const shut = Array.from({ length: take.frameCount }, (_, frame) => frame).filter(
      (frame) => shutAt(take, frame) > 0.999,
    );
    expect(shut.length).toBeGreaterThan(1);
    for (const frame of shut) expect(shutAt(edited, frame)).toBeGreaterThan(0.999);
    expect(weightAt(edited, 5, "jawOpen")).toBeCloseTo(0.7, 2);
  });

  test("outlives what is acted anew, and another takes its place", () => {
    const edit = keyed("head.roll", [2, 12], [4, 12]);
    const { layers, ...edited } = perform(VOICE, { seed: 3, edit });
    if (layers === undefined) throw new Error("a take in layers");
    const anew = performAnew({ ...edited, layers }, ["head"], VOICE, { seed: 9 });
    const plain = perform(VOICE, { seed: 3 });
    const plainAnew = performAnew({ ...plain, layers }, ["head"], VOICE, { seed: 9 });
    const at = frameAt(anew, 3);
    const roll = (take: Take) => turnOf(take, "roll")[at] ?? 0;
    expect(roll(anew) - roll(plainAnew)).toBeCloseTo(12, 3);
    expect(roll(plainAnew)).not.toBeCloseTo(roll(plain), 1);
    const replaced = editTake(anew, keyed("head.roll", [2, -5], [4, -5]));
    expect(roll(replaced) - roll(plainAnew)).toBeCloseTo(-5, 3);
  });
});

describe("feelings of an edit", () => {
  const happy = { seconds: 2, mix: { happy: 1 } };

  test("begin where they are set, after those of the direction", () => {
    const edit = { lanes: {}, emotion: [happy] };
    const sad = { seconds: 0, mix: { sad: 1 } };
    expect(feltWith([sad, { seconds: 3, mix: {} }], edit)).toEqual([sad, happy]);
    expect(feltWith(undefined, edit)).toEqual([{ seconds: 0, mix: {} }, happy]);
    expect(feltWith("auto", edit)).toEqual([{ seconds: 0, mix: {} }, happy]);
    expect(feltWith("auto", { lanes: {} })).toBe("auto");
    const take = perform(VOICE, { seed: 3, edit });
    const smile = (seconds: number) => weightAt(take, frameAt(take, seconds), "mouthSmileLeft");
    expect(smile(3)).toBeGreaterThan(smile(1.5) + 0.2);
  });
});

describe("a file of an edit", () => {
  const EDIT: Edit = {
    lanes: { mouth: [{ seconds: 1, value: 0.3 }], "head.yaw": [{ seconds: 0.1, value: -7.25 }] },
    emotion: [{ seconds: 2, mix: { happy: 0.7, surprised: 0.2 } }],
  };

  test("is read as it was written, alone and in a take", () => {
    expect(readEdit(writeEdit(EDIT))).toEqual(EDIT);
    const take = perform(VOICE, { seed: 3, edit: EDIT });
    const text = writeTake(take);
    expect(readEdit(text)).toEqual(EDIT);
    expect(readTake(text)).toEqual({ ...take, keyframes: [] });
    expect(curveOf(readTake(text), "jawOpen")).not.toEqual(curveOf(TAKE, "jawOpen"));
  });

  test.each([
    ["no JSON", "{", undefined],
    ["nothing", "null", "the document"],
    ["another document", JSON.stringify({ ...EDIT, format: "other", version: 1 }), "format"],
    ["another version", writeEdit(EDIT).replace('"version": 1', '"version": 2'), "version"],
    ["a lane nobody knows", writeEdit(EDIT).replace('"mouth"', '"nose"'), "lanes"],
    ["too far", writeEdit(EDIT).replace("-7.25", "-16"), "lanes.head.yaw.0.value"],
    ["before the beginning", writeEdit(EDIT).replace("0.1", "-0.1"), "lanes.head.yaw.0.seconds"],
    ["words for numbers", writeEdit(EDIT).replace("0.3", '"x"'), "lanes.mouth.0.value"],
    ["too much feeling", writeEdit(EDIT).replace("0.7", "1.7"), "emotion.0.mix.happy"],
    ["a feeling nobody knows", writeEdit(EDIT).replace('"happy"', '"joy"'), "emotion.0.mix"],
    ["a take without one", writeTake(TAKE), "edit"],
  ])("is refused: %s", (_, text, field) => {
    let refusal: unknown;
    try {
      readEdit(text);
    } catch (error) {
      refusal = error;
    }
    if (!(refusal instanceof FilmError)) throw new Error("a refusal");
    expect([refusal.code, refusal.details.field]).toEqual(["edit_invalid", field]);
  });

  test("with keys beyond all number is refused", () => {
    const keys = Array.from({ length: 10_001 }, () => ({ seconds: 0, value: 0 }));
    expect(() => readEdit(writeEdit({ lanes: { mouth: keys } }))).toThrow(/lanes.mouth/);
  });
});
