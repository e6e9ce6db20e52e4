/** @file The program: words in, exit code out. */
import { createInterface } from "node:readline/promises";
import { Command, CommanderError } from "commander";
import { FilmError, failure } from "../base/errors.js";
import { VERSION } from "../base/version.js";
import { removeUnfinished } from "../platform/node-unfinished.js";
import type { Session } from "./commands.js";
import { numberOption, OPTIONS } from "./options.js";
import { makeReporter, type Reporter, type Streams } from "./report.js";
import { addServiceCommands } from "./service-program.js";

// Each command is loaded when it is wanted: help and mistakes are told at once.
const making = () => import("./commands.js");
const capturing = () => import("./capture-commands.js");
const reporting = () => import("./report-commands.js");

/** Done; bad input or usage, nothing written; our own fault; stopped by Ctrl-C. */
export const EXIT = { done: 0, ourFault: 1, badInput: 2, stopped: 130 } as const;

const EXAMPLES = `
Examples:
  ritratto speak anna.jpg hello.mp3 -o anna.mp4          # asks why this face may speak
  ritratto speak anna.jpg hello.mp3 -o anna.mp4 --consent subject   # in scripts
  ritratto speak anna.jpg --text "Buongiorno." --voice it -o anna.mp4      # a robot's voice
  ritratto speak anna.jpg hello.mp3 -o anna.webm --alpha --crop square
  ritratto rig anna.jpg -o anna.rig --sheet anna.png     # look at the face first
  ritratto listen hello.mp3 -o hello.json                # the performance, to edit
  ffmpeg -i talk.mp3 -f s16le -ac 1 -ar 16000 - | ritratto live > frames.jsonl
  ritratto render anna.rig hello.json --audio hello.mp3 -o anna.mp4
  ritratto act anna.jpg me.mp4 -o anna.mp4               # she does what I do
  ritratto track me.mp4 -o me.json                       # what I do, to edit
  ritratto learn films/ --basis "my own" -o me.style     # my manner, for speak --style me.style
  ritratto report anna.mp4 --portrait anna.jpg --html anna.html   # what it is worth
  ritratto compare anna.mp4 other.mp4 --sheet films.png
  ritratto studio                                        # all this in the browser
  ritratto verify anna.mp4                               # where it comes from
  ritratto serve --data films/                           # for others, by HTTP

Pictures: JPEG, PNG, WebP, AVIF. Voices: wav, mp3, m4a/aac, ogg, opus, flac, or the sound of a film.
Everything happens on this computer; nothing is sent or fetched, but a hash with --tsa.`;

const VERIFY_CODES = `
Exit codes:
  0  made by Ritratto
  2  usage, or a file that cannot be read
  3  no mark, or somebody else's credentials: this proves nothing
  4  altered, or a mark that belongs to another film
  5  a mark that cannot be resolved here
A folder has the code of its worst file; from the worst: 4, 2, 5, 3, 0.`;

/** Runs the program. @returns The exit code, one of `EXIT`; of `verify`, see `VERDICT_EXIT`. */
export async function main(
  words: readonly string[],
  streams: Streams = ownStreams(),
): Promise<number> {
  const report = makeReporter(words.includes("--json"), streams);
  const stop = new AbortController();
  const release = stopOnSignals(stop);
  let code: number = EXIT.done;
  const conclude = (verdict: number) => {
    code = verdict;
  };
  try {
    await makeProgram(
      { report, signal: stop.signal, ask: asker(words, streams, stop) },
      streams,
      conclude,
    ).parseAsync([...words], {
      from: "user",
    });
    return code;
  } catch (error) {
    removeUnfinished();
    if (stop.signal.aborted) return EXIT.stopped;
    return explain(error, report);
  } finally {
    release();
  }
}

/** Machines that read JSON are asked nothing. */
function asker(words: readonly string[], { ask }: Streams, { signal }: AbortController) {
  if (ask === undefined || words.includes("--json")) return undefined;
  return (question: string) => ask(question, signal);
}

function explain(error: unknown, report: Reporter): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.done;
    // Without a command commander shows its help and has nothing else to say.
    const isHelp = error.code === "commander.help";
    const message = isHelp
      ? "The command is missing: speak, rig, listen, live, track, act, learn or render."
      : error.message;
    report.fail(failure("option_invalid", message.replace(/^error: /, "")));
    return EXIT.badInput;
  }
  if (error instanceof FilmError) {
    report.fail(error.toJSON());
    return EXIT.badInput;
  }
  report.crash(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return EXIT.ourFault;
}

/** The first signal stops the work in good order, a second one at once. */
function stopOnSignals(stop: AbortController): () => void {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const onSignal = () => {
    if (stop.signal.aborted) {
      removeUnfinished();
      process.exit(EXIT.stopped);
    }
    stop.abort();
  };
  for (const signal of signals) process.on(signal, onSignal);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
  };
}

/** Those of this process. A terminal pipes nothing. */
function ownStreams(): Streams {
  const { stdin, stdout, stderr } = process;
  const input = stdin.isTTY ? undefined : stdin;
  const ask = stdin.isTTY && stderr.isTTY ? { ask: askOnTerminal } : {};
  return {
    out: stdout,
    err: stderr,
    now: () => performance.now(),
    ...(input && { input }),
    ...ask,
  };
}

/** One line of the user; nothing if he closes the input. */
async function askOnTerminal(question: string, signal: AbortSignal): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // In raw mode Ctrl-C is a key, and no signal unless we send it.
  lines.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  try {
    const closed = new Promise<string>((resolve) => lines.once("close", () => resolve("")));
    return await Promise.race([lines.question(question, { signal }), closed]);
  } finally {
    lines.close();
  }
}

/** Nothing comes in. */
async function* nothing(): AsyncGenerator<Uint8Array> {}

/** @param conclude - Is told the exit code of a command that has several. */
function makeProgram(
  session: Session,
  { out, input = nothing() }: Streams,
  conclude: (code: number) => void,
): Command {
  const program = new Command("ritratto")
    .description("One portrait and one voice become a film in which the portrait speaks.")
    .version(VERSION)
    .showSuggestionAfterError()
    .addHelpText("after", EXAMPLES);
  const command = (name: string, text: string, output: string) =>
    program
      .command(name)
      .description(text)
      .requiredOption("-o, --output <file>", output)
      .option("--json", "progress and result as JSON lines")
      .option("--no-native", "use no native code, even if it is installed");
  const withOptions = (made: Command, names: readonly (keyof typeof OPTIONS)[]) =>
    names.reduce((so, name) => so.addOption(OPTIONS[name]), made);

  withOptions(
    command("speak", "make a film of a portrait and a voice", FILM_NAME)
      .argument("<portrait>", "a picture with a face")
      .argument("[voice]", "a recording of speech or song; or --text")
      .option("--save-take <file>", "also save the performance as JSON"),
    [...PICTURE, "text", "voice", "pace", ...ACTING, "edits", ...FILM, ...SIGNING],
  ).action(async (portrait, voice, options) =>
    (await making()).speak(portrait, voice, options, session),
  );

  withOptions(
    command("rig", "make a portrait's rig, and look at what it can do", "the rig")
      .argument("<portrait>", "a picture with a face")
      .option("--sheet <file>", "draw a labelled sheet of expressions (PNG)")
      .option("--shapes <file>", "draw each of the 52 channels in full (PNG)"),
    [...PICTURE, ...SIGNING],
  ).action(async (portrait, options) => (await making()).rig(portrait, options, session));

  withOptions(
    command(
      "listen",
      "turn a voice into a performance",
      "the take: .json, or .csv (Live Link Face)",
    ).argument("[voice]", "a recording of speech or song; or --text"),
    ["text", "voice", "pace", ...ACTING, "edits", "from", "reseed"],
  ).action(async (voice, options) => (await making()).listen(voice, options, session));

  withOptions(
    program
      .command("live")
      .description(
        "act raw sound from the standard input (16-bit mono) frame by frame, as JSON lines",
      )
      .option("--json", "progress and result as JSON lines")
      .option("--no-native", "use no native code, even if it is installed"),
    ["rate", ...ACTING],
  ).action(async (options) =>
    (await import("./live-command.js")).live(options, session, { input, out }),
  );

  withOptions(
    command("render", "make a film of a rig and a performance", FILM_NAME)
      .argument("<rig>", "from `ritratto rig`")
      .argument("<take>", "from `ritratto listen` or `speak --save-take`")
      .option("--audio <file>", "the sound of the film"),
    ["edits", ...FILM, ...SIGNING],
  ).action(async (rigFile, take, options) =>
    (await making()).render(rigFile, take, options, session),
  );

  withOptions(
    command(
      "track",
      "turn a film of somebody into a performance",
      "the take: .json, or .csv (Live Link Face)",
    ).argument("<film>", "a film of somebody's face"),
    ["filmedFace", ...CAPTURE],
  ).action(async (film, options) => (await capturing()).track(film, options, session));

  withOptions(
    command("act", "make a portrait do what a film shows", FILM_NAME)
      .argument("<portrait>", "a picture with a face")
      .argument("<driver>", "a film of somebody's face, with its sound if it has any")
      .option("--save-take <file>", "also save the performance as JSON"),
    [...PICTURE, "driverFace", ...CAPTURE, ...FILM, ...SIGNING],
  ).action(async (portrait, driver, options) =>
    (await capturing()).act(portrait, driver, options, session),
  );

  command("learn", "turn films of somebody into a style", "the style")
    .argument("<folder>", "films in which somebody speaks: mp4, mov, webm, mkv")
    .requiredOption("--basis <text>", "why they may be learned from: whose consent, which licence")
    .option("--name <text>", "what the style is called", "learned")
    .addOption(OPTIONS.filmedFace)
    .action(async (folder, options) =>
      (await import("./learn-command.js")).learn(folder, options, session),
    );

  withReportOptions(
    program
      .command("report")
      .description("say what a film is worth, in numbers; any talking head will do")
      .argument("<film>", "ours, another maker's, or a real one")
      .option("--reference <film>", "a real film of the same words")
      .option("--html <file>", "also write a page with curves and pictures"),
  ).action(async (film, options) => (await reporting()).report(film, options, session));

  withReportOptions(
    program
      .command("compare")
      .description("say what several films are worth, side by side")
      .argument("<films...>", "the films")
      .option("--sheet <file>", "draw the films in rows (PNG)"),
  ).action(async (films, options) => (await reporting()).compare(films, options, session));

  program
    .command("studio")
    .description("open a page where portraits are seen while they speak; on this computer alone")
    .addOption(PORT)
    .option("--no-open", "only print the address")
    .option("--json", "the address as a JSON line")
    .action(async (options) => (await import("./studio-command.js")).studio(options, session));

  program
    .command("verify")
    .description("say where a film or picture comes from, as far as that can be told")
    .argument("<file>", "a film, a picture, or a folder of them")
    .option("--registry <folder>", "films that are known; this user's own by default")
    .option(
      "--anchor <file>",
      "a certificate (PEM) by which films are known as ours; may be repeated",
      (path: string, others: readonly string[] | undefined) => [...(others ?? []), path],
    )
    .option("--json", "result as JSON lines, one for each file")
    .addHelpText("after", VERIFY_CODES)
    .action(async (path, options) => {
      const { verifyFiles } = await import("./verify-command.js");
      conclude(await verifyFiles(path, options, session));
    });

  addServiceCommands(program, session, { out });

  for (const each of [program, ...program.commands]) {
    each.exitOverride().configureOutput({
      writeOut: (text) => void out.write(text),
      // Errors are reported once, by `main`.
      writeErr: () => undefined,
    });
  }
  return program;
}

function withReportOptions(command: Command): Command {
  return command
    .option("--portrait <file>", "the picture that the film was made from")
    .option("--audio <file>", "the voice that the film was made from")
    .option("--json", "progress and result as JSON lines");
}

/** The same each time, so that the browser knows the page again. */
const PORT = numberOption({
  flag: "--port <number>",
  text: "where the page is given out; 0 for any that is free",
  ...{ min: 0, max: 65535, whole: true, fallback: 4477 },
});
const PICTURE = ["size", "crop", "face"] as const;
const SIGNING = ["c2paCert", "c2paKey", "tsa"] as const;
const ACTING = [
  ...(["fps", "seed", "mode", "mouth", "jaw", "lips"] as const),
  ...(["head", "still", "expression", "energy", "emotion", "emotionCurve"] as const),
  ...(["blink", "gaze", "style", "lipModel"] as const),
];
const CAPTURE = ["filmedFps", "mouth", "head", "still", "expression"] as const;
const FILM = [
  ...(["consent", "guardian", "label", "markStrength"] as const),
  ...(["alpha", "background", "codec", "quality", "threads"] as const),
];
const FILM_NAME = "the film: .mp4, .webm, or PNG pictures in frames/";
