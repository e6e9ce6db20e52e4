/**
 * @file The thread that draws for a live session, so that the next sound is heard meanwhile: takes
 * come in, picture files go out. It is started, and spoken to, by `startDrawing`.
 */
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { assert } from "../base/assert.js";
import { drawLive, type LivePicturesOptions, type Rig, type Take } from "../index.js";
import { encodeJpeg, encodeWebp } from "../platform/node.js";

/** What is drawn, and as what. */
export interface DrawingWish {
  readonly rig: Rig;
  readonly options: LivePicturesOptions;
  readonly format: "jpeg" | "webp";
}

/** What the thread is told: frames, that a picture has left, or that none follow. */
type Said = { readonly take: Take } | "left" | "end";

/** What the thread tells. */
type Told =
  | { readonly kind: "ready"; width: number; height: number; labelled: boolean }
  | { readonly kind: "picture"; readonly frame: number; readonly bytes: Uint8Array }
  | { readonly kind: "finished" };

/** Frames that may wait to be drawn, s; what is older is left out. */
const WAITING_SECONDS = 0.2;
/** Pictures that may be on their way to the server; others are left out until it has taken them. */
const ON_THEIR_WAY_MOST = 4;

/** A thread that draws. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly labelled: boolean;
  append(take: Take): void;
  /** Settled when all that can be drawn was given. */
  finish(): Promise<void>;
}

/**
 * Starts a thread, and waits until it can draw.
 *
 * @param give - Takes a picture's file, and calls `left` when it has left the process.
 * @param fail - Told whatever ends the thread later.
 */
export function startDrawing(
  wish: DrawingWish,
  give: (frame: number, bytes: Uint8Array, left: () => void) => void,
  fail: (error: unknown) => void,
): Promise<Drawing> {
  const thread = new Worker(new URL("./live-drawing.js", import.meta.url), { workerData: wish });
  const say = (said: Said) => thread.postMessage(said);
  return new Promise((resolve, reject) => {
    let finished = () => {};
    const done = new Promise<void>((settle) => {
      finished = settle;
    });
    const finish = () => {
      say("end");
      return done;
    };
    thread.on("message", (told: Told) => {
      if (told.kind === "picture") give(told.frame, told.bytes, () => say("left"));
      else if (told.kind === "finished") finished();
      else resolve({ ...told, append: (take) => say({ take }), finish });
    });
    thread.on("error", (error) => {
      reject(error);
      fail(error);
    });
  });
}

/** Draws what is known, one frame after the other; what it cannot draw in time it leaves out. */
function draw({ rig, options, format }: DrawingWish, tell: (told: Told) => void) {
  const pictures = drawLive(rig, options);
  const { width, height, labelled } = pictures;
  const waitingMost = Math.ceil(WAITING_SECONDS * options.fps);
  const encode = format === "webp" ? encodeWebp : encodeJpeg;
  let [given, next, onTheirWay] = [0, 0, 0];
  let working: Promise<void> | undefined;
  const work = async () => {
    for (; next < given; next++) {
      next = Math.max(next, given - waitingMost);
      if (onTheirWay >= ON_THEIR_WAY_MOST) continue;
      const picture = pictures.draw(next);
      if (picture === undefined) continue;
      const bytes = await encode(picture);
      onTheirWay++;
      tell({ kind: "picture", frame: next, bytes });
    }
  };
  const rest = () => {
    working = undefined;
  };
  tell({ kind: "ready", width, height, labelled });
  return async (said: Said) => {
    if (said === "left") onTheirWay--;
    else if (said === "end") {
      await working;
      tell({ kind: "finished" });
    } else {
      pictures.append(said.take);
      given += said.take.frameCount;
      // Not in `work` itself: if all is left out it is over before its promise is kept here.
      working ??= work().finally(rest);
      await working;
    }
  };
}

if (!isMainThread) {
  const port = parentPort;
  assert(port !== null, "a thread to have been started by another");
  const hear = draw(workerData, (told) => port.postMessage(told));
  // A rejection that nobody hears ends the thread, and its starter is told.
  port.on("message", hear);
}
