/**
 * @file Questions to a worker thread and their answers, matched by number: answers may come in any
 * order, and a thread that dies leaves no question waiting. Node's threads and a browser's are asked
 * alike.
 */

/** A question or an answer, with the number that both carry. */
export type Numbered<T> = T & { readonly id: number };

/** One thread, ready to be asked. */
export interface WorkerCalls<Question, Answer> {
  /** Questions without an answer yet. */
  readonly open: number;
  /** Rejects if the thread has died or dies before it answers. */
  ask(question: Question): Promise<Answer>;
}

/** A worker thread of whatever machine. */
export interface Thread {
  /** @param transfer - What of the message is handed over instead of copied. */
  post(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  listen(listener: ThreadListener): void;
}

/** Who hears what a thread says. */
export interface ThreadListener {
  message(message: unknown): void;
  /** The thread has failed, and answers nothing any more. */
  failure(reason: Error): void;
  /** The thread has ended. */
  end(): void;
}

interface Waiting<Answer> {
  resolve(answer: Answer): void;
  reject(reason: Error): void;
}

/**
 * Listens to a thread that answers `Numbered<Question>` with `Numbered<Answer>`.
 *
 * @param ended - What questions are told that it leaves without an answer.
 */
export function callsTo<Question extends object, Answer>(
  thread: Thread,
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
  thread.listen({
    message(message) {
      const answer = message as Numbered<Answer>;
      waiting.get(answer.id)?.resolve(answer);
      waiting.delete(answer.id);
    },
    failure: fail,
    end: () => fail(new Error(ended)),
  });
  return {
    get open() {
      return waiting.size;
    },
    ask(question) {
      if (dead !== undefined) return Promise.reject(dead);
      return new Promise((resolve, reject) => {
        const id = nextId++;
        waiting.set(id, { resolve, reject });
        thread.post({ ...question, id });
      });
    },
  };
}
