/**
 * @file The timeline: what is heard and what the portrait does, lane under lane. A click goes there, a double
 * click or tap sets a key; keys, the loop and what is chosen are shown on top.
 */
import type { Edit, LayerName, Take } from "../index.js";
import { make, part } from "./dom.js";
import {
  addKey,
  hasKeys,
  type KeyLane,
  type KeyPlace,
  keyAt,
  moveKey,
  removeKey,
} from "./edit-keys.js";
import type { HeardVoice, LoopRange, Settings } from "./jobs.js";
import { onFrame, openHandles } from "./key-handles.js";
import { drawLanes } from "./lane-drawing.js";
import { GAP_PX, LANES, type Lane, laneAt, valueAt } from "./lanes.js";
import { openRuler, rangeBetween } from "./ruler.js";
import type { Words } from "./words.js";

/** One press of an arrow, seconds. */
const ARROW_SECONDS = 0.2;
/** Two taps are one double tap within so long, ms, and so near, px. */
const DOUBLE_MS = 400;
const DOUBLE_PX = 16;
/** How often all of it is as wide as what is seen. */
const ZOOM_MOST = 16;

/** A timeline on the page. */
export interface Timeline {
  /** The key that is chosen. */
  readonly selected: KeyPlace | undefined;
  show(voice: HeardVoice | undefined, take: Take | undefined): void;
  /** Shows keys and the loop of these. */
  set(settings: Settings): void;
  /** Moves the line that says where it is. */
  at(seconds: number): void;
  /** Begins, or ends, the loop where the playhead is. */
  mark(end: keyof LoopRange): void;
  /** Moves a key, or takes it away, and shows the face there. */
  move(
    place: KeyPlace,
    to: { readonly seconds: number; readonly value: number },
    gesture: string,
  ): void;
  remove(place: KeyPlace): void;
}

/** What a timeline is told. */
export interface TimelineEvents {
  seek(seconds: number): void;
  /** A key is held: the face is to be seen there, unless it plays. */
  peek(seconds: number): void;
  reroll(layer: LayerName): void;
  /** @param gesture - The same one as long as something is held. */
  edit(of: (edit: Edit) => Edit, gesture?: string): void;
  range(range: LoopRange | undefined, gesture?: string): void;
  settle(): void;
  /** Another key was chosen, or none. */
  select(): void;
}

/** Puts the lanes into the page. */
export function openTimeline(words: Words, first: Settings, events: TimelineEvents): Timeline {
  const track = part("track");
  const canvas = part<HTMLCanvasElement>("curves");
  const playhead = part("playhead");
  const scroller = part("scroller");
  let voice: HeardVoice | undefined;
  let take: Take | undefined;
  let settings = first;
  let selected: KeyPlace | undefined;
  let seconds = 0;
  let zoom = 1;
  const chosenKeys = new Map<Lane, KeyLane>();
  const chosen = (lane: Lane) => chosenKeys.get(lane) ?? lane.keyed[0];
  const duration = () => voice?.durationSeconds ?? 0;

  const select = (place: KeyPlace | undefined) => {
    if (place?.lane === selected?.lane && place?.index === selected?.index) return;
    selected = place;
    showKeys();
    events.select();
  };
  const move: Timeline["move"] = (place, to, gesture) => {
    events.edit((edit) => moveKey(edit, place, to), gesture);
    events.peek(to.seconds);
  };
  const remove = (place: KeyPlace) => {
    selected = undefined;
    events.edit((edit) => removeKey(edit, place));
    events.select();
    track.focus({ preventScroll: true });
  };
  const add = (lane: Lane, at: number, value?: number) => {
    const keyed = chosen(lane);
    if (keyed === undefined || voice === undefined) return;
    const when = onFrame(at, duration());
    const [, place] = addKey(settings.edit, keyed, when, value, settings.emotion);
    selected = place;
    events.edit((edit) => addKey(edit, keyed, when, value, settings.emotion)[0]);
    events.peek(when);
    events.select();
    handles.focus(place);
  };
  const handles = openHandles(words, chosen, { select, move, remove, settle: events.settle });
  const ruler = openRuler(words, events);
  const names = nameLanes(words, {
    reroll: events.reroll,
    add: (lane) => add(lane, seconds),
    choose(lane, keyed) {
      chosenKeys.set(lane, keyed);
      if (lane.keyed.some((name) => name === selected?.lane)) select(undefined);
      draw();
      showKeys();
    },
  });

  const draw = () => {
    drawLanes(canvas, track.clientWidth, { voice, take, settings, chosen }, words);
    showPlayhead();
  };
  const showKeys = () => {
    handles.show(settings.edit, duration(), selected);
    ruler.show(duration(), settings.range);
    names.show(settings.edit);
  };
  const showPlayhead = () => {
    const share = duration() > 0 ? seconds / duration() : 0;
    playhead.style.translate = `${share * track.clientWidth}px`;
    track.setAttribute("aria-valuenow", seconds.toFixed(1));
    track.setAttribute("aria-valuetext", `${seconds.toFixed(1)} s`);
  };
  new ResizeObserver(draw).observe(track);
  for (const scheme of ["dark", "light"]) {
    matchMedia(`(prefers-color-scheme: ${scheme})`).addEventListener("change", draw);
  }

  const placeOf = ({ clientX, clientY }: MouseEvent) => {
    const { left, top, width } = track.getBoundingClientRect();
    const share = Math.max(0, Math.min(1, (clientX - left) / width));
    return { at: share * duration(), y: clientY - top };
  };
  const addAt = (event: MouseEvent) => {
    const { at, y } = placeOf(event);
    const lane = laneAt(y);
    const keyed = lane && chosen(lane);
    if (lane !== undefined && keyed !== undefined) add(lane, at, valueAt(lane, keyed, y));
  };
  let isTouched = false;
  let tap = { time: Number.NEGATIVE_INFINITY, x: 0, y: 0 };
  track.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const isDouble =
      event.pointerType === "touch" &&
      event.timeStamp - tap.time < DOUBLE_MS &&
      Math.hypot(event.clientX - tap.x, event.clientY - tap.y) < DOUBLE_PX;
    isTouched = event.pointerType === "touch";
    if (isDouble) {
      event.preventDefault();
      tap = { ...tap, time: Number.NEGATIVE_INFINITY };
      addAt(event);
      return;
    }
    tap = { time: event.timeStamp, x: event.clientX, y: event.clientY };
    select(undefined);
    track.setPointerCapture(event.pointerId);
    events.seek(placeOf(event).at);
  });
  // Not every browser knows double clicks of fingers.
  track.addEventListener("dblclick", (event) => {
    if (!isTouched) addAt(event);
  });
  track.addEventListener("pointermove", (event) => {
    if (track.hasPointerCapture(event.pointerId)) events.seek(placeOf(event).at);
  });
  track.addEventListener("keydown", (event) => {
    const places: Readonly<Record<string, number>> = {
      ArrowLeft: seconds - ARROW_SECONDS,
      ArrowRight: seconds + ARROW_SECONDS,
      Home: 0,
      End: duration(),
    };
    const place = places[event.key];
    if (place === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    events.seek(place);
  });

  /** What the playhead shows stays where it is. */
  const zoomBy = (factor: number) => {
    zoom = Math.max(1, Math.min(ZOOM_MOST, zoom * factor));
    part("tracks").style.width = `${100 * zoom}%`;
    part<HTMLButtonElement>("zoom-out").disabled = zoom === 1;
    part<HTMLButtonElement>("zoom-in").disabled = zoom === ZOOM_MOST;
    draw();
    follow(0.5);
  };
  const follow = (share: number) => {
    if (zoom === 1 || duration() === 0) return;
    const x = (seconds / duration()) * track.clientWidth;
    scroller.scrollLeft = x - share * scroller.clientWidth;
  };
  part("zoom-in").addEventListener("click", () => zoomBy(2));
  part("zoom-out").addEventListener("click", () => zoomBy(0.5));

  return {
    get selected() {
      return selected;
    },
    show(heard, acted) {
      if (voice !== heard) selected = undefined;
      voice = heard;
      take = acted;
      track.setAttribute("aria-valuemax", duration().toFixed(1));
      draw();
      showKeys();
    },
    set(now) {
      settings = now;
      if (selected !== undefined && keyAt(now.edit, selected) === undefined) selected = undefined;
      draw();
      showKeys();
    },
    at(now) {
      const wasThere = now === seconds;
      seconds = now;
      showPlayhead();
      if (wasThere) return;
      const x = (seconds / Math.max(duration(), 1e-3)) * track.clientWidth - scroller.scrollLeft;
      if (x < 0 || x > scroller.clientWidth) follow(0.1);
    },
    mark(end) {
      if (duration() === 0) return;
      const other =
        end === "from" ? (settings.range?.to ?? duration()) : (settings.range?.from ?? 0);
      const isTurned = end === "from" ? seconds >= other : seconds <= other;
      const kept = isTurned ? (end === "from" ? duration() : 0) : other;
      const range = rangeBetween(seconds, kept, duration());
      if (range !== undefined) events.range(range);
    },
    move,
    remove,
  };
}

/** What the names of lanes are told. */
interface NameEvents {
  reroll(layer: LayerName): void;
  /** Sets a key at the playhead. */
  add(lane: Lane): void;
  /** Shows other keys of a lane. */
  choose(lane: Lane, keyed: KeyLane): void;
}

/** Names lanes. @returns What marks the names of lanes in which there are keys. */
function nameLanes({ say }: Words, events: NameEvents): { show(edit: Edit): void } {
  const marks: ((edit: Edit) => void)[] = [];
  const button = (className: string, text: string, title: string, click: () => void) => {
    const made = make("button", { type: "button", className, textContent: text, title });
    made.setAttribute("aria-label", title);
    made.addEventListener("click", click);
    return made;
  };
  for (const lane of LANES) {
    const { name, heightPx, layer, keyed } = lane;
    const text = say(`lane_${name}`);
    const item = make("li");
    item.style.height = `${heightPx}px`;
    item.style.marginBottom = `${GAP_PX}px`;
    if (keyed.length > 1) {
      const choice = make("select", { title: text });
      choice.dataset.lane = name;
      choice.setAttribute("aria-label", text);
      const options = keyed.map((one) => new Option(say(`keys_${one}`), one));
      choice.append(...options);
      choice.addEventListener("change", () => {
        const one = keyed[choice.selectedIndex];
        if (one !== undefined) events.choose(lane, one);
      });
      marks.push((edit) => {
        keyed.forEach((one, k) => {
          const option = options[k];
          if (option) option.text = `${say(`keys_${one}`)}${hasKeys(edit, one) ? " ◆" : ""}`;
        });
      });
      item.append(choice);
    } else item.append(make("span", { textContent: text }));
    if (layer !== undefined) {
      const again = button("", "↻", say("reroll", { lane: text }), () => events.reroll(layer));
      again.dataset.layer = layer;
      item.append(again);
    }
    if (keyed.length > 0) {
      const add = button("add", "+", say("keyAdd", { lane: text }), () => events.add(lane));
      add.dataset.add = name;
      item.append(add);
    }
    part("lane-names").append(item);
  }
  return {
    show(edit) {
      for (const mark of marks) mark(edit);
    },
  };
}
