/**
 * @file A process that follows one order and ends. Files that strangers sent are opened here and nowhere
 * else: what they break is this process, which holds no keys of callers and no store.
 */
import { constants, setPriority } from "node:os";
import { FilmError, type Progress, type Run } from "../index.js";
import { joinFilm, makeFilm, makeRig, makeSegment } from "./film-making.js";
import { type FilmNews, type Made, type Order, orderSchema } from "./film-orders.js";
import { withoutPaths } from "./strangers.js";

function follow(order: Order, run: Run): Promise<Made> {
  switch (order.kind) {
    case "rig":
      return makeRig(order, run);
    case "segment":
      return makeSegment(order, run);
    case "join":
      return joinFilm(order, run);
    default:
      return makeFilm(order, run);
  }
}

function tell(news: FilmNews): void {
  // Whoever is gone does not hear it; then "disconnect" ends us.
  process.send?.(news, () => undefined);
}

function tellEnd(news: FilmNews): void {
  process.send?.(news, () => process.exit(0));
}

// Whoever asks where his film is must not wait for films.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
// Whoever started us is gone: nobody waits for the film.
process.on("disconnect", () => process.exit(1));
process.once("message", async (message) => {
  try {
    const onProgress = (progress: Progress) => tell({ kind: "progress", progress });
    tellEnd(await follow(orderSchema.parse(message), { onProgress }));
  } catch (error) {
    if (error instanceof FilmError) tellEnd({ kind: "failed", failure: withoutPaths(error) });
    else tellEnd({ kind: "fault", text: error instanceof Error ? `${error.stack}` : `${error}` });
  }
});
