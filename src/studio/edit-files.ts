/** @file Edits as files of this computer: saved alone, read alone or out of a take. */
import { type Edit, readEdit, writeEdit } from "../index.js";
import { make } from "./dom.js";

/** Saves an edit. @param name - Of the file, before its ending. */
export function saveEdit(edit: Edit, name: string): void {
  const blob = new Blob([writeEdit(edit)], { type: "application/json" });
  const href = URL.createObjectURL(blob);
  make("a", { href, download: `${name}.edit.json` }).click();
  // The download has the blob by then; a page that stays open for days would keep all of them.
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
}

/** Reads an edit. @throws FilmError edit_invalid, naming the field. */
export async function openEdit(file: Blob): Promise<Edit> {
  return readEdit(await file.text());
}
