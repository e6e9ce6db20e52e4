/** @file Under the timeline: the key that is chosen, in numbers; and edits as files. */
import { type Edit, EMOTIONS, type EmotionMix, type EmotionName, type Key } from "../index.js";
import { make, part } from "./dom.js";
import {
  hasKeys,
  type KeyPlace,
  keyAt,
  mixAt,
  rangeOf,
  strengthOf,
  strongestOf,
} from "./edit-keys.js";
import type { Words } from "./words.js";

/** The bar. */
export interface KeyBar {
  show(edit: Edit, durationSeconds: number, selected: KeyPlace | undefined): void;
}

/** What the bar is told. */
export interface KeyBarEvents {
  /** @param gesture - The same one as long as one field is written in. */
  move(place: KeyPlace, to: Key, gesture: string): void;
  feel(place: KeyPlace, mix: EmotionMix): void;
  remove(place: KeyPlace): void;
  settle(): void;
  clear(): void;
  save(): void;
  open(file: Blob): void;
}

/** What a feeling begins with that is chosen where there was none. */
const FEELING_USUAL = 0.8;

/** Opens the bar. */
export function openKeyBar({ say }: Words, events: KeyBarEvents): KeyBar {
  const bar = part("key-bar");
  let edit: Edit = { lanes: {} };
  let place: KeyPlace | undefined;

  const name = make("b");
  const seconds = make("input", { type: "number", id: "key-seconds", min: "0", step: "0.04" });
  const value = make("input", { type: "number", id: "key-value" });
  const unit = make("span");
  const feeling = make("select", { id: "key-feeling" });
  feeling.setAttribute("aria-label", say("feelings"));
  for (const emotion of EMOTIONS) feeling.append(new Option(say(emotion), emotion));
  const remove = make("button", {
    type: "button",
    id: "key-remove",
    textContent: say("keyRemove"),
  });
  const field = (text: string, ...inside: (Node | string)[]) =>
    make("label", {}, make("span", { textContent: text }), ...inside);
  const chosen = make(
    "div",
    { className: "chosen" },
    name,
    feeling,
    field(say("keyTime"), seconds, "s"),
    field(say("keyValue"), value, unit),
    remove,
  );
  const hint = make("p", { className: "dim", textContent: say("keyHint") });
  const file = make("input", { type: "file", accept: ".json,application/json", hidden: true });
  file.id = "edit-file";
  const button = (id: string, text: string, title: string) => {
    const made = make("button", { type: "button", id, textContent: text, title });
    made.setAttribute("aria-label", title);
    return made;
  };
  const open = button("edit-open", say("open"), say("editOpen"));
  const save = button("edit-save", say("save"), say("editSave"));
  const clear = button("edit-clear", say("clear"), say("editClear"));
  bar.append(chosen, hint, make("div", { className: "files" }, file, open, save, clear));

  const write = () => {
    const before = place && keyAt(edit, place);
    if (place === undefined || before === undefined) return;
    const perUnit = unitOf(place);
    const read = (input: HTMLInputElement, old: number, per: number) =>
      Number.isFinite(input.valueAsNumber) ? input.valueAsNumber / per : old;
    const to = {
      seconds: read(seconds, before.seconds, 1),
      value: read(value, before.value, perUnit),
    };
    events.move(place, to, `${place.lane} ${place.index} written`);
  };
  for (const input of [seconds, value]) {
    input.addEventListener("input", write);
    input.addEventListener("change", () => events.settle());
  }
  feeling.addEventListener("change", () => {
    const mix = mixAt(edit, place);
    if (place === undefined || mix === undefined) return;
    const size = strengthOf(mix) || FEELING_USUAL;
    const felt = feeling.value as EmotionName;
    events.feel(place, felt === "neutral" ? {} : { [felt]: size });
  });
  remove.addEventListener("click", () => place && events.remove(place));
  open.addEventListener("click", () => file.click());
  file.addEventListener("change", () => {
    const [first] = file.files ?? [];
    if (first !== undefined) events.open(first);
    file.value = "";
  });
  save.addEventListener("click", () => events.save());
  clear.addEventListener("click", () => events.clear());

  return {
    show(now, durationSeconds, selected) {
      edit = now;
      place = selected;
      const key = place && keyAt(edit, place);
      chosen.hidden = key === undefined;
      hint.hidden = key !== undefined;
      save.disabled = !hasKeys(edit);
      clear.disabled = !hasKeys(edit);
      if (place === undefined || key === undefined) return;
      const [least, most] = rangeOf(place.lane);
      const perUnit = unitOf(place);
      const mix = mixAt(edit, place);
      name.textContent = say(`keys_${place.lane}`);
      feeling.hidden = mix === undefined;
      if (mix !== undefined) feeling.value = strongestOf(mix);
      value.disabled = mix !== undefined && strengthOf(mix) === 0;
      unit.textContent = perUnit === 1 ? "°" : "%";
      Object.assign(value, { min: `${perUnit * least}`, max: `${perUnit * most}`, step: "1" });
      seconds.max = durationSeconds.toFixed(2);
      // Whoever writes a number must not have it changed under his hands.
      if (document.activeElement !== seconds) seconds.value = key.seconds.toFixed(2);
      if (document.activeElement !== value)
        value.value = `${Math.round(10 * perUnit * key.value) / 10}`;
    },
  };
}

/** What is written for 1: degrees as they are, shares as percent. */
function unitOf({ lane }: KeyPlace): number {
  return lane.includes(".") ? 1 : 100;
}
