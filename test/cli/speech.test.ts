/** @file `speak --text`, `listen --text`: a text becomes a film or a take, by a synthesiser in a process of its own. */
import { readFileSync } from "node:fs";
import { readTake } from "ritratto";
import { expect, test } from "vitest";
import { CHANNELS } from "../../src/base/channels.js";
import { registerCodecs } from "../../src/platform/node-codecs.js";
import { inspect, makeFolder } from "../media/material.js";
import { writeFace } from "../support/inputs.js";
import { ritratto, ritrattoHere } from "../support/program.js";

const file = makeFolder();

test("a text becomes a film with its sound, whose lips follow the words", async () => {
  await registerCodecs("native");
  await writeFace(file("face.png"));
  const words = ["speak", file("face.png"), "--text", "Papà va a Roma.", "--voice", "it"];
  const made = await ritratto(
    [...words, "--size=256", "-o", "film.mp4", "--save-take", "take.json"],
    file("."),
  );
  expect({ code: made.code, files: made.files }, made.err).toEqual({
    ...{ code: 0, files: ["film.mp4", "take.json"] },
  });
  const take = readTake(readFileSync(made.path("take.json"), "utf8"));
  const seconds = take.frameCount / take.fps;
  expect(seconds).toBeGreaterThan(0.8);
  expect(seconds).toBeLessThan(3);
  const at = CHANNELS.indexOf("jawOpen");
  const jaw = Array.from({ length: take.frameCount }, (_, i) => {
    return take.weights[i * CHANNELS.length + at] ?? 0;
  });
  expect(Math.max(...jaw) - Math.min(...jaw)).toBeGreaterThan(0.1);
  const film = await inspect(made.path("film.mp4"));
  expect(Math.abs(film.audioSeconds - seconds)).toBeLessThan(0.1);
  // What is heard of the same words is the same performance.
  const text = ["--text", "Papà va a Roma.", "--voice", "it"];
  const heard = await ritratto(["listen", ...text, "-o", "heard.json"], file("."));
  expect(heard.code, heard.err).toBe(0);
  expect(readTake(readFileSync(heard.path("heard.json"), "utf8"))).toEqual(take);
});

test.each<[string, string[], RegExp]>([
  ["neither a recording nor a text", [], /missing .*'voice', or --text/],
  ["both", ["a.wav", "--text=Hi"], /exclude each other/],
  ["a voice without a text", ["a.wav", "--voice=it"], /go with --text/],
  ["a language that is not known", ["--text=Hi", "--voice=xx"], /“xx” is no voice: .*\bit\b/],
  ["a text without words", ["--text= "], /There is no text/],
  ["a pace that nobody speaks at", ["--text=Hi", "--pace=20"], /from 80 to 350/],
])("refuses %s", async (_, words, said) => {
  const input = ["speak", file("a.png"), ...words, "-o", "film.mp4"];
  const { code, err, files } = await ritrattoHere(input, file("."));
  expect({ code, files }, err).toEqual({ code: 2, files: [] });
  expect(err).toMatch(said);
  const heard = await ritrattoHere(["listen", ...words, "-o", "take.json"], file("."));
  expect({ code: heard.code, files: heard.files }, heard.err).toEqual({ code: 2, files: [] });
  expect(heard.err).toMatch(said);
});
