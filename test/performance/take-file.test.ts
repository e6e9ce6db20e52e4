/** @file Takes as JSON and as Live Link Face CSV. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { CHANNEL_COUNT, CHANNEL_INDEX, CHANNELS } from "../../src/base/channels.js";
import { FilmError } from "../../src/base/errors.js";
import { LAYERS } from "../../src/performance/layers.js";
import { writeLiveLink } from "../../src/performance/live-link.js";
import { perform, performAnew } from "../../src/performance/performance.js";
import { HEAD_SIZE, makeTake, type Take } from "../../src/performance/take.js";
import { readTake, takeJsonSchema, writeTake } from "../../src/performance/take-file.js";
import { changes, curveOf, DEGREE, frameAt, gazeOf, largest, turnOf } from "./takes.js";
import { talk, voiceOf } from "./voices.js";

const TAKE = perform(voiceOf(talk(6)), { fps: 30, seed: 11 });
const LAYERED = writeTake(TAKE);
/** The same in one piece, as version 1 has it. */
const WHOLE = writeTake({ ...makeTake(TAKE.fps, TAKE.frameCount, TAKE.seed), ...composed(TAKE) });
const TEXT = WHOLE;

/** What a take shows, without what it was laid together from. */
function composed({ weights, head, gaze, breath }: Take) {
  return { weights, head, gaze, breath };
}

/** The largest distance of two curves. */
const apart = (a: Float32Array, b: Float32Array) => largest(a.map((value, i) => value - b[i]));

/** What is wrong with a text. */
function refusal(text: string): FilmError {
  try {
    readTake(text);
  } catch (error) {
    if (error instanceof FilmError) return error;
    throw error;
  }
  throw new Error("It was read.");
}

interface Document {
  [field: string]: unknown;
  channels: Record<string, unknown[]>;
  head: Record<string, unknown[]>;
  gaze: Record<string, unknown[]>;
  breath: unknown[];
}

/** The document after some change. */
function changed(change: (document: Document) => unknown): string {
  const document = JSON.parse(TEXT) as Document;
  change(document);
  return JSON.stringify(document);
}

describe("a take as JSON", () => {
  test("is read back as it was acted, to the last bit, layers and all", () => {
    expect(readTake(LAYERED)).toEqual(TAKE);
  });

  test("is read back to a ten-thousandth, wherever it came from", () => {
    const take = makeTake(30, 50, 3);
    for (const data of [take.weights, take.head, take.gaze, take.breath]) {
      data.forEach((_, i) => {
        data[i] = Math.abs(Math.sin(1.7 * i));
      });
    }
    const back = readTake(writeTake(take));
    expect(apart(back.weights, take.weights)).toBeLessThan(5.1e-5);
    expect(apart(back.head, take.head)).toBeLessThan(5.1e-5);
    expect(apart(back.gaze, take.gaze)).toBeLessThan(5.1e-5 * DEGREE + 1e-7);
    expect(apart(back.breath, take.breath)).toBeLessThan(5.1e-5);
  });

  test("does not change when it is read and written again", () => {
    for (const text of [WHOLE, LAYERED]) {
      expect(writeTake(readTake(text))).toBe(text);
      expect(readTake(writeTake(readTake(text)))).toEqual(readTake(text));
    }
  });

  test("rests where the take rests: silence stays exactly silent", () => {
    const back = readTake(TEXT);
    const stirred = back.weights.filter((weight, i) => TAKE.weights[i] === 0 && weight !== 0);
    expect(stirred).toHaveLength(0);
  });

  test("tells people their units: degrees, and curves by name", () => {
    const take = makeTake(25, 2);
    take.head.set([0, 10 * DEGREE, 0, 0, 0, 1.5], HEAD_SIZE);
    take.gaze[3] = -5 * DEGREE;
    take.weights[CHANNEL_COUNT + CHANNEL_INDEX.jawOpen] = 0.25;
    const document = JSON.parse(writeTake(take)) as Document;
    expect(document.head.yaw).toEqual([0, 10]);
    expect(document.head.z).toEqual([0, 1.5]);
    expect(document.gaze.pitch).toEqual([0, -5]);
    expect(document.channels).toEqual({ jawOpen: [0, 0.25] });
  });

  test("keeps odd frame rates and takes in which nothing moves", () => {
    const take = makeTake(23.976, 3, 5);
    expect(readTake(writeTake(take))).toEqual(take);
  });

  test("may be edited by hand: a channel that is left out rests", () => {
    const text = changed((document) => delete document.channels.jawOpen);
    const back = readTake(text);
    const jaw = CHANNEL_INDEX.jawOpen;
    expect(largest(back.weights.filter((_, i) => i % CHANNEL_COUNT === jaw))).toBe(0);
    expect(largest(back.weights)).toBeGreaterThan(0.5);
  });
});

describe("a text that is no take is refused, by code", () => {
  test.each([
    ["empty", ""],
    ["prose", "Dear reader"],
    ["cut off", TEXT.slice(0, TEXT.length / 2)],
    ["with NaN", TEXT.replace(/"breath": \[[^,]*,/, '"breath": [NaN,')],
    ["null", "null"],
    ["a list", "[]"],
    ["a number", "25"],
    ["a rig", '{"format":"ritratto-rig","version":1}'],
  ])("if it is %s", (_, text) => {
    expect(refusal(text).code).toBe("take_invalid");
    expect(refusal(text).hint).not.toBe("");
  });

  test.each<[string, string, (document: Document) => unknown]>([
    ["of another version", "version", (d) => (d.version = 2)],
    ["of another format", "format", (d) => (d.format = "take")],
    ["without a frame rate", "fps", (d) => delete d.fps],
    ["at no frames a second", "fps", (d) => (d.fps = 0)],
    ["without frames", "frameCount", (d) => (d.frameCount = 0)],
    ["of half a frame", "frameCount", (d) => (d.frameCount = 0.5)],
    ["without a seed", "seed", (d) => delete d.seed],
    ["without channels", "channels", (d) => delete (d as Partial<Document>).channels],
    ["with a channel nobody knows", "channels", (d) => (d.channels.noseBlink = d.breath)],
    ["with a weight that is text", "channels.jawOpen.4", (d) => (d.channels.jawOpen[4] = "1")],
    ["with a weight missing", "channels.jawOpen.4", (d) => (d.channels.jawOpen[4] = null)],
    ["with a channel too short", "channels.jawOpen", (d) => d.channels.jawOpen.pop()],
    ["with a channel too long", "channels.jawOpen", (d) => d.channels.jawOpen.push(0)],
    ["without the head", "head", (d) => delete (d as Partial<Document>).head],
    ["without the head's yaw", "head.yaw", (d) => delete d.head.yaw],
    ["with the head's yaw too short", "head.yaw", (d) => d.head.yaw.pop()],
    ["without gaze", "gaze.pitch", (d) => delete d.gaze.pitch],
    ["with gaze too short", "gaze.yaw", (d) => d.gaze.yaw.pop()],
    ["with breath too short", "breath", (d) => d.breath.pop()],
  ])("if it is a take %s, naming the field", (_, field, change) => {
    const error = refusal(changed(change));
    expect(error.code).toBe("take_invalid");
    expect(error.details.field).toBe(field);
    expect(error.message).toContain(field);
  });

  test("if a number is beyond numbers", () => {
    const error = refusal(TEXT.replace(/"breath": \[[^,]*,/, '"breath": [1e999,'));
    expect(error.code).toBe("take_invalid");
    expect(error.details.field).toBe("breath.0");
  });

  test.each([1e9, 1e15])("if it claims %d frames, before memory is taken for them", (frames) => {
    expect(refusal(changed((d) => (d.frameCount = frames))).code).toBe("take_invalid");
    const empty = { channels: {}, head: {}, gaze: {}, breath: [] };
    const text = changed((d) => Object.assign(d, empty, { frameCount: frames }));
    expect(refusal(text).code).toBe("take_invalid");
  });
});

describe("a take in layers", () => {
  interface LayeredDocument {
    [field: string]: unknown;
    layers: Record<string, { seed: unknown; curves: Record<string, unknown[]> }>;
    keyframes: unknown[];
  }
  const edited = (change: (document: LayeredDocument) => unknown) => {
    const document = JSON.parse(LAYERED) as LayeredDocument;
    change(document);
    return JSON.stringify(document);
  };

  test("names its layers, their seeds and units", () => {
    const { version, layers } = JSON.parse(LAYERED) as LayeredDocument;
    expect(version).toBe(2);
    expect(Object.keys(layers)).toEqual([...LAYERS]);
    for (const { seed } of Object.values(layers)) expect(seed).toBe(11);
    const yaw = layers.head.curves["head.yaw"] as number[];
    expect(largest(yaw)).toBeGreaterThan(0.5);
    expect(yaw[40] * DEGREE).toBeCloseTo(TAKE.head[40 * HEAD_SIZE + 1], 4);
  });

  test("may lose a curve, and everything else stays", () => {
    const back = readTake(edited(({ layers }) => delete layers.jaw.curves.jawOpen));
    const jaw = CHANNEL_INDEX.jawOpen;
    expect(largest(back.weights.filter((_, i) => i % CHANNEL_COUNT === jaw))).toBe(0);
    expect(back.head).toEqual(TAKE.head);
    expect(back.gaze).toEqual(TAKE.gaze);
  });

  test("is overridden by keyframes, smoothly, and nothing else is", () => {
    const keyframes = [
      { curve: "head.yaw", seconds: 2, value: 10 },
      { curve: "head.yaw", seconds: 3, value: -10 },
      { curve: "browInnerUp", seconds: 4, value: 0.8 },
    ];
    const back = readTake(edited((document) => (document.keyframes = keyframes)));
    const yaw = turnOf(back, "yaw");
    expect(yaw[frameAt(back, 2)]).toBeCloseTo(10, 0);
    expect(yaw[frameAt(back, 2.5)]).toBeCloseTo(0, 0);
    expect(yaw[frameAt(back, 3)]).toBeCloseTo(-10, 0);
    expect(yaw[frameAt(back, 1.5)]).toBe(turnOf(TAKE, "yaw")[frameAt(TAKE, 1.5)]);
    expect(largest(changes(yaw, 30))).toBeLessThan(150);
    expect(curveOf(back, "browInnerUp")[frameAt(back, 4)]).toBeCloseTo(0.8, 1);
    expect(curveOf(back, "browInnerUp")[frameAt(back, 5)]).toBe(
      curveOf(TAKE, "browInnerUp")[frameAt(TAKE, 5)],
    );
    expect(turnOf(back, "pitch")).toEqual(turnOf(TAKE, "pitch"));
    expect(curveOf(back, "jawOpen")).toEqual(curveOf(TAKE, "jawOpen"));
    // The eyes hold their goal while somebody else turns the head.
    expect(gazeOf(back, "yaw")[frameAt(back, 2)]).toBeLessThan(-5);
    expect(readTake(writeTake(back))).toEqual(back);
  });

  test("is refused where a layer is missing, a curve unknown or too short, a key nowhere", () => {
    const field = (change: (document: LayeredDocument) => unknown) =>
      refusal(edited(change)).details.field;
    expect(field(({ layers }) => delete layers.head)).toBe("layers.head");
    expect(field(({ layers }) => delete layers.lids.seed)).toBe("layers.lids.seed");
    expect(field(({ layers }) => (layers.head.curves.nod = []))).toMatch(/layers\.head\.curves/);
    expect(field(({ layers }) => layers.head.curves["head.yaw"].pop())).toBe(
      "layers.head.curves.head.yaw",
    );
    const key = { curve: "head.yaw", seconds: -1, value: 0 };
    expect(field((document) => (document.keyframes = [key]))).toBe("keyframes.0.seconds");
    const unknown = { ...key, curve: "lively", seconds: 1 };
    expect(field((document) => (document.keyframes = [unknown]))).toBe("keyframes.0.curve");
    expect(field((document) => (document.version = 3))).toBe("version");
  });
});

describe("a layer acted anew", () => {
  const voice = voiceOf(talk(8));
  const take = perform(voice, { seed: 3 });
  const layered = (of: Take) => {
    if (of.layers === undefined) throw new Error("a take in layers");
    return { ...of, layers: of.layers };
  };

  test.each(["head", "brows", "lids", "gaze", "breath"] as const)(
    "%s changes, and no other layer does",
    (name) => {
      const again = performAnew(layered(take), [name], voice, {});
      for (const other of LAYERS) {
        const [a, b] = [again.layers?.[other], take.layers?.[other]];
        if (other === name) expect(a).not.toEqual(b);
        else expect(a).toEqual(b);
      }
      expect(again.layers?.[name].seed).toBe(4);
      expect(curveOf(again, "jawOpen")).toEqual(curveOf(take, "jawOpen"));
    },
  );

  test("is what it was, with the seed it had", () => {
    expect(performAnew(layered(take), ["head", "lids"], voice, { seed: 3 })).toEqual({
      ...take,
      keyframes: [],
    });
  });

  test("keeps what was set by hand", () => {
    const keyframes = [{ curve: "head.roll", seconds: 2, value: 0.1 }] as const;
    const byHand = layered({ ...take, keyframes });
    const again = performAnew(byHand, ["head"], voice, { seed: 9 });
    expect(turnOf(again, "roll")[frameAt(again, 2)]).toBeCloseTo(0.1 / DEGREE, 0);
  });
});

test("the schema that is published is that of the program", () => {
  const path = new URL("../../docs/take.schema.json", import.meta.url);
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(takeJsonSchema());
});

describe("a take as Live Link Face CSV", () => {
  /** Header and rows, split. */
  function tableOf(take: Take): { header: string[]; rows: string[][] } {
    const [header, ...rows] = writeLiveLink(take)
      .trimEnd()
      .split("\n")
      .map((line) => line.split(","));
    return { header, rows };
  }

  const { header, rows } = tableOf(TAKE);

  test("has the header that importers look for", () => {
    expect(header.slice(0, 4)).toEqual([
      "Timecode",
      "BlendshapeCount",
      "EyeBlinkLeft",
      "EyeLookDownLeft",
    ]);
    expect(header.slice(-10)).toEqual([
      "TongueOut",
      "HeadYaw",
      "HeadPitch",
      "HeadRoll",
      "LeftEyeYaw",
      "LeftEyePitch",
      "LeftEyeRoll",
      "RightEyeYaw",
      "RightEyePitch",
      "RightEyeRoll",
    ]);
    expect(header).toHaveLength(2 + 52 + 9);
    expect(new Set(header).size).toBe(header.length);
  });

  test("has a row per frame, with as many numbers as it says", () => {
    expect(rows).toHaveLength(TAKE.frameCount);
    for (const row of rows) {
      expect(row).toHaveLength(header.length);
      expect(row[1]).toBe("61");
      expect(row.slice(2).every((text) => /^-?\d+\.\d+$/.test(text))).toBe(true);
    }
  });

  test("gives back every weight and angle", () => {
    const column = (name: string) => rows.map((row) => Number(row[header.indexOf(name)]));
    const expectColumn = (name: string, data: Float32Array, size: number, at: number) => {
      const expected = data.filter((_, i) => i % size === at);
      expect(apart(Float32Array.from(column(name)), expected)).toBeLessThan(1e-6);
    };
    CHANNELS.forEach((name, c) => {
      expectColumn(name[0].toUpperCase() + name.slice(1), TAKE.weights, CHANNEL_COUNT, c);
    });
    ["HeadPitch", "HeadYaw", "HeadRoll"].forEach((name, at) => {
      expectColumn(name, TAKE.head, HEAD_SIZE, at);
    });
    for (const side of ["Left", "Right"]) {
      expectColumn(`${side}EyeYaw`, TAKE.gaze, 2, 0);
      expectColumn(`${side}EyePitch`, TAKE.gaze, 2, 1);
    }
  });

  test.each([
    [25, 0, "00:00:00:00.000"],
    [25, 24, "00:00:00:24.000"],
    [25, 25, "00:00:01:00.000"],
    [30, 1799, "00:00:59:29.000"],
    [30, 1800, "00:01:00:00.000"],
    [1, 3605, "01:00:05:00.000"],
    [60, 119, "00:00:01:59.000"],
    // The studios' broken rates count whole frames, as timecodes without drops do.
    [29.97, 60, "00:00:02:00.000"],
    [23.976, 25, "00:00:01:01.000"],
  ])("at %d fps gives frame %i the timecode %s", (fps, frame, timecode) => {
    const long = makeTake(fps, frame + 1);
    expect(writeLiveLink(long).trimEnd().split("\n")[frame + 1].split(",")[0]).toBe(timecode);
  });
});
