/** @file Whose manner the portrait has: the usual one, or a style's from a file. */
import { make, part } from "./dom.js";
import type { Settings } from "./jobs.js";
import type { StudioThread } from "./thread-calls.js";
import type { Words } from "./words.js";

/** What is told of styles. */
export interface StyleEvents {
  change(of: (settings: Settings) => Settings): void;
  failed(error: unknown): void;
}

/** The choice of a manner. */
export interface StyleChoice {
  show(settings: Settings): void;
}

/** Puts the choice below the others. */
export function openStyles(thread: StudioThread, { say }: Words, events: StyleEvents): StyleChoice {
  const select = make("select", { id: "style" }, new Option(say("style_usual"), "0"));
  const file = make("input", { type: "file", accept: ".style", hidden: true, tabIndex: -1 });
  file.id = "style-file";
  const load = make("button", { type: "button", id: "style-load", textContent: say("styleLoad") });
  const choose = (style: number) => events.change((settings) => ({ ...settings, style }));
  select.addEventListener("change", () => choose(select.selectedIndex));
  load.addEventListener("click", () => file.click());
  file.addEventListener("change", async () => {
    const chosen = file.files?.[0];
    file.value = "";
    if (chosen === undefined) return;
    try {
      const { index, name } = await thread.ask("style", { file: chosen }).result;
      select.append(new Option(name, `${index}`));
      choose(index);
    } catch (error) {
      events.failed(error);
    }
  });
  const label = make("label", { className: "choice" }, make("span", { textContent: say("style") }));
  label.append(select);
  part("choices").append(label, make("div", { className: "row" }, load, file));
  return {
    show({ style }) {
      select.selectedIndex = style;
    },
  };
}
