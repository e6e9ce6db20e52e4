/** @file Frames that are still being made, shown by the clock: held when they run out, skipped when they pile up. */
import type { Take } from "../index.js";
import type { LiveView } from "../platform/browser.js";
import { makePlayhead } from "./playhead.js";

/** A portrait that follows somebody who speaks. */
export interface LiveShow {
  /** So much sound has come, seconds; for the delay that is told. */
  heard(seconds: number): void;
  /** Adds frames. */
  append(take: Take): void;
  /** The last frame stays. */
  end(): void;
}

const DELAY_SHARE = 0.05;

/**
 * Begins to show.
 *
 * @param onShown - Told of each frame that was drawn, and of how long after its sound it was seen, seconds.
 */
export function openLiveShow(view: LiveView, onShown: (delaySeconds: number) => void): LiveShow {
  const place = makePlayhead();
  let [known, isOver, isAsking] = [0, false, false];
  /** When the sound began, by the page's clock, seconds. */
  let began: number | undefined;
  let delay = 0;
  let added: Promise<void> = Promise.resolve();
  const now = () => performance.now() / 1000;
  const show = async () => {
    if (isAsking || known === 0) return;
    isAsking = true;
    const at = place(now(), known);
    const { index } = await view.show(at);
    isAsking = false;
    if (index === undefined || began === undefined) return;
    const late = now() - began - at;
    delay = delay === 0 ? late : delay + DELAY_SHARE * (late - delay);
    onShown(delay);
  };
  const tick = () => {
    if (isOver) return;
    void show();
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
  return {
    heard(seconds) {
      // The earliest that it can have begun: blocks are late now and then, never early.
      began = Math.min(began ?? Number.POSITIVE_INFINITY, now() - seconds);
    },
    append(take) {
      const isFirst = known === 0;
      added = added.then(() => (isFirst ? view.play(take) : view.append(take)));
      void added.then(() => {
        known += take.frameCount / take.fps;
      });
      if (isFirst) known = Number.EPSILON;
    },
    end() {
      isOver = true;
    },
  };
}
