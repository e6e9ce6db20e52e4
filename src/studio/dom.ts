/** @file Parts of the page. */
import type { Word, Words } from "./words.js";

/** The element that is called so; the page's HTML has it. */
export function part<T extends HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`no element ${id}`);
  return found as T;
}

/** Makes an element. @param properties - Set on it as they are. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]> = {},
  ...inside: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...inside);
  return element;
}

/** Fills in a page: `data-say` names a text, `data-label` what screen readers say. */
export function fillIn(root: ParentNode, { say }: Words): void {
  for (const element of root.querySelectorAll<HTMLElement>("[data-say]")) {
    element.textContent = say(element.dataset.say as Word);
  }
  for (const element of root.querySelectorAll<HTMLElement>("[data-label]")) {
    const text = say(element.dataset.label as Word);
    element.setAttribute("aria-label", text);
    if (element instanceof HTMLButtonElement) element.title = text;
  }
}
