/**
 * @file A process for one live session: sound comes in, frames of a take or their pictures go out.
 * The stranger's portrait is opened here and nowhere else.
 */
import { z } from "zod";
import {
  type Failure,
  FilmError,
  type LivePerformance,
  openDefaultStyle,
  performLive,
  queueLive,
  samplesOfPcm,
  type Take,
  writeFrameLines,
} from "../index.js";
import { type NodeMachine, openNode } from "../platform/node.js";
import { readFilmOptions } from "./film-options.js";
import { type DrawingWish, startDrawing } from "./live-drawing.js";
import { LIVE_LOOK_AHEAD_SECONDS } from "./live-limits.js";
import { liveHelloSchema } from "./live-messages.js";
import { rigOf } from "./rig-making.js";
import { rigOptionsSchema } from "./rig-request.js";
import { refuseOptedOut, withoutPaths } from "./strangers.js";

/** What the process is told first; all paths are ours. */
const orderSchema = z.object({
  hello: liveHelloSchema,
  ...{ portrait: z.string(), portraitSha256: z.string(), rigStem: z.string() },
  ...{ optOuts: z.string(), filmId: z.string() },
  cut: rigOptionsSchema,
  threads: z.number().optional(),
  native: z.boolean(),
});

/** What the process is told first. */
export type LiveOrder = z.input<typeof orderSchema>;

/** What it is told later: sound as 16 bits, little-endian, mono; or that none follows. */
export type LiveSound = { readonly sound: Uint8Array } | "end";

/** What the process tells. `frame` counts from 0. */
export type LiveNews =
  | { readonly kind: "ready"; readonly width?: number; readonly height?: number; labelled: boolean }
  /** @param text - Frames as JSON, parted by commas. */
  | { readonly kind: "take"; frame: number; count: number; readonly text: string }
  | { readonly kind: "picture"; readonly frame: number; readonly bytes: Uint8Array }
  | { readonly kind: "ended"; readonly frames: number }
  | { readonly kind: "failed"; readonly failure: Failure }
  | { readonly kind: "fault"; readonly text: string };

/** Before somebody speaks, networks and compiled code are tried on so much of nothing, s. */
const WARM_SECONDS = 0.5;

/** Where the frames of a take go. */
interface Outlet {
  give(take: Take): void;
  /** Settled when all is told. */
  finish(): Promise<void>;
  readonly given: number;
}

function tellTakes(): Outlet {
  let given = 0;
  return {
    give(take) {
      const text = writeFrameLines(take, given).trimEnd().replaceAll("\n", ",");
      tell({ kind: "take", frame: given, count: take.frameCount, text });
      given += take.frameCount;
    },
    async finish() {},
    get given() {
      return given;
    },
  };
}

/** Has what is known drawn beside us. */
async function tellPictures(wish: DrawingWish) {
  const give = (frame: number, bytes: Uint8Array, left: () => void) => {
    process.send?.({ kind: "picture", frame, bytes } satisfies LiveNews, left);
  };
  const { width, height, labelled, append, finish } = await startDrawing(wish, give, tellError);
  let given = 0;
  const outlet: Outlet = {
    give(take) {
      append(take);
      given += take.frameCount;
    },
    finish,
    get given() {
      return given;
    },
  };
  return { outlet, ready: { kind: "ready", width, height, labelled } as const };
}

async function open(order: z.infer<typeof orderSchema>, on: NodeMachine) {
  const { hello, filmId } = order;
  const { label, fps } = hello.options;
  await refuseOptedOut(order, on);
  if (hello.want === "takes") {
    return { outlet: tellTakes(), ready: { kind: "ready", labelled: false } as const };
  }
  const { rig } = await rigOf({ ...order, options: order.cut, stem: order.rigStem }, on, {});
  const { consent, format } = hello;
  return tellPictures({ rig, options: { fps, label, consent, mark: { id: filmId } }, format });
}

/** Tries everything once, so that the first words do not wait for it. */
async function warm(acting: LivePerformance, rate: number): Promise<void> {
  await acting.push(new Float32Array(Math.round(WARM_SECONDS * rate)));
}

async function begin(order: z.infer<typeof orderSchema>) {
  const { sampleRate, options } = order.hello;
  const { direction } = await readFilmOptions(options);
  const machine = await openNode({ native: order.native, threads: order.threads });
  const style = await openDefaultStyle(machine.assets);
  const act = () =>
    performLive(sampleRate, machine, { ...direction, style }, LIVE_LOOK_AHEAD_SECONDS);
  await warm(act(), sampleRate);
  const acting = act();
  const { outlet, ready } = await open(order, machine);
  const queue = queueLive(acting, outlet.give);
  const hear = async (said: LiveSound) => {
    if (said !== "end") return queue.push(samplesOfPcm(said.sound));
    await queue.finish();
    await outlet.finish();
    tellEnd({ kind: "ended", frames: outlet.given });
  };
  return { hear, ready };
}

function tell(news: LiveNews): void {
  // Whoever is gone does not hear it; then "disconnect" ends us.
  process.send?.(news, () => undefined);
}

function tellEnd(news: LiveNews): void {
  process.send?.(news, () => process.exit(0));
}

function tellError(error: unknown): void {
  if (error instanceof FilmError) tellEnd({ kind: "failed", failure: withoutPaths(error) });
  else tellEnd({ kind: "fault", text: error instanceof Error ? `${error.stack}` : `${error}` });
}

// Whoever started us is gone: nobody listens.
process.on("disconnect", () => process.exit(1));
process.once("message", async (message) => {
  try {
    const { hear, ready } = await begin(orderSchema.parse(message));
    process.on("message", (said: LiveSound) => void hear(said).catch(tellError));
    tell(ready);
  } catch (error) {
    tellError(error);
  }
});
