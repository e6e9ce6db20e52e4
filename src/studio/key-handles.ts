/** @file Keys on the timeline: each a button that is dragged with mouse or finger, and moved by arrows. */
import type { Edit, Key } from "../index.js";
import { make, part } from "./dom.js";
import { type KeyLane, type KeyPlace, keyAt, keysOf } from "./edit-keys.js";
import { heightOf, LANES, type Lane, shownRange, valueAt } from "./lanes.js";
import type { Words } from "./words.js";

/** Keys stand on frames: what they say is seen in full there. */
const KEY_FPS = 25;
/** One press of an arrow: frames, and a share of what a key may push; with Shift so many times more. */
const ARROW_SHARE = 0.025;
const ARROW_BOLD = 5;
/** With Shift a pointer moves the value by this share. */
const FINE = 0.25;

/** What handles are told. */
export interface HandleEvents {
  select(place: KeyPlace): void;
  /** @param gesture - The same one as long as a key is held. */
  move(place: KeyPlace, to: Key, gesture: string): void;
  remove(place: KeyPlace): void;
  /** The key was let go. */
  settle(): void;
}

/** The handles of all keys that are seen. */
export interface Handles {
  show(edit: Edit, durationSeconds: number, selected: KeyPlace | undefined): void;
  focus(place: KeyPlace): void;
}

/** The time of the frame that is seen then, seconds. */
export function onFrame(seconds: number, durationSeconds: number): number {
  const last = Math.max(0, Math.ceil(durationSeconds * KEY_FPS) - 1);
  const frame = Math.max(0, Math.min(last, Math.floor(seconds * KEY_FPS + 1e-6)));
  return (frame + 0.5) / KEY_FPS;
}

/** How a key's value is said: degrees, or a percentage of what its lane may push. */
export function valueText(lane: KeyLane, value: number): string {
  const isAngle = lane.includes(".");
  return isAngle ? `${value.toFixed(1)}°` : `${Math.round(100 * value)} %`;
}

/** Puts handles over the track. @param chosen - Which keys each lane shows. */
export function openHandles(
  words: Words,
  chosen: (lane: Lane) => KeyLane | undefined,
  events: HandleEvents,
): Handles {
  const root = part("keys");
  const handles = new Map<string, HTMLButtonElement>();
  let edit: Edit = { lanes: {} };
  let duration = 0;

  const handleOf = (lane: Lane, place: KeyPlace) => {
    const id = idOf(place);
    const known = handles.get(id);
    if (known !== undefined) return known;
    const handle = make("button", { type: "button", className: "key" });
    handle.dataset.lane = place.lane;
    handle.dataset.index = `${place.index}`;
    handle.setAttribute("aria-roledescription", words.say("key"));
    handle.setAttribute("aria-keyshortcuts", "ArrowLeft ArrowRight ArrowUp ArrowDown Delete");
    handle.addEventListener("focus", () => events.select(place));
    listenToPointer(handle, lane, place);
    listenToKeys(handle, place);
    handles.set(id, handle);
    root.append(handle);
    return handle;
  };

  function listenToPointer(handle: HTMLButtonElement, lane: Lane, place: KeyPlace): void {
    let held: { readonly x: number; readonly y: number; readonly key: Key } | undefined;
    let count = 0;
    handle.addEventListener("pointerdown", (event) => {
      const key = keyAt(edit, place);
      if (key === undefined || event.button !== 0) return;
      event.stopPropagation();
      handle.setPointerCapture(event.pointerId);
      held = { x: event.clientX, y: event.clientY, key };
      count++;
      handle.focus({ preventScroll: true });
      events.select(place);
    });
    handle.addEventListener("pointermove", ({ clientX, clientY, shiftKey }) => {
      if (held === undefined) return;
      const perPx = duration / Math.max(1, root.clientWidth);
      const down = (clientY - held.y) * (shiftKey ? FINE : 1);
      const from = heightOf(lane, place.lane, held.key.value);
      const seconds = onFrame(held.key.seconds + (clientX - held.x) * perPx, duration);
      const value = down === 0 ? held.key.value : valueAt(lane, place.lane, from + down);
      events.move(place, { seconds, value }, `${idOf(place)} held ${count}`);
    });
    const letGo = () => {
      held = undefined;
      events.settle();
    };
    handle.addEventListener("pointerup", letGo);
    handle.addEventListener("pointercancel", letGo);
  }

  function listenToKeys(handle: HTMLButtonElement, place: KeyPlace): void {
    handle.addEventListener("keydown", (event) => {
      const key = keyAt(edit, place);
      if (key === undefined || event.ctrlKey || event.metaKey) return;
      const size = event.shiftKey ? ARROW_BOLD : 1;
      const [bottom, top] = shownRange(place.lane);
      const up = ARROW_SHARE * (top - bottom) * size;
      const steps: Readonly<Record<string, readonly [seconds: number, value: number]>> = {
        ArrowLeft: [-size / KEY_FPS, 0],
        ArrowRight: [size / KEY_FPS, 0],
        ArrowUp: [0, up],
        ArrowDown: [0, -up],
      };
      const step = steps[event.key];
      if (event.key === "Delete" || event.key === "Backspace") events.remove(place);
      else if (step === undefined) return;
      else {
        const [later, more] = step;
        const seconds = onFrame(key.seconds + later, duration);
        events.move(place, { seconds, value: key.value + more }, `${idOf(place)} by arrows`);
      }
      event.preventDefault();
      event.stopPropagation();
    });
    handle.addEventListener("blur", () => events.settle());
  }

  return {
    show(now, durationSeconds, selected) {
      edit = now;
      duration = durationSeconds;
      const seen = new Set<string>();
      for (const lane of LANES) {
        const keyed = chosen(lane);
        if (keyed === undefined) continue;
        keysOf(edit, keyed).forEach((key, index) => {
          const place = { lane: keyed, index };
          const handle = handleOf(lane, place);
          seen.add(idOf(place));
          const isSelected = selected !== undefined && idOf(selected) === idOf(place);
          handle.classList.toggle("selected", isSelected);
          putAt(handle, lane, keyed, key, duration);
          handle.setAttribute("aria-label", labelOf(words, keyed, key));
        });
      }
      for (const [id, handle] of handles) {
        if (seen.has(id)) continue;
        handles.delete(id);
        handle.remove();
      }
      putInOrder(root);
    },
    focus(place) {
      handles.get(idOf(place))?.focus({ preventScroll: true });
    },
  };
}

function putAt(
  handle: HTMLElement,
  lane: Lane,
  keyed: KeyLane,
  { seconds, value }: Key,
  duration: number,
): void {
  handle.style.left = `${100 * Math.min(1, seconds / Math.max(duration, 1e-3))}%`;
  handle.style.top = `${heightOf(lane, keyed, value)}px`;
  handle.dataset.seconds = `${seconds}`;
}

function labelOf({ say }: Words, lane: KeyLane, { seconds, value }: Key): string {
  return say("keyLabel", {
    lane: say(`keys_${lane}`),
    seconds: seconds.toFixed(2),
    value: valueText(lane, value),
  });
}

/** Tab goes through each lane in the order of time. Whoever moves a key keeps it under the finger. */
function putInOrder(root: HTMLElement): void {
  if (root.contains(document.activeElement)) return;
  const rank = (handle: HTMLElement) => Number.parseFloat(handle.style.top);
  const laneOf = (handle: HTMLElement) =>
    LANES.findIndex(({ keyed }) => keyed.some((lane) => lane === handle.dataset.lane));
  const all = [...root.querySelectorAll<HTMLElement>(".key")];
  const before = (a: HTMLElement, b: HTMLElement) =>
    laneOf(a) - laneOf(b) ||
    Number(a.dataset.seconds) - Number(b.dataset.seconds) ||
    rank(a) - rank(b);
  root.append(...all.toSorted(before));
}

function idOf({ lane, index }: KeyPlace): string {
  return `${lane} ${index}`;
}
