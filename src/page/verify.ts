/** @file The page: files in, sentences out. All work is done in a worker; nothing is sent anywhere. */
import { FilmError } from "../base/errors.js";
import { readBrowserTrust } from "../platform/browser-trust.js";
import { checkAnchor } from "../trust/credentials.js";
import { LOOKED_AT } from "../trust/media-type.js";
import { type RegistryEntry, readEntry } from "../trust/registry.js";
import { plainFindings } from "../trust/verify.js";
import { factsOf } from "./facts.js";
import type { Answer, Job, Known } from "./job.js";

const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
const items = new Map<number, HTMLElement>();
const films = new Set<string>();
const certificates = new Set<string>();
/** What films are known by. */
const KNOWN = /\.(?:json|pem)$/i;
/** How files that cannot be read are shown. */
const UNREADABLE = 2;
/** So many problems are told; the others are counted. */
const PROBLEMS_TOLD = 3;

const STOPPED = "This page's program stopped, or could not be loaded. Load the page again.";
let hasStopped = false;

const results = part("results");
const said = part("known-said");

for (const id of ["files", "folder", "known", "known-folder"]) {
  const input = part<HTMLInputElement>(id);
  input.addEventListener("change", () => {
    const chosen = Array.from(input.files ?? []);
    void take(input.webkitdirectory ? chosen.filter(isOfInterest) : chosen);
    // The same file may be chosen again, e.g. after more films are known.
    input.value = "";
  });
}
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  document.body.classList.add("over");
});
document.addEventListener("dragleave", () => document.body.classList.remove("over"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("over");
  // Entries are only there while the event lasts.
  const dropped = Array.from(event.dataTransfer?.items ?? []).flatMap(
    (item) => item.webkitGetAsEntry() ?? [],
  );
  void Promise.all(dropped.map(filesOf)).then((found) => take(found.flat()));
});
worker.onmessage = ({ data }: MessageEvent<Answer>) => show(data);
worker.onerror = () => {
  hasStopped = true;
  for (const number of items.keys()) show({ number, problem: STOPPED });
};
part("asleep").remove();
// Browsers that keep nothing know no films: what is given still is looked at.
const recalling = rememberOwn().catch((error: unknown) => {
  if (!(error instanceof FilmError)) throw error;
});

/** What is known first, so that it counts for the films beside it. */
async function take(taken: readonly File[]): Promise<void> {
  await recalling;
  const given = taken.filter(({ name }) => KNOWN.test(name));
  if (given.length > 0) await learn(given);
  const asked = taken.filter(({ name }) => !KNOWN.test(name));
  if (given.length === 0 && asked.length === 0) said.textContent = "No films or pictures in there.";
  for (const file of asked) ask(file);
}

async function learn(files: readonly File[]): Promise<void> {
  const entries: RegistryEntry[] = [];
  const anchors: string[] = [];
  const problems: string[] = [];
  for (const file of files) {
    const { name } = file;
    try {
      const text = await file.text();
      if (/pem$/i.test(name)) anchors.push(checkAnchor(text, name));
      else entries.push(readEntry(text));
    } catch (error) {
      if (!(error instanceof FilmError)) throw error;
      problems.push(`Not used: ${error.message}`);
    }
  }
  remember({ entries, anchors });
  const more = problems.length - PROBLEMS_TOLD;
  said.textContent = [
    `Known: ${counted(films.size, "film")}, ${counted(certificates.size, "certificate")}.`,
    ...problems.slice(0, PROBLEMS_TOLD),
    ...(more > 0 ? [`${counted(more, "more file")} cannot be used either.`] : []),
  ].join(" ");
}

function remember(known: Known): void {
  for (const { id } of known.entries) films.add(id);
  for (const anchor of known.anchors) certificates.add(anchor);
  worker.postMessage(known);
}

/** Films that the studio has made in this browser, if the page lies beside it. */
async function rememberOwn(): Promise<void> {
  const own = await readBrowserTrust();
  if (own.entries.length + own.anchors.length === 0) return;
  remember(own);
  said.textContent = `Known: ${counted(own.entries.length, "film")} made in this browser.`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function ask(file: File): void {
  part("said").hidden = false;
  const item = add(results, "li");
  item.ariaBusy = "true";
  add(item, "h3", file.name);
  add(item, "p", "Looking at it …");
  add(item, "progress").ariaLabel = `Looking at ${file.name}`;
  const number = items.size;
  items.set(number, item);
  const job: Job = { number, file };
  if (hasStopped) show({ number, problem: STOPPED });
  else worker.postMessage(job);
}

/** All words go in as text: signers may have written anything. */
function show(answer: Answer): void {
  const item = items.get(answer.number);
  const progress = item?.querySelector("progress");
  if (item === undefined || !progress) return;
  if ("done" in answer) {
    if (answer.done === undefined) progress.removeAttribute("value");
    else progress.value = answer.done;
    return;
  }
  progress.remove();
  item.lastElementChild?.remove();
  if ("problem" in answer) {
    item.dataset.exit = String(UNREADABLE);
    add(item, "p", `Not readable. ${answer.problem}`);
  } else {
    const { verdict, findings } = answer.found;
    item.dataset.exit = String(verdict.exitCode);
    add(item, "p", verdict.sentence);
    const details = add(item, "details");
    add(details, "summary", "Everything that was found");
    const list = add(details, "dl");
    for (const [about, words] of factsOf(findings)) {
      add(list, "dt", about);
      add(list, "dd", words);
    }
    const data = add(details, "details");
    add(data, "summary", "The same as data");
    add(data, "pre", JSON.stringify(plainFindings(findings), null, 2)).tabIndex = 0;
  }
  item.ariaBusy = "false";
}

function add<Name extends keyof HTMLElementTagNameMap>(
  to: HTMLElement,
  name: Name,
  text = "",
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  element.textContent = text;
  to.append(element);
  return element;
}

function isOfInterest({ name }: { readonly name: string }): boolean {
  return KNOWN.test(name) || LOOKED_AT.test(name);
}

async function filesOf(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile) {
    return [
      await new Promise<File>((done, fail) => (entry as FileSystemFileEntry).file(done, fail)),
    ];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const inside: FileSystemEntry[] = [];
  // Browsers give a hundred at a time.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((done, fail) =>
      reader.readEntries(done, fail),
    );
    if (some.length === 0) break;
    inside.push(...some);
  }
  const wanted = inside.filter((one) => one.isDirectory || isOfInterest(one));
  return (await Promise.all(wanted.map(filesOf))).flat();
}

function part<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`no element ${id}`);
  return found as T;
}
