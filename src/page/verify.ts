/** @file The page: files in, sentences out. All work is done in a worker; nothing is sent anywhere. */
import { FilmError } from "../base/errors.js";
import { readEntry } from "../trust/registry.js";
import type { Answer, Job } from "./job.js";

const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
const items = new Map<number, HTMLElement>();
const entries: string[] = [];
const anchors: string[] = [];
const PEM = "-----BEGIN CERTIFICATE-----";

const results = part<HTMLUListElement>("results");
const files = part<HTMLInputElement>("files");
const known = part<HTMLInputElement>("known");
const said = part<HTMLElement>("known-said");

files.addEventListener("change", () => void take(Array.from(files.files ?? [])));
known.addEventListener("change", () => void take(Array.from(known.files ?? [])));
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

/** What is known first, so that it counts for the films beside it. */
async function take(taken: readonly File[]): Promise<void> {
  const problems: string[] = [];
  for (const file of taken.filter(({ name }) => /\.(?:json|pem)$/i.test(name))) {
    const problem = learn(file.name, await file.text());
    if (problem !== undefined) problems.push(problem);
  }
  said.textContent = [
    `${entries.length} films and ${anchors.length} certificates are known.`,
    ...problems,
  ].join(" ");
  for (const file of taken.filter(({ name }) => !/\.(?:json|pem)$/i.test(name))) ask(file);
}

/** @returns What is wrong with it, if anything is. */
function learn(name: string, text: string): string | undefined {
  if (text.includes(PEM)) {
    anchors.push(text);
    return undefined;
  }
  try {
    readEntry(text);
    entries.push(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof FilmError)) throw error;
    return `“${name}”: ${error.message}`;
  }
}

function ask(file: File): void {
  const item = document.createElement("li");
  add(item, "strong", file.name);
  add(item, "span", "Looking at it …");
  results.append(item);
  const number = items.size;
  items.set(number, item);
  const job: Job = { number, file, entries, anchors };
  worker.postMessage(job);
}

/** All words go in as text: signers may have written anything. */
function show(answer: Answer): void {
  const item = items.get(answer.number);
  if (item === undefined) return;
  item.lastElementChild?.remove();
  if ("problem" in answer) {
    add(item, "span", `Not readable. ${answer.problem}`);
    return;
  }
  const { verdict, findings } = answer.found;
  item.dataset.exit = String(verdict.exitCode);
  add(item, "span", verdict.sentence);
  const details = document.createElement("details");
  add(details, "summary", "Everything that was found");
  const { entry, ...rest } = findings;
  const { fingerprint: _, manifestHex: __, ...told } = entry ?? {};
  add(details, "pre", JSON.stringify({ ...rest, entry: entry && told }, null, 2));
  item.append(details);
}

function add(to: HTMLElement, name: string, text: string): void {
  const element = document.createElement(name);
  element.textContent = text;
  to.append(element);
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
  return (await Promise.all(inside.map(filesOf))).flat();
}

function part<T extends HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`no element ${id}`);
  return found as T;
}
