/** @file Keys of an edit, and an actor who does only what has changed; no page is needed. */
import { describe, expect, test } from "vitest";
import { type Edit, editTake, perform } from "../../../src/index.js";
import { makeActor } from "../../../src/studio/acting.js";
import {
  addKey,
  changeThrough,
  feelAt,
  hasKeys,
  keysOf,
  moveKey,
  NO_EDIT,
  removeKey,
  seenThrough,
} from "../../../src/studio/edit-keys.js";
import type { Settings } from "../../../src/studio/jobs.js";
import { heightOf, LANES, laneAt, valueAt } from "../../../src/studio/lanes.js";
import { talk, voiceOf } from "../../performance/voices.js";

const SETTINGS: Settings = {
  ...{ energy: 1, head: 1, mouth: 1, expression: 1, blink: 1 },
  ...{ gaze: "natural", mode: "speech", style: 0, emotion: {}, seed: 1, seeds: {} },
  ...{ edit: NO_EDIT, range: undefined },
};

describe("keys", () => {
  test("are added where they are seen, moved within bounds, removed; edits before stay", () => {
    const [one, place] = addKey(NO_EDIT, "head.yaw", 1);
    expect(keysOf(one, "head.yaw")).toEqual([{ seconds: 1, value: 7.5 }]);
    const [two, second] = addKey(one, "head.yaw", 2, -99);
    expect(keysOf(two, "head.yaw")[1]).toEqual({ seconds: 2, value: -15 });
    const moved = moveKey(two, place, { seconds: -1, value: 3.12345 });
    expect(keysOf(moved, "head.yaw")[0]).toEqual({ seconds: 0, value: 3.123 });
    expect(keysOf(removeKey(moved, place), "head.yaw")).toEqual([{ seconds: 2, value: -15 }]);
    expect(hasKeys(removeKey(removeKey(two, second), place))).toBe(false);
    expect(NO_EDIT).toEqual({ lanes: {} });
  });

  test("between two others begin where the curve is, so that nothing changes", () => {
    const [one] = addKey(NO_EDIT, "mouth", 1, 0.2);
    const [two] = addKey(one, "mouth", 2, 0.8);
    expect(keysOf(addKey(two, "mouth", 1.5)[0], "mouth")[2]?.value).toBeCloseTo(0.5, 3);
    expect(keysOf(addKey(two, "mouth", 9)[0], "mouth")[2]?.value).toBe(0);
  });

  test("of feelings keep their mix while they are made stronger, and never lose its names", () => {
    const [one, place] = addKey(NO_EDIT, "emotion", 1, undefined, { sad: 0.8, tender: 0.4 });
    expect(one.emotion).toEqual([{ seconds: 1, mix: { sad: 0.8, tender: 0.4 } }]);
    const strong = moveKey(one, place, { seconds: 1, value: 1 });
    expect(strong.emotion?.[0]?.mix).toEqual({ sad: 1, tender: 0.5 });
    const weak = moveKey(strong, place, { seconds: 1, value: -3 });
    expect(Object.keys(weak.emotion?.[0]?.mix ?? {})).toEqual(["sad", "tender"]);
    expect(moveKey(weak, place, { seconds: 1, value: 1 }).emotion?.[0]?.mix.sad).toBe(1);
    const none = feelAt(weak, place, {});
    expect(moveKey(none, place, { seconds: 2, value: 1 }).emotion).toEqual([
      { seconds: 2, mix: {} },
    ]);
  });

  test("of feelings are what sliders change while one is chosen; else it is the ground", () => {
    const [edit, place] = addKey(NO_EDIT, "emotion", 1);
    const settings = { ...SETTINGS, emotion: { sad: 0.3 }, edit };
    expect(seenThrough(settings, place).emotion).toEqual({ happy: 0.8 });
    const more = (now: Settings) => ({ ...now, emotion: { ...now.emotion, angry: 1 } });
    const changed = changeThrough(settings, place, more);
    expect(changed.emotion).toEqual({ sad: 0.3 });
    expect(changed.edit.emotion?.[0]?.mix).toEqual({ happy: 0.8, angry: 1 });
    expect(changeThrough(settings, undefined, more).emotion).toEqual({ sad: 0.3, angry: 1 });
  });

  test("are where they are shown, and downwards is down", () => {
    for (const lane of LANES) {
      for (const keyed of lane.keyed) {
        const y = heightOf(lane, keyed, 0.4);
        expect(laneAt(y)).toBe(lane);
        expect(valueAt(lane, keyed, y)).toBeCloseTo(0.4, 6);
      }
    }
    const head = LANES.find(({ name }) => name === "head");
    if (head === undefined) throw new Error("a lane of the head");
    expect(heightOf(head, "head.pitch", 10)).toBeGreaterThan(heightOf(head, "head.pitch", -10));
    expect(laneAt(-1)).toBeUndefined();
    expect(laneAt(1e4)).toBeUndefined();
  });
});

describe("an actor", () => {
  const voice = voiceOf(talk(5));
  const edit: Edit = { lanes: { "head.roll": [{ seconds: 2, value: 9 }] } };
  const fresh = (settings: Settings) => makeActor()(voice, settings, {});

  test("gives what is acted at once, whatever was acted before", () => {
    const act = makeActor();
    const [felt] = addKey(edit, "emotion", 2);
    const ways: Settings[] = [
      SETTINGS,
      { ...SETTINGS, edit },
      { ...SETTINGS, edit: felt },
      { ...SETTINGS, edit: felt, emotion: { sad: 1 } },
      { ...SETTINGS, emotion: { sad: 1 }, seeds: { head: 5, lids: 6 } },
      { ...SETTINGS, seed: 4, head: 0.5, edit },
      { ...SETTINGS, seeds: { brows: 2 }, edit },
      SETTINGS,
    ];
    for (const settings of ways) {
      const { keyframes: _, ...take } = act(voice, settings, {});
      const { keyframes: __, ...alone } = fresh(settings);
      expect(take).toEqual(alone);
    }
  });

  test("lays keys over what a library would act", () => {
    const take = perform(voice, { seed: 1, mode: "speech", emotion: [{ seconds: 0, mix: {} }] });
    expect(fresh({ ...SETTINGS, edit }).head).toEqual(editTake(take, edit).head);
    expect(fresh(SETTINGS).edit).toBeUndefined();
  });
});
