/** @file What the program teaches, and how it refuses words that it does not know. */
import { describe, expect, test } from "vitest";
import { FAILURES } from "../../src/base/errors.js";
import { makeFolder } from "../media/material.js";
import { linesOf, ritratto, ritrattoHere } from "../support/program.js";

const file = makeFolder();
const run = (...words: string[]) => ritratto(words, file("."));
const say = (...words: string[]) => ritrattoHere(words, file("."));

test("--help shows every command, an example of each, and what files work", async () => {
  const { code, out, err } = await run("--help");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  for (const command of ["speak", "rig", "listen", "render", "track", "act", "learn"]) {
    expect(out).toMatch(new RegExp(`^ {2}${command} \\[options\\] [<[]`, "m"));
    expect(out).toMatch(new RegExp(`^ {2}ritratto ${command} .+ -o `, "m"));
  }
  expect(out).toContain("JPEG, PNG, WebP, AVIF");
  expect(out).toContain("wav, mp3, m4a/aac");
});

test.each(["speak", "rig", "listen", "live", "render", "track", "act", "learn"])(
  "%s --help tells every option, its range and its default",
  async (command) => {
    const { code, out, err } = await say(command, "--help");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const text = out.replace(/\s+/g, " ");
    const numbers = text.match(/--[\w-]+ <(px|n|x|hz)>/g) ?? [];
    expect(text.match(/\(-?[\d.]+ to [\d.]+\)/g) ?? []).toHaveLength(numbers.length);
    const words = text.match(/--(codec|quality|mode|crop|consent|label) </g) ?? [];
    expect(text.match(/choices: "/g) ?? []).toHaveLength(words.length);
    expect(numbers.length + words.length).toBeGreaterThan(0);
    if (command !== "live") expect(text).toContain("-o, --output <file>");
  },
);

test("whose face of a film is meant has a name of its own where --face means the portrait's", async () => {
  const help = async (command: string) => (await say(command, "--help")).out.replace(/\s+/g, " ");
  for (const command of ["track", "learn"]) {
    expect(await help(command)).toMatch(/--face <n> which face, .* kept through the film/);
  }
  expect(await help("act")).toMatch(/--face <n> which face, counted from the largest \(/);
  expect(await help("act")).toMatch(/--driver-face <n> which face of the driver's film, .* kept/);
});

test("--version says the package's", async () => {
  expect((await say("--version")).out).toMatch(/^\d+\.\d+\.\d+\n$/);
});

describe("wrong words cost exit code 2 and a line that names them", () => {
  const film = ["speak", "a.png", "b.wav", "-o", "film.mp4"];
  test.each<[string, string[], RegExp]>([
    ["nothing", [], /command.*speak/],
    ["an unknown command", ["speek", "a.png"], /unknown command 'speek'/],
    [
      "an unknown option",
      [...film, "--sise", "300"],
      /unknown option '--sise'.*Did you mean --size/,
    ],
    ["one argument too few", ["speak", "a.png", "-o", "film.mp4"], /missing .*'voice'/],
    ["one argument too many", [...film, "c.wav"], /too many arguments.*3/],
    ["no output", ["speak", "a.png", "b.wav"], /'-o, --output <file>' not specified/],
    ["an option without its value", [...film, "--size"], /'--size <px>' argument missing/],
    ["a size out of range", [...film, "--size", "100"], /'100'.*from 128 to 4096/],
    ["a number that is none", [...film, "--fps", "fast"], /'fast'.*from 1 to 60/],
    ["half a seed", [...film, "--seed", "1.5"], /'1.5'.*whole number/],
    ["an unknown codec", [...film, "--codec", "h265"], /'h265'.*h264, vp9, av1/],
    ["a gaze at nothing", [...film, "--gaze", "left"], /'left'.*natural, camera, or x,y/],
    ["a gaze too far aside", [...film, "--gaze", "50,0"], /'50,0'.*up to 30/],
    ["half a gaze", [...film, "--gaze", "5"], /'5'.*x,y/],
    ["a feeling nobody knows", [...film, "--emotion", "joy"], /“joy” is no emotion.*happy/],
    ["too much of a feeling", [...film, "--emotion", "sad:3"], /intensity of sad.*0 to 1/],
    ["a cue without a time", [...film, "--emotion-curve", "x=sad"], /like 4\.5s=angry:0\.8/],
    [
      "two kinds of feelings",
      [...film, "--emotion", "sad", "--emotion-curve", "0=sad"],
      /exclude each other/,
    ],
    ["layers of no take", ["listen", "b.wav", "-o", "t.json", "--reseed", "head"], /go together/],
    [
      "a layer nobody knows",
      ["listen", "b.wav", "-o", "t.json", "--from", "t.json", "--reseed", "nose"],
      /“nose” is no layer; there are lips/,
    ],
  ])("%s", async (_, words, says) => {
    const { code, out, err, files } = await say(...words);
    expect({ code, out, files }).toEqual({ code: 2, out: "", files: [] });
    const lines = linesOf(err);
    expect(lines.slice(0, -1).join(" ")).toMatch(says);
    expect(lines.at(-1)).toBe(FAILURES.option_invalid);
  });

  test("to the shell, too", async () => {
    const { code, out, err, files } = await run(...film, "--sise", "300");
    expect({ code, out, files }).toEqual({ code: 2, out: "", files: [] });
    expect(err).toContain("--sise");
  });

  test("a film that is neither mp4 nor webm", async () => {
    for (const words of [
      ["speak", "a.png", "b.wav", "-o", "film.avi"],
      ["render", "a.rig", "b.json", "-o", "film"],
    ]) {
      const { code, err, files } = await say(...words);
      expect({ code, files }).toEqual({ code: 2, files: [] });
      expect(err).toMatch(/must end in \.mp4 or \.webm/);
    }
  });

  test("with --json it is an event", async () => {
    const { code, err } = await say("speak", "a.png", "--json", "-o", "film.mp4");
    expect(code).toBe(2);
    expect(JSON.parse(err)).toMatchObject({
      type: "failure",
      code: "option_invalid",
      hint: FAILURES.option_invalid,
    });
  });
});
