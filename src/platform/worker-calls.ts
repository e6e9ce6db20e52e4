/**
 * @file Questions to a worker thread and their answers, matched by number: answers may come in any
 * order, and a thread that dies leaves no question waiting.
 */
import type { Worker } from "node:worker_threads";

/** A question or an answer, with the number that both carry. */
export type Numbered<T> = T & { readonly id: number };

/** One thread, ready to be asked. */
export interface WorkerCalls<Question, Answer> {
  /** Questions without an answer yet. */
  readonly open: number;
  /** Rejects if the thread has died or dies before it answers. */
  ask(question: Question): Promise<Answer>;
}

interface Waiting<Answer> {
  resolve(answer: Answer): void;
  reject(reason: Error): void;
}

/** Listens to a worker that answers `Numbered<Question>` with `Numbered<Answer>`. */
export function callsTo<Question extends object, Answer>(
  worker: Worker,
  ended: string,
): WorkerCalls<Question, Answer> {
  const waiting = new Map<number, Waiting<Answer>>();
  let nextId = 0;
  let dead: Error | undefined;
  const fail = (reason: Error) => {
    dead ??= reason;
    for (const { reject } of waiting.values()) reject(dead);
    waiting.clear();
  };
  worker.on("message", (answer: Numbered<Answer>) => {
    waiting.get(answer.id)?.resolve(answer);
    waiting.delete(answer.id);
  });
  worker.on("error", fail);
  worker.on("exit", () => fail(new Error(ended)));
  return {
    get open() {
      return waiting.size;
    },
    ask(question) {
      if (dead !== undefined) return Promise.reject(dead);
      return new Promise((resolve, reject) => {
        const id = nextId++;
        waiting.set(id, { resolve, reject });
        worker.postMessage({ ...question, id });
      });
    },
  };
}
