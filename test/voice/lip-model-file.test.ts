/** @file The document beside somebody else's mouth: its defaults, and what is refused and how. */
import { describe, expect, test } from "vitest";
import { readLipModelDescription } from "../../src/voice/lip-model-file.js";
import { loudnessDescription } from "../support/lip-nets.js";

type Changes = Readonly<Record<string, unknown>>;

describe("descriptions", () => {
  test("have defaults", () => {
    expect(readLipModelDescription(loudnessDescription())).toMatchObject({
      input: { layout: "batch-samples", normalize: "none", constants: {} },
      output: { layout: "batch-frames-channels" },
      ...{ scale: 1, delaySeconds: 0, windowSeconds: 20, windowIsFixed: false },
    });
  });

  test.each<[string, Changes, RegExp]>([
    ["another format", { format: "lips" }, /at format: .*ritratto-lip-model/],
    ["a later version", { version: 2 }, /at version: /],
    ["an unknown field", { outputFps: 30 }, /the document: .*"outputFps"/],
    ["no rate", { framesPerSecond: undefined }, /at framesPerSecond: /],
    ["half a sample rate", { sampleRateHz: 16_000.5 }, /at sampleRateHz: /],
    ["an unknown layout", { input: { layout: "stereo" } }, /at input\.layout: .*"batch-samples"/],
    ["no channels", { channels: [] }, /at channels: /],
    [
      "no channel of the mouth",
      { channels: ["eyeBlinkLeft", null] },
      /none .* jaw, lips or tongue/,
    ],
    ["a channel twice", { channels: ["jawOpen", null, "jawOpen"] }, /channels: jawOpen .*twice/],
    [
      "another maker's spelling",
      { channels: ["jawOpen", "mouthSmile_L"] },
      /at channels\.1: "mouthSmile_L" is no ARKit channel \(perhaps mouthSmileLeft; null/,
    ],
    ["a slip of the pen", { channels: ["JawOpn"] }, /perhaps jawOpen/],
    [
      "no channel at all",
      { channels: ["_neutral"] },
      /"_neutral" .*\(null for a column to ignore\)/,
    ],
    ["a scale of 0", { scale: 0 }, /at scale: .*>0/],
    ["a scale in words", { scale: "big" }, /at scale: must be a number .* names of channels/],
    ["a scale for a stranger", { scale: { jaw: 2 } }, /at scale: .*"jaw"/],
    ["minutes of delay", { delaySeconds: 60 }, /at delaySeconds: /],
    [
      "more overlap than window",
      { windowSeconds: 2, overlapSeconds: 1.5 },
      /at overlapSeconds: 1\.5/,
    ],
    ["a window of one frame", { windowSeconds: 0.1, framesPerSecond: 10 }, /less than two frames/],
    [
      "a constant that is not whole",
      { input: { constants: { mood: { shape: [1, 3], values: [0] } } } },
      /at input\.constants\.mood: must hold as many values/,
    ],
  ])("with %s are refused", (_, changes, message) => {
    const refused = { code: "lip_model_invalid", message: expect.stringMatching(message) };
    const text = loudnessDescription(changes);
    expect(() => readLipModelDescription(text)).toThrow(expect.objectContaining(refused));
  });

  test("that are no JSON are refused", () => {
    const refused = { code: "lip_model_invalid", message: expect.stringMatching(/no JSON/) };
    expect(() => readLipModelDescription("{")).toThrow(expect.objectContaining(refused));
  });
});
