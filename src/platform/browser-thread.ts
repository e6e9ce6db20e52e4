/** @file A browser's module workers, as they are asked here; both sides. */
import type { Numbered, Thread, ThreadListener } from "./worker-calls.js";

/** A worker that was started. */
export interface StartedThread {
  readonly thread: Thread;
  /** Ends it; what it was asked is rejected. */
  stop(): void;
}

/**
 * Starts a worker whose inside is `serve`.
 *
 * @param start - Its first message.
 * @param transfer - What of that is handed over instead of copied.
 */
export function startThread(
  worker: Worker,
  start: unknown,
  transfer: Transferable[] = [],
): StartedThread {
  const listeners: ThreadListener[] = [];
  worker.postMessage(start, transfer);
  return {
    thread: {
      post: (message, handed = []) => worker.postMessage(message, [...handed]),
      listen(listener) {
        listeners.push(listener);
        worker.addEventListener("message", ({ data }) => listener.message(data));
        worker.addEventListener("messageerror", () => {
          listener.failure(new Error("a thread's message cannot be read"));
        });
        worker.addEventListener("error", (event) => {
          event.preventDefault();
          listener.failure(new Error(event.message || "a thread's script cannot be loaded"));
        });
      },
    },
    stop() {
      worker.terminate();
      for (const listener of listeners) listener.end();
    },
  };
}

/** An answer, and what of it is handed over instead of copied. */
export interface Answered<Answer> {
  readonly answer: Answer;
  readonly transfer?: Transferable[];
}

/** What a worker's global object has beside a window's. */
interface WorkerScope {
  postMessage(message: unknown, transfer: Transferable[]): void;
}

/**
 * The inside of a worker: the first message starts it, each further one is a question. A question that
 * throws fails the worker, as one of Node's would.
 *
 * @param open - Makes what answers.
 */
export function serve<Start, Question, Answer extends object>(
  open: (start: Start) => (question: Question) => Promise<Answered<Answer>>,
): void {
  const scope = globalThis as unknown as WorkerScope;
  let reply: ((question: Question) => Promise<Answered<Answer>>) | undefined;
  addEventListener("message", async ({ data }) => {
    try {
      if (reply === undefined) {
        reply = open(data as Start);
        return;
      }
      const { id, ...question } = data as Numbered<Question>;
      const { answer, transfer = [] } = await reply(question as Question);
      scope.postMessage({ ...answer, id }, transfer);
    } catch (error) {
      // Rejections stay inside a worker; only this reaches whoever started it.
      reportError(error);
    }
  });
}
