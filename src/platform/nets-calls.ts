/** @file Networks that run in another thread: numbers go there, numbers come back. */
import type { AssetName, Nets } from "../base/ports.js";
import type { WorkerCalls } from "./worker-calls.js";

/** What the thread is asked. */
export interface AskedRun {
  readonly name: AssetName;
  readonly input: Float32Array;
  readonly shape: readonly number[];
}

/** What it answers: outputs by name, or why there are none. */
export type AnsweredRun =
  | { readonly outputs: Readonly<Record<string, Float32Array>> }
  | { readonly reason: string };

/** Networks behind a thread that answers with `runFor`. */
export function netsThrough(calls: Pick<WorkerCalls<AskedRun, AnsweredRun>, "ask">): Nets {
  return {
    open: async (name) => ({
      async run(input, shape) {
        const answer = await calls.ask({ name, input, shape });
        if ("reason" in answer) throw new Error(answer.reason);
        return answer.outputs;
      },
    }),
  };
}

/** The thread's side. */
export async function runFor(nets: Nets, { name, input, shape }: AskedRun): Promise<AnsweredRun> {
  try {
    const net = await nets.open(name);
    return { outputs: await net.run(input, shape) };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}
