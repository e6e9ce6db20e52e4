/** @file What is saved: films, takes, curves, sheets; with progress, and a way to stop. */
import type { Consent } from "../index.js";
import { make, part } from "./dom.js";
import { type Job, JobStopped, type StudioThread } from "./thread-calls.js";
import type { Words } from "./words.js";

/** What saving needs of the studio. */
export interface SavingEvents {
  /** Called before a film is made: drawing needs the processors. */
  begin(): void;
  /** What is declared, and how the files are called before their ending. */
  wish(): { readonly consent: Consent | undefined; readonly name: string };
  failed(error: unknown): void;
}

const ENDINGS = {
  ...{ mp4: ".mp4", webm: ".webm", json: ".take.json", csv: ".csv", sheet: ".expressions.png" },
} as const;

/** What can be saved. */
type Kind = keyof typeof ENDINGS;

/** Listens to the buttons that save. */
export function openSaving(thread: StudioThread, words: Words, events: SavingEvents): void {
  const buttons = [...document.querySelectorAll<HTMLButtonElement>("[data-save]")];
  const saved = part("saved");
  let running: Job<Blob> | undefined;
  let lastUrl: string | undefined;
  part("cancel").addEventListener("click", () => running?.cancel());
  const save = async (kind: Kind) => {
    const { consent, name } = events.wish();
    if (consent === undefined) return;
    const show = (share?: number) => showShare(words.say("stage_film"), share);
    saved.textContent = "";
    running = jobOf(thread, kind, consent, show);
    if (kind === "mp4" || kind === "webm") {
      events.begin();
      show(0);
    }
    const file = name + ENDINGS[kind];
    const blob = await running.result;
    if (lastUrl !== undefined) URL.revokeObjectURL(lastUrl);
    lastUrl = URL.createObjectURL(blob);
    const link = make("a", { href: lastUrl, download: file, textContent: file });
    const [before = "", after = ""] = words.say("saved", { name: "\n" }).split("\n");
    saved.replaceChildren(before, link, `${after} (${(blob.size / 1e6).toFixed(1)} MB)`);
    link.click();
  };
  for (const button of buttons) {
    button.addEventListener("click", async () => {
      for (const each of buttons) each.disabled = true;
      try {
        await save(button.dataset.save as Kind);
      } catch (error) {
        if (error instanceof JobStopped) saved.textContent = words.say("stopped");
        else events.failed(error);
      }
      running = undefined;
      showShare("");
      for (const each of buttons) each.disabled = false;
    });
  }
}

function jobOf(
  thread: StudioThread,
  kind: Kind,
  consent: Consent,
  show: (share: number) => void,
): Job<Blob> {
  if (kind === "sheet") return thread.ask("sheet", {});
  if (kind === "json" || kind === "csv") return thread.ask("take", { as: kind });
  return thread.ask("film", { container: kind, consent }, (_, share) => show(share));
}

/** @param share - Absent where nothing is being made. */
function showShare(text: string, share?: number): void {
  part("saving").hidden = share === undefined;
  if (share === undefined) return;
  part("saving-said").textContent = `${text} · ${Math.round(100 * share)} %`;
  part<HTMLProgressElement>("saving-share").value = share;
}
