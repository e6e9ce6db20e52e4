/** @file Networks that run in another thread: numbers go there, numbers come back. */
import type { AssetName, Nets } from "../base/ports.js";
import type { WorkerCalls } from "./worker-calls.js";

/** What the thread is asked: to load a network, or to run it. */
export interface AskedNet {
  readonly name: AssetName;
  readonly run?: { readonly input: Float32Array; readonly shape: readonly number[] };
}

/** What it answers: outputs by name, none if it only loaded; or why there are none. */
export type AnsweredNet =
  | { readonly outputs: Readonly<Record<string, Float32Array>> }
  | { readonly reason: string };

/** Networks behind a thread that answers with `answerNet`. */
export function netsThrough(calls: Pick<WorkerCalls<AskedNet, AnsweredNet>, "ask">): Nets {
  const ask = async (asked: AskedNet) => {
    const answer = await calls.ask(asked);
    if ("reason" in answer) throw new Error(answer.reason);
    return answer.outputs;
  };
  return {
    async open(name) {
      await ask({ name });
      return { run: (input, shape) => ask({ name, run: { input, shape } }) };
    },
  };
}

/** The thread's side. */
export async function answerNet(nets: Nets, { name, run }: AskedNet): Promise<AnsweredNet> {
  try {
    const net = await nets.open(name);
    return { outputs: run === undefined ? {} : await net.run(run.input, run.shape) };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}
