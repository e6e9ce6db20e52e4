/** @file What is saved: films, pictures, takes, curves, sheets; with progress, and a way to stop. */
import type { Consent } from "../index.js";
import type { ChosenFolder } from "../platform/browser.js";
import { make, part } from "./dom.js";
import type { FilmKind, Look, MadeFilm } from "./jobs.js";
import { sayTime } from "./look.js";
import { type Job, JobFailed, JobStopped, type StudioThread } from "./thread-calls.js";
import type { Word, Words } from "./words.js";

/** What saving needs of the studio. */
export interface SavingEvents {
  /** Called before a film is made: drawing needs the processors. */
  begin(): void;
  /** What is declared and wished, and how the files are called before their ending. */
  wish(): {
    readonly consent: Consent | undefined;
    readonly name: string;
    readonly look: Look;
    /** Where one frame is taken, seconds. */
    readonly atSeconds: number;
  };
  made(film: MadeFilm): void;
  failed(error: unknown): void;
}

/** Saves. */
export interface Saving {
  /** @param folder - Where pictures go; into a zip without. */
  film(kind: FilmKind, folder?: ChosenFolder): void;
}

const ENDINGS = {
  ...{ mp4: ".mp4", webm: ".webm", frames: ".zip", frame: ".still.png" },
  ...{ json: ".take.json", csv: ".csv", sheet: ".expressions.png" },
} as const;

/** What can be saved. */
type Kind = keyof typeof ENDINGS;

/** Stages of making a film that have a name. */
const STAGES: Readonly<Record<string, Word>> = {
  portrait: "stage_portrait",
  rig: "stage_rig",
  film: "stage_film",
};

/** Listens to the buttons that save. */
export function openSaving(thread: StudioThread, words: Words, events: SavingEvents): Saving {
  const { say } = words;
  const buttons = [...document.querySelectorAll<HTMLButtonElement>("[data-save], #look-open")];
  const saved = part("saved");
  let running: Job<unknown> | undefined;
  let lastUrl: string | undefined;
  part("cancel").addEventListener("click", () => running?.cancel());

  const hand = (blob: Blob, name: string) => {
    if (lastUrl !== undefined) URL.revokeObjectURL(lastUrl);
    lastUrl = URL.createObjectURL(blob);
    const link = make("a", { href: lastUrl, download: name, textContent: name });
    const [before = "", after = ""] = say("saved", { name: "\n" }).split("\n");
    saved.replaceChildren(before, link, `${after} (${(blob.size / 1e6).toFixed(1)} MB)`);
    link.click();
  };
  const saveFilm = async (kind: FilmKind, folder?: ChosenFolder) => {
    const { consent, ...wish } = events.wish();
    if (consent === undefined) return;
    events.begin();
    const show = progressOf(words);
    show("film", 0);
    const job = thread.ask("film", { ...wish, kind, consent, folder }, show);
    running = job;
    const made = await job.result;
    if (made.blob !== undefined) hand(made.blob, wish.name + ENDINGS[kind]);
    else saved.replaceChildren(say("savedFolder", { name: made.folder ?? "" }));
    saved.append(make("span", { className: "facts", textContent: factsOf(words, made) }));
    events.made(made);
  };
  const saveOther = async (kind: "json" | "csv" | "sheet") => {
    const { name } = events.wish();
    const job = kind === "sheet" ? thread.ask("sheet", {}) : thread.ask("take", { as: kind });
    running = job;
    hand(await job.result, name + ENDINGS[kind]);
  };
  const attempt = async (save: () => Promise<void>) => {
    if (running !== undefined) return;
    for (const each of buttons) each.disabled = true;
    saved.textContent = "";
    try {
      await save();
    } catch (error) {
      if (error instanceof JobStopped) saved.textContent = say("stopped");
      else events.failed(error);
    }
    running = undefined;
    part("saving").hidden = true;
    saved.scrollIntoView({ block: "nearest" });
    for (const each of buttons) each.disabled = false;
  };
  for (const button of buttons) {
    const kind = button.dataset.save as Kind | undefined;
    if (kind === undefined) continue;
    button.addEventListener("click", () => {
      const isOther = kind === "json" || kind === "csv" || kind === "sheet";
      void attempt(() => (isOther ? saveOther(kind) : saveFilm(kind)));
    });
  }
  return { film: (kind, folder) => void attempt(() => saveFilm(kind, folder)) };
}

/** Shows where a film is, and how much longer it takes. */
function progressOf({ say }: Words): (stage: string, share: number) => void {
  let begun = { stage: "", at: 0 };
  const saving = part("saving");
  saving.hidden = false;
  saving.scrollIntoView({ block: "nearest" });
  return (stage, share) => {
    if (stage !== begun.stage) begun = { stage, at: performance.now() };
    const passed = (performance.now() - begun.at) / 1000;
    const word = share >= 1 && stage === "film" ? "stage_sign" : (STAGES[stage] ?? "stage_film");
    const isKnown = stage === "film" && share > 0.03 && share < 1 && passed > 1;
    const left = isKnown ? sayTime(say, (passed / share) * (1 - share)) : undefined;
    const parts = [say(word), `${Math.round(100 * share)} %`];
    if (left !== undefined) parts.push(say("left", { time: left }));
    part("saving-said").textContent = parts.join(" · ");
    part<HTMLProgressElement>("saving-share").value = share;
  };
}

function factsOf({ say, failure }: Words, { id, signed, unregistered }: MadeFilm): string {
  const facts: Word[] = ["factMarked"];
  if (signed) facts.unshift("factSigned");
  if (unregistered === undefined) facts.push("factKnown");
  const said = say("savedFilm", { id, facts: facts.map((fact) => say(fact)).join(", ") });
  if (unregistered === undefined) return said;
  const { code, message, hint } = unregistered;
  return `${said} ${say("unregistered", { reason: failure(code, message, hint) })}`;
}

/** What a failed job says, if it is one of somebody's files or wishes. */
export function failureText(words: Words, error: unknown): string | undefined {
  if (!(error instanceof JobFailed)) return undefined;
  const { code, message, hint } = error.failure;
  return words.failure(code, message, hint);
}
