/** @file Takes as JSON and as Live Link Face CSV. */
import { describe, expect, test } from "vitest";
import { CHANNEL_COUNT, CHANNEL_INDEX, CHANNELS } from "../../src/base/channels.js";
import { FilmError } from "../../src/base/errors.js";
import { writeLiveLink } from "../../src/performance/live-link.js";
import { perform } from "../../src/performance/performance.js";
import { HEAD_SIZE, makeTake, type Take } from "../../src/performance/take.js";
import { readTake, writeTake } from "../../src/performance/take-file.js";
import { DEGREE, largest } from "./takes.js";
import { talk, voiceOf } from "./voices.js";

const TAKE = perform(voiceOf(talk(6)), { fps: 30, seed: 11 });
const TEXT = writeTake(TAKE);

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
  test("is read back as it was acted, to the last bit", () => {
    expect(readTake(TEXT)).toEqual(TAKE);
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
    expect(writeTake(readTake(TEXT))).toBe(TEXT);
    expect(readTake(writeTake(readTake(TEXT)))).toEqual(readTake(TEXT));
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
