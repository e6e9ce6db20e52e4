/** @file Two smaller dialogs: a portrait's expressions, and the keys and films that this browser keeps. */
import {
  eraseBrowserTrust,
  exportBrowserTrust,
  openZip,
  readBrowserTrust,
} from "../platform/browser.js";
import { make, part } from "./dom.js";
import { failureText } from "./saving.js";
import type { StudioThread } from "./thread-calls.js";
import type { Words } from "./words.js";

/** Shows the expression sheet. @param nameNow - How files are called before their ending. */
export function openSheet(thread: StudioThread, words: Words, nameNow: () => string): void {
  const picture = part<HTMLImageElement>("sheet-picture");
  const save = part<HTMLAnchorElement>("sheet-save");
  const work = part("sheet-work");
  let url: string | undefined;
  part("sheet-open").addEventListener("click", async () => {
    for (const old of [picture, save]) old.hidden = true;
    work.textContent = `${words.say("stage_sheet")} …`;
    work.hidden = false;
    part<HTMLDialogElement>("sheet").showModal();
    try {
      const blob = await thread.ask("sheet", {}).result;
      if (url !== undefined) URL.revokeObjectURL(url);
      url = URL.createObjectURL(blob);
      Object.assign(picture, { src: url, alt: words.say("sheetTitle") });
      Object.assign(save, { href: url, download: `${nameNow()}.expressions.png` });
      for (const shown of [picture, save]) shown.hidden = false;
      work.hidden = true;
    } catch (error) {
      work.textContent = failureText(words, error) ?? words.say("crash");
    }
  });
}

/** Shows what is kept of this browser's films, saves a copy of it, and erases it. */
export function openKeys({ say }: Words, failed: (error: unknown) => void): void {
  const said = part("keys-said");
  const erase = part<HTMLButtonElement>("keys-erase");
  const save = part<HTMLButtonElement>("keys-export");
  const show = async () => {
    erase.textContent = say("keysErase");
    // What it was last time is not true any more.
    said.textContent = "";
    const { anchors, entries } = await readBrowserTrust();
    const isEmpty = anchors.length + entries.length === 0;
    erase.disabled = isEmpty;
    save.disabled = isEmpty;
    const films =
      entries.length === 1 ? say("keysOne") : say("keysSome", { films: `${entries.length}` });
    said.textContent = isEmpty ? say("keysNone") : films;
  };
  part("keys-open").addEventListener("click", () => {
    part<HTMLDialogElement>("signing-keys").showModal();
    show().catch(failed);
  });
  save.addEventListener("click", async () => {
    try {
      const zip = openZip();
      for (const [path, content] of await exportBrowserTrust()) await zip.add(path, content);
      const url = URL.createObjectURL(zip.finish());
      make("a", { href: url, download: "ritratto-keys.zip" }).click();
      URL.revokeObjectURL(url);
    } catch (error) {
      failed(error);
    }
  });
  erase.addEventListener("click", async () => {
    if (erase.textContent !== say("keysEraseSure")) {
      erase.textContent = say("keysEraseSure");
      return;
    }
    try {
      await eraseBrowserTrust();
      await show();
      said.textContent = say("keysErased");
    } catch (error) {
      failed(error);
    }
  });
}
