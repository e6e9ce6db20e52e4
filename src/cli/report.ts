/**
 * @file What the program says while it works: a moving line on a terminal, plain lines in a pipe,
 * JSON lines for machines. Progress goes to stderr, results to stdout.
 */
import type { Failure } from "../base/errors.js";
import type { Progress } from "../base/run.js";

/** Where a program's words go. */
export interface Reporter {
  progress(at: Progress): void;
  warn(warning: Failure): void;
  /** Something worth knowing that is nobody's fault. */
  note(text: string): void;
  /** @param text - For people. @param data - The same for machines. */
  done(text: string, data: Readonly<Record<string, unknown>>): void;
  fail(failure: Failure): void;
  /** Our own fault: the stack. */
  crash(stack: string): void;
}

/** The two streams, as far as they are used. */
export interface Streams {
  readonly out: { write(text: string): unknown };
  readonly err: { write(text: string): unknown; readonly isTTY?: boolean };
  /** Bytes that are piped into the program; none if absent. */
  readonly input?: AsyncIterable<Uint8Array>;
  /** Asks whoever sits at the terminal; absent if nobody does. */
  ask?(question: string, signal: AbortSignal): Promise<string>;
  /** Milliseconds since any fixed moment. */
  now(): number;
}

const STAGES: Readonly<Record<string, string>> = {
  portrait: "reading the portrait",
  rig: "building the rig",
  voice: "listening",
  lips: "moving the lips",
  film: "filming",
  watch: "watching",
  capture: "watching",
};
/** A terminal's line is written at most this often, ms. */
const REDRAW_MS = 100;
/** A pipe gets a line for every so much of a stage. */
const PIPE_STEP = 0.25;

/** Chooses how to speak. */
export function makeReporter(json: boolean, streams: Streams): Reporter {
  if (json) return jsonReporter(streams);
  return streams.err.isTTY === true ? terminalReporter(streams) : lineReporter(streams);
}

function jsonReporter({ out, err }: Streams): Reporter {
  const event = (type: string, data: object) => err.write(`${JSON.stringify({ type, ...data })}\n`);
  let said = "";
  return {
    progress(at) {
      // Once a percent is enough for any bar.
      const key = `${at.stage} ${percentOf(at)}`;
      if (key !== said) event("progress", at);
      said = key;
    },
    warn: (warning) => void event("warning", warning),
    done: (_, data) => void out.write(`${JSON.stringify(data)}\n`),
    note: (text) => void event("note", { text }),
    fail: (failure) => void event("failure", failure),
    crash: (stack) => void event("crash", { stack }),
  };
}

function terminalReporter(streams: Streams): Reporter {
  const { out, err } = streams;
  const describe = makeDescriber(streams);
  let shown = false;
  let last = -Infinity;
  const clear = () => {
    if (shown) err.write("\r\u001b[K");
    shown = false;
  };
  return {
    progress(at) {
      const text = describe(at);
      if (at.done < at.total && streams.now() - last < REDRAW_MS) return;
      last = streams.now();
      clear();
      err.write(text);
      shown = true;
    },
    warn({ message, hint }) {
      clear();
      err.write(`note: ${message} ${hint}\n`);
    },
    note(text) {
      clear();
      err.write(`note: ${text}\n`);
    },
    done(text) {
      clear();
      out.write(`${text}\n`);
    },
    fail({ message, hint }) {
      clear();
      err.write(`${message}\n${hint}\n`);
    },
    crash(stack) {
      clear();
      err.write(crashText(stack));
    },
  };
}

function lineReporter(streams: Streams): Reporter {
  const { out, err } = streams;
  const describe = makeDescriber(streams);
  let stage = "";
  let said = 0;
  return {
    progress(at) {
      const text = describe(at);
      const share = at.total > 0 ? at.done / at.total : 1;
      if (at.stage === stage && share < said + PIPE_STEP) return;
      said = at.stage === stage ? said + PIPE_STEP : 0;
      stage = at.stage;
      err.write(`${text}\n`);
    },
    warn: ({ message, hint }) => void err.write(`note: ${message} ${hint}\n`),
    note: (text) => void err.write(`note: ${text}\n`),
    done: (text) => void out.write(`${text}\n`),
    fail: ({ message, hint }) => void err.write(`${message}\n${hint}\n`),
    crash: (stack) => void err.write(crashText(stack)),
  };
}

function percentOf({ done, total }: Pick<Progress, "done" | "total">): number {
  return total > 0 ? Math.floor((100 * done) / total) : 100;
}

function crashText(stack: string): string {
  return `This is a fault of Ritratto's own; please report it with these lines:\n${stack}\n`;
}

/** Turns progress into words, with speed and remaining time once they can be told. */
function makeDescriber({ now }: Streams): (at: Progress) => string {
  let stage = "";
  let began = 0;
  return ({ stage: next, done, total }) => {
    if (next !== stage) {
      stage = next;
      began = now();
    }
    const head = `${STAGES[stage] ?? stage} ${percentOf({ done, total })} %`;
    const seconds = (now() - began) / 1000;
    if (stage !== "film" || done < 5 || seconds < 0.2) return head;
    const fps = done / seconds;
    const left = Math.ceil((total - done) / fps);
    return `${head} · ${done}/${total} frames · ${fps.toFixed(1)} a second · ${left} s left`;
  };
}
