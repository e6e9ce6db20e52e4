/** @file One live session: a client on one side, a process of its own on the other, and the clock. */
import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { failure } from "../base/errors.js";
import { checkConsent, type Failure, FilmError, liveIdOf, logFilm } from "../index.js";
import { readFilmOptions } from "./film-options.js";
import type { RigOptions } from "./film-request.js";
import type { Caller } from "./keys.js";
import { rateLimit } from "./limits.js";
import { LIVE_LOOK_AHEAD_SECONDS } from "./live-limits.js";
import {
  LIVE_SIZE_PX,
  type LiveAnswer,
  type LiveHello,
  liveEndSchema,
  liveHelloSchema,
  packPicture,
} from "./live-messages.js";
import type { LivePlace, LiveSession, LiveSocket } from "./live-place.js";
import type { LiveNews, LiveOrder, LiveSound } from "./live-process.js";
import { type SoundClock, startSoundClock } from "./live-sound.js";
import { quietEnvironment } from "./process-limits.js";
import type { Job } from "./queue.js";
import { rigStem } from "./rig-files.js";
import { findRig, rigResultSchema } from "./rig-request.js";
import { memoryOf } from "./run-process.js";
import { failureOfIssues } from "./service.js";
import { touchUpload } from "./uploads.js";

/** How often the clock is looked at, ms. */
const LOOK_MS = 250;
const CLOSED = { normal: 1000, refused: 1008, broken: 1011, later: 1013 };

/** What is known of whom a session shows. */
interface Shown {
  readonly hello: LiveHello;
  readonly filmId: string;
  /** SHA-256 of the portrait's file, and how it is cut. */
  readonly portrait: string;
  readonly cut: RigOptions;
}

/** Opens a session; the client is to say hello. */
export function openSession(socket: LiveSocket, caller: Caller, place: LivePlace): LiveSession {
  const { limits, numbers, log } = place;
  const { account } = caller;
  const session = randomUUID();
  const rate = rateLimit(limits.messagesPerSecond);
  const opened = performance.now();
  let state: "hello" | "starting" | "running" | "ending" | "over" = "hello";
  let child: ChildProcess | undefined;
  let shown: Shown | undefined;
  let sound: SoundClock | undefined;
  let [heardAt, pingedAt, isAlive] = [opened, opened, true];
  /** Frames that are known, and those that went out; sound on its way to the process, bytes. */
  let [known, sent, onItsWay] = [0, 0, 0];

  const tell = (answer: LiveAnswer) => socket.send(JSON.stringify(answer));
  const end = (outcome: string, code: number, error?: Failure) => {
    if (state === "over") return;
    state = "over";
    clearInterval(timer);
    child?.kill("SIGKILL");
    numbers.ended(outcome);
    numbers.dropped(known - sent);
    const seconds = Number((sound?.seconds ?? 0).toFixed(2));
    log("live ended", { account, session, outcome, code: error?.code, seconds, frames: sent });
    if (shown !== undefined) {
      void audit(place, account, session, shown, sound?.sha256()).catch(fault);
    }
    if (error !== undefined) {
      const { code: reason, message: detail, hint, details } = error;
      tell({ kind: "failed", code: reason, detail, hint, details: { ...details } });
    }
    socket.close(code, error?.code ?? outcome);
  };
  const fault = (error: unknown) => {
    log("fault", { account, session, error: error instanceof Error ? error.stack : `${error}` });
  };
  const fail = (error: unknown) => {
    if (error instanceof FilmError) {
      const isBroken = error.code === "worker_failed";
      return end("failed", isBroken ? CLOSED.broken : CLOSED.refused, error.toJSON());
    }
    fault(error);
    end("failed", CLOSED.broken, broken("it broke, which is our fault"));
  };

  const start = async (text: string) => {
    state = "starting";
    const hello = readHello(text);
    checkConsent(hello.consent);
    const { portrait, options = {}, job } = await findRig(place.queue, account, hello);
    if (job !== undefined) refuseUnready(job);
    // A rig's size is part of its name: it is as it was made.
    const size = job === undefined ? LIVE_SIZE_PX.usual : undefined;
    const cut = { ...options, size: options.size ?? size };
    await readFilmOptions(hello.options);
    await touchUpload(place.folder, account, "portraits", portrait);
    await place.folder.files.bring(place.folder.upload(account, "portraits", portrait), portrait);
    place.quotas.spend(account, "films", 1, caller.filmsPerDay);
    const next = { hello, portrait, cut, filmId: await liveIdOf(portrait, session) };
    await audit(place, account, session, next);
    if (isOver()) return;
    shown = next;
    log("live started", { account, session, want: hello.want });
    child = startProcess(account, next, place);
    child.on("message", (news: LiveNews) => {
      if (!isOver()) hear(news, next);
    });
    const died = () => end("failed", CLOSED.broken, broken("its process died"));
    child.once("exit", died).once("error", died);
  };
  const isOver = () => state === "over";
  const give = (frame: number, count: number, fps: number, pack: (dropped: number) => void) => {
    known = frame + count;
    if (socket.bufferedAmount > limits.waitingBytesMost) return;
    pack(frame - sent);
    sent += count;
    const came = sound?.cameAt((frame + 0.5) / fps) ?? opened;
    for (let i = 0; i < count; i++) numbers.sent((performance.now() - came) / 1000);
  };
  const hear = (news: LiveNews, { hello, filmId }: Shown) => {
    const { fps } = hello.options;
    if (news.kind === "ready") {
      state = "running";
      sound = startSoundClock(hello.sampleRate, limits.aheadSeconds);
      heardAt = performance.now();
      const { width, height, labelled } = news;
      const size = width !== undefined && height !== undefined ? { width, height } : {};
      const about = { session, filmId, fps, lookAheadSeconds: LIVE_LOOK_AHEAD_SECONDS };
      tell({ kind: "ready", ...about, ...size, labelled });
    } else if (news.kind === "take") {
      give(news.frame, news.count, fps, (dropped) => {
        socket.send(`{"kind":"take","dropped":${dropped},"frames":[${news.text}]}`);
      });
    } else if (news.kind === "picture") {
      const { frame, bytes } = news;
      give(frame, 1, fps, (dropped) => {
        socket.send(packPicture(bytes, { seconds: (frame + 0.5) / fps, frame, dropped }));
      });
    } else if (news.kind === "ended") {
      known = news.frames;
      const seconds = sound?.seconds ?? 0;
      tell({ kind: "ended", dropped: known - sent, frames: sent, seconds });
      end("ended", CLOSED.normal);
    } else if (news.kind === "failed") {
      end("failed", CLOSED.refused, news.failure);
    } else fail(new Error(news.text));
  };
  const pass = (said: LiveSound, bytes: number) => {
    onItsWay += bytes;
    const limit = 4 * limits.aheadSeconds * (shown?.hello.sampleRate ?? 0);
    if (onItsWay > limit) throw new FilmError("worker_failed", "The session cannot keep up.");
    child?.send(said, () => {
      onItsWay -= bytes;
    });
  };
  const take = (data: string | Uint8Array) => {
    if (state === "hello" && typeof data === "string") return void start(data).catch(fail);
    if (state === "running" && typeof data === "string") {
      if (!liveEndSchema.safeParse(jsonOf(data)).success) throw unexpected("Text");
      state = "ending";
      return pass("end", 0);
    }
    if (state !== "running" || typeof data === "string") throw unexpected("A message");
    sound?.add(data);
    pass({ sound: data }, data.length);
  };
  const watch = async () => {
    const now = performance.now();
    const [silentMs, ageMs] = [now - heardAt, now - opened];
    if (ageMs > 1000 * limits.seconds) {
      const message = `A session has at most ${limits.seconds} s.`;
      return end("failed", CLOSED.refused, failure("live_over", message));
    }
    const { helloMs, startMs, idleMs } = limits;
    const most = state === "hello" ? helloMs : state === "starting" ? startMs : idleMs;
    if (silentMs > most) {
      if (state === "starting") throw new FilmError("worker_failed", "The session did not begin.");
      throw new FilmError("request_slow", `Nothing was heard for ${most / 1000} s.`);
    }
    if (now - pingedAt > limits.pingMs) {
      // After a moment in which we were busy, his answer may lie there unread.
      if (!isAlive) await afterReading();
      if (isOver()) return;
      if (!isAlive) return leave();
      [pingedAt, isAlive] = [now, false];
      socket.ping();
    }
    const { memoryMb } = limits;
    if (child !== undefined && (await memoryOf(child.pid)) > memoryMb) {
      throw new FilmError("worker_failed", "The session took too much memory.", { memoryMb });
    }
  };
  const leave = () => {
    end("left", CLOSED.refused);
    socket.terminate();
  };
  const timer = setInterval(() => void watch().catch(fail), LOOK_MS);
  numbers.began();
  return {
    message(data) {
      if (isOver()) return;
      try {
        rate.take(session);
        heardAt = performance.now();
        take(data);
      } catch (error) {
        fail(error);
      }
    },
    pinged() {
      if (isOver()) return;
      try {
        rate.take(session);
      } catch (error) {
        fail(error);
      }
    },
    ponged() {
      isAlive = true;
    },
    close(reason) {
      end("left", reason === undefined ? CLOSED.normal : CLOSED.later, reason);
    },
  };
}

/** Settled when what came through sockets until now was read: timers come before it. */
function afterReading(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** @throws FilmError `request_invalid`, `consent_missing`, `consent_invalid`. */
function readHello(text: string): LiveHello {
  const read = liveHelloSchema.safeParse(jsonOf(text));
  if (read.success) return read.data;
  const { code, message, details } = failureOfIssues(read.error.issues, "hello");
  throw new FilmError(code, message, details);
}

/** @throws FilmError `film_not_done`; `option_invalid` for a rig too large to be drawn in time. */
function refuseUnready({ state, result }: Job): void {
  if (state !== "done" || result === undefined) {
    throw new FilmError("film_not_done", `The rig is ${state}, not done.`, { state });
  }
  const { width, height } = rigResultSchema.parse(JSON.parse(result));
  const { most } = LIVE_SIZE_PX;
  if (Math.max(width, height) <= most) return;
  const message = `The rig has ${width} × ${height} px; live, ${most} are drawn in time.`;
  throw new FilmError("option_invalid", message, { width, height, most });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FilmError("request_invalid", "A message is no JSON.", {}, { cause });
  }
}

function unexpected(what: string): FilmError {
  const message = `${what} came that is not due: first a hello, sound after “ready”, then “end”.`;
  return new FilmError("request_invalid", message);
}

function broken(why: string): Failure {
  return failure("worker_failed", `The session could not go on: ${why}.`);
}

function startProcess(
  account: string,
  { hello, filmId, portrait, cut }: Shown,
  place: LivePlace,
): ChildProcess {
  const { folder, limits, native, threads } = place;
  const child = fork(fileURLToPath(new URL("./live-process.js", import.meta.url)), [], {
    env: quietEnvironment(process.env),
    execArgv: [`--max-old-space-size=${limits.heapMb}`],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    serialization: "advanced",
  });
  const order: LiveOrder = {
    ...{ hello, filmId, native, optOuts: folder.optOuts },
    ...{ portrait: folder.upload(account, "portraits", portrait), portraitSha256: portrait, cut },
    rigStem: rigStem(folder, account, { portrait, options: cut }),
    ...(threads !== undefined && { threads }),
  };
  child.send(order, () => undefined);
  return child;
}

/** Logs a session's beginning, or its end: then with the hash of what was said. */
async function audit(
  { ledger }: LivePlace,
  account: string,
  session: string,
  { hello, filmId, portrait }: Shown,
  audioSha256?: string,
): Promise<void> {
  const entry = {
    ...{ time: new Date().toISOString(), job: filmId, consent: hello.consent },
    ...{ portraitSha256: portrait, accountSha256: await ledger.accountHash(account) },
    ...(audioSha256 !== undefined && { audioSha256 }),
  };
  const id = `${session}-${audioSha256 === undefined ? "begin" : "end"}`;
  return logFilm(entry, ledger.lineOf({ account, id }, filmId));
}
