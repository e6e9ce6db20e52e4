/** @file --lip-model: networks that cannot be used are refused at once, and nothing is written. */
import { mkdirSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { FAILURES, type FailureCode } from "../../src/base/errors.js";
import { makeFolder } from "../media/material.js";
import { cutVoice, writeFace, writeWav } from "../support/inputs.js";
import { loudnessDescription, loudnessNet } from "../support/lip-nets.js";
import { linesOf, ritrattoHere } from "../support/program.js";

const file = makeFolder();

beforeAll(async () => {
  await writeFace(file("face.png"));
  writeWav(file("voice.wav"), cutVoice(8.2, 8.7));
  const write = (name: string, network: string | Uint8Array, description?: string) => {
    writeFileSync(file(`${name}.onnx`), network);
    if (description !== undefined) writeFileSync(file(`${name}.json`), description);
  };
  write("good", loudnessNet(), loudnessDescription());
  write("bare", loudnessNet());
  write("text", "This is not a network.\n", loudnessDescription());
  write("empty", "", loudnessDescription());
  write("broken", loudnessNet(), "{ format: ");
  write("strange", loudnessNet(), loudnessDescription({ channels: ["JawOpen", "lips"] }));
  write("two", loudnessNet({ bias: "mood" }), loudnessDescription());
  write("slow", loudnessNet(), loudnessDescription({ framesPerSecond: 60 }));
  writeFileSync(file("alone.json"), loudnessDescription());
  mkdirSync(file("folder.onnx"));
});

type Refusal = [what: string, name: string, says: RegExp, code: FailureCode];

const REFUSALS: Refusal[] = [
  ["no file", "nowhere.onnx", /no file “.*nowhere\.onnx”/, "file_missing"],
  ["no description of that name", "nowhere.json", /no file “.*nowhere\.json”/, "file_missing"],
  ["a description without a network", "alone.json", /no file “.*alone\.onnx”/, "file_missing"],
  ["a network that is not described", "bare.onnx", /no file “.*bare\.json” /, "lip_model_invalid"],
  ["a text", "text.onnx", /text\.onnx” cannot be loaded as an ONNX/, "lip_model_invalid"],
  ["an empty file", "empty.onnx", /empty\.onnx” is empty/, "lip_model_invalid"],
  ["a folder", "folder.onnx", /folder\.onnx” is not a file/, "lip_model_invalid"],
  ["a description that is no JSON", "broken.onnx", /no JSON/, "lip_model_invalid"],
  ["an unknown channel", "strange.json", /channels\.0: "JawOpen".*jawOpen/, "lip_model_invalid"],
  ["a network that wants more", "two.onnx", /2 inputs \(audio, mood\)/, "lip_model_invalid"],
  ["another rate", "slow.onnx", /\[1, 25, 4\].*about 60/, "lip_model_failed"],
];

describe("a lip model that cannot be used", () => {
  test.each(REFUSALS)("is %s", async (_, name, says, code) => {
    const words = ["listen", file("voice.wav"), "-o", "take.json", "--lip-model", file(name)];
    const ran = await ritrattoHere(words, file("."));
    const { out, err, files } = ran;
    expect({ code: ran.code, out, files }, err).toEqual({ code: 2, out: "", files: [] });
    const lines = linesOf(err);
    expect(lines.at(-2)).toMatch(says);
    expect(lines.at(-1)).toBe(FAILURES[code]);
  });
});

test("speak refuses it before it looks at the portrait", async () => {
  const film = ["speak", file("face.png"), "--size=256", file("voice.wav"), "-o", "film.mp4"];
  const ran = await ritrattoHere([...film, "--lip-model", file("slow.onnx")], file("."));
  expect({ code: ran.code, files: ran.files }).toEqual({ code: 2, files: [] });
  expect(ran.err).not.toContain("portrait");
});

test("rig and render do not know the option", async () => {
  for (const words of [
    ["rig", file("face.png"), "-o", "face.rig"],
    ["render", "face.rig", "take.json", "-o", "film.mp4"],
  ]) {
    const { code, err } = await ritrattoHere(
      [...words, "--lip-model", file("good.onnx")],
      file("."),
    );
    expect(code).toBe(2);
    expect(err).toContain("unknown option '--lip-model'");
  }
});
