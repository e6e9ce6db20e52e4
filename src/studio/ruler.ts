/** @file The ruler: seconds, and the stretch that is played over and over, drawn out with mouse or finger. */
import { make, part } from "./dom.js";
import type { LoopRange } from "./jobs.js";
import type { Words } from "./words.js";

/** Shorter stretches are slips of the hand, seconds. */
export const RANGE_LEAST_SECONDS = 0.2;
/** A pointer that moved less wants to go there, and draws nothing, px. */
const SLIP_PX = 4;
/** Between two marks there is at least so much, px; and what they may count, seconds. */
const MARK_PX = 64;
const MARK_SECONDS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600];
/** One press of an arrow, and one with Shift, seconds. */
const ARROW_SECONDS = [0.04, 0.4] as const;

/** The ruler on the page. */
export interface Ruler {
  show(durationSeconds: number, range: LoopRange | undefined): void;
}

/** What a ruler is told. */
export interface RulerEvents {
  seek(seconds: number): void;
  /** @param gesture - The same one as long as it is drawn. */
  range(range: LoopRange | undefined, gesture?: string): void;
  settle(): void;
}

/** A stretch between two times, as far as there is a voice; undefined if it is too short. */
export function rangeBetween(a: number, b: number, durationSeconds: number): LoopRange | undefined {
  const [from, to] = [Math.max(0, Math.min(a, b)), Math.min(durationSeconds, Math.max(a, b))];
  return to - from >= RANGE_LEAST_SECONDS ? { from, to } : undefined;
}

/** Opens the ruler. */
export function openRuler({ say }: Words, events: RulerEvents): Ruler {
  const ruler = part("ruler");
  const marks = make("div", { className: "marks" });
  const band = make("div", { className: "band", hidden: true });
  const veil = part("loop-veil");
  const clear = make("button", { type: "button", textContent: "×", title: say("loopClear") });
  clear.setAttribute("aria-label", say("loopClear"));
  const ends = (["from", "to"] as const).map((end) => {
    const handle = make("div", { className: `end ${end}`, tabIndex: 0 });
    handle.setAttribute("role", "slider");
    handle.setAttribute("aria-label", say(end === "from" ? "loopFrom" : "loopTo"));
    handle.setAttribute("aria-valuemin", "0");
    return { end, handle };
  });
  band.append(...ends.map(({ handle }) => handle), clear);
  ruler.append(marks, band);
  let duration = 0;
  let range: LoopRange | undefined;
  let count = 0;

  const secondsAt = (clientX: number) => {
    const { left, width } = ruler.getBoundingClientRect();
    return Math.max(0, Math.min(1, (clientX - left) / width)) * duration;
  };
  let held: { readonly x: number; readonly anchor: number; readonly isEnd: boolean } | undefined;
  ruler.addEventListener("pointerdown", (event) => {
    if (event.target === clear || event.button !== 0 || duration === 0) return;
    const end = ends.find(({ handle }) => handle === event.target)?.end;
    const anchor =
      end === undefined || range === undefined
        ? secondsAt(event.clientX)
        : range[end === "from" ? "to" : "from"];
    ruler.setPointerCapture(event.pointerId);
    held = { x: event.clientX, anchor, isEnd: end !== undefined };
    count++;
  });
  ruler.addEventListener("pointermove", ({ clientX }) => {
    if (held === undefined || (!held.isEnd && Math.abs(clientX - held.x) < SLIP_PX)) return;
    const drawn = rangeBetween(held.anchor, secondsAt(clientX), duration);
    if (drawn !== undefined) events.range(drawn, `loop ${count}`);
  });
  ruler.addEventListener("pointerup", ({ clientX }) => {
    const isSlip = held !== undefined && Math.abs(clientX - held.x) < SLIP_PX;
    if (isSlip && !held?.isEnd) events.seek(secondsAt(clientX));
    held = undefined;
    events.settle();
  });
  ruler.addEventListener("pointercancel", () => {
    held = undefined;
    events.settle();
  });
  clear.addEventListener("click", () => events.range(undefined));
  for (const { end, handle } of ends) {
    handle.addEventListener("keydown", (event) => {
      if (range === undefined) return;
      const step = ARROW_SECONDS[event.shiftKey ? 1 : 0];
      const steps: Readonly<Record<string, number>> = { ArrowLeft: -step, ArrowRight: step };
      const by = steps[event.key];
      if (event.key === "Delete" || event.key === "Escape") events.range(undefined);
      else if (by === undefined) return;
      else {
        const moved = { ...range, [end]: range[end] + by };
        const kept = moved.from < moved.to && rangeBetween(moved.from, moved.to, duration);
        if (kept) events.range(kept, `loop ${end} by arrows`);
      }
      event.preventDefault();
      event.stopPropagation();
    });
    handle.addEventListener("blur", () => events.settle());
  }

  const drawMarks = () => {
    if (duration === 0) return;
    const perPx = duration / Math.max(1, ruler.clientWidth);
    const step = MARK_SECONDS.find((seconds) => seconds >= MARK_PX * perPx) ?? 600;
    const texts = Array.from({ length: Math.floor(duration / step) + 1 }, (_, k) => k * step);
    marks.replaceChildren(
      ...texts.map((seconds) => {
        const mark = make("span", { textContent: markText(seconds, step) });
        mark.style.left = `${(100 * seconds) / duration}%`;
        return mark;
      }),
    );
  };
  new ResizeObserver(drawMarks).observe(ruler);
  return {
    show(durationSeconds, now) {
      if (duration !== durationSeconds) {
        duration = durationSeconds;
        drawMarks();
      }
      range = now;
      for (const each of [band, veil]) each.hidden = range === undefined;
      if (range === undefined) return;
      for (const each of [band, veil]) {
        each.style.left = `${(100 * range.from) / duration}%`;
        each.style.width = `${(100 * (range.to - range.from)) / duration}%`;
      }
      for (const { end, handle } of ends) {
        handle.setAttribute("aria-valuemax", duration.toFixed(2));
        handle.setAttribute("aria-valuenow", range[end].toFixed(2));
        handle.setAttribute("aria-valuetext", `${range[end].toFixed(2)} s`);
      }
    },
  };
}

function markText(seconds: number, step: number): string {
  if (seconds >= 60) {
    return `${Math.floor(seconds / 60)}:${`${Math.round(seconds % 60)}`.padStart(2, "0")}`;
  }
  return step < 1 ? seconds.toFixed(1) : `${seconds}`;
}
