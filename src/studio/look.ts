/** @file The dialog in which somebody says how a film is to come out. */
import { LABEL_WISHES, type LabelWish } from "../index.js";
import type { ChosenFolder, Size } from "../platform/browser.js";
import { make, part } from "./dom.js";
import {
  type FramePace,
  learnPace,
  type Pace,
  SEEN_PX,
  secondsFor,
  sizesFor,
  USUAL_PACE,
} from "./estimates.js";
import type { BackgroundWish, FilmKind, Look, MadeFilm } from "./jobs.js";
import type { Words } from "./words.js";

/** The dialog, and what is chosen in it. */
export interface LookDialog {
  /** As films come out now; buttons beside the dialog go by it, too. */
  readonly look: Look;
  /** Offers sizes up to a portrait's. */
  fit(native: Size): void;
  /** What is known of the film for an estimate. */
  expect(durationSeconds: number): void;
  /** Learns how quick this computer is. */
  learn(made: MadeFilm): void;
}

/** Called with what is to be saved; a folder only for pictures, if one was chosen. */
export type OnSave = (kind: FilmKind, folder?: ChosenFolder) => void;

/** A window in which folders can be chosen; not all browsers have it. */
interface FolderWindow {
  showDirectoryPicker(options: { readonly mode: "readwrite" }): Promise<ChosenFolder>;
}

const KINDS: readonly FilmKind[] = ["mp4", "webm", "frames", "frame"];
const RATES = [24, 25, 30, 50, 60];
const USUAL_FPS = 25;
const BACKGROUNDS = ["portrait", "blur", "color", "picture", "none"] as const;
/** Where it is kept how quick this computer was. */
const PACE_KEY = "ritratto.secondsPerMegapixel.";
const MINUTE = 60;

/** Fills the dialog in and listens to it. */
export function openLook({ say }: Words, onSave: OnSave): LookDialog {
  const dialog = part<HTMLDialogElement>("look");
  const [size, fps, background, label] = ["size", "fps", "background", "label"].map((name) =>
    part<HTMLSelectElement>(`look-${name}`),
  ) as [HTMLSelectElement, HTMLSelectElement, HTMLSelectElement, HTMLSelectElement];
  const color = part<HTMLInputElement>("look-color");
  const picture = part<HTMLInputElement>("look-picture");
  const save = part<HTMLButtonElement>("look-save");
  const folder = part<HTMLButtonElement>("look-folder");
  let kind: FilmKind = "mp4";
  let sizes = sizesFor({ width: SEEN_PX, height: SEEN_PX });
  let seconds = 0;
  let pace = readPace();

  const sizeNow = () => sizes[Math.max(0, size.selectedIndex)] ?? sizes[0];
  const backgroundNow = (): BackgroundWish => {
    const as = BACKGROUNDS[background.selectedIndex] ?? "portrait";
    if (as === "color") return { as, color: colorOf(color.value) };
    if (as !== "picture") return { as };
    const file = picture.files?.[0];
    return file === undefined ? { as: "portrait" } : { as, file };
  };
  const lookNow = (): Look => ({
    sizePx: sizeNow()?.sizePx ?? SEEN_PX,
    fps: RATES[fps.selectedIndex] ?? USUAL_FPS,
    background: backgroundNow(),
    label: LABEL_WISHES[label.selectedIndex] ?? "auto",
  });
  const show = () => {
    const as = BACKGROUNDS[background.selectedIndex];
    part("look-color-row").hidden = as !== "color";
    const isImpossible = as === "none" && kind === "mp4";
    const lacksPicture = as === "picture" && picture.files?.length !== 1;
    save.disabled = isImpossible || lacksPicture;
    folder.disabled = save.disabled;
    folder.hidden = kind !== "frames" || !("showDirectoryPicker" in window);
    save.textContent = say(kind === "frames" ? "saveZip" : "saveNow");
    part("look-said").textContent = isImpossible
      ? say("noneInMp4")
      : lacksPicture
        ? say("noPicture")
        : estimate();
  };
  const estimate = () => {
    const chosen = sizeNow();
    if (chosen === undefined) return "";
    const frames = kind === "frame" ? 1 : Math.round(seconds * lookNow().fps);
    const isSeen = chosen.sizePx === SEEN_PX;
    const time = sayTime(say, secondsFor(chosen.size, frames, { isSeen, by: paceOf(kind) }, pace));
    const { width, height } = chosen.size;
    const said = say("estimate", { size: `${width} × ${height}`, frames: `${frames}`, time });
    return isSeen ? said : `${said} ${say("estimateSetup")}`;
  };
  const fillSizes = () => {
    size.replaceChildren(
      ...sizes.map(({ size: { width, height }, name, sizePx }) => {
        const note = sizePx === SEEN_PX ? say("sizeSeen") : name;
        const text = `${width} × ${height}${note === undefined ? "" : ` · ${note}`}`;
        return new Option(text, `${sizePx}`);
      }),
    );
  };

  for (const one of KINDS) {
    const input = make("input", { type: "radio", name: "kind", value: one, checked: one === kind });
    input.addEventListener("change", () => {
      kind = one;
      show();
    });
    const words = make(
      "span",
      {},
      make("b", { textContent: say(`kind_${one}`) }),
      make("small", { textContent: say(`kind_${one}_note`) }),
    );
    part("look-kinds").append(make("label", { className: "kind" }, input, words));
  }
  fillSizes();
  fps.append(...RATES.map((rate) => new Option(`${rate}`)));
  fps.selectedIndex = RATES.indexOf(USUAL_FPS);
  background.append(...BACKGROUNDS.map((name) => new Option(say(`background_${name}`), name)));
  label.append(...LABEL_WISHES.map((name: LabelWish) => new Option(say(`label_${name}`), name)));
  for (const field of [size, fps, background, label, color, picture]) {
    field.addEventListener("input", show);
    field.addEventListener("change", show);
  }
  background.addEventListener("change", () => {
    if (background.value === "picture") picture.click();
  });
  part("look-open").addEventListener("click", () => {
    show();
    dialog.showModal();
  });
  save.addEventListener("click", () => {
    dialog.close();
    onSave(kind);
  });
  folder.addEventListener("click", async () => {
    const chosen = await chooseFolder();
    if (chosen === undefined) return;
    dialog.close();
    onSave("frames", chosen);
  });
  return {
    get look() {
      return lookNow();
    },
    fit(native) {
      sizes = sizesFor(native);
      fillSizes();
    },
    expect(durationSeconds) {
      seconds = durationSeconds;
    },
    learn({ kind, size, frameCount, drawnInSeconds }) {
      const by = paceOf(kind);
      pace = learnPace(pace, size, frameCount, { drawnInSeconds, by });
      localStorage.setItem(PACE_KEY + by, `${pace[by]}`);
    },
  };
}

/** A time for people: not more exact than it is known. */
export function sayTime(say: Words["say"], seconds: number): string {
  if (seconds < MINUTE) return say("seconds", { count: `${Math.max(1, Math.round(seconds))}` });
  return say("minutes", { count: `${Math.round(seconds / MINUTE)}` });
}

function paceOf(kind: FilmKind): FramePace {
  return kind === "mp4" || kind === "webm" ? "film" : "pictures";
}

function readPace(): Pace {
  const learned = (by: FramePace) => {
    const pace = Number(localStorage.getItem(PACE_KEY + by));
    return pace > 0 ? pace : USUAL_PACE[by];
  };
  return { ...USUAL_PACE, film: learned("film"), pictures: learned("pictures") };
}

function colorOf(hex: string): readonly [number, number, number] {
  const at = (i: number) => Number.parseInt(hex.slice(i, i + 2), 16);
  return [at(1), at(3), at(5)];
}

/** @returns Nothing if nobody chose one. */
async function chooseFolder(): Promise<ChosenFolder | undefined> {
  try {
    const { showDirectoryPicker } = window as unknown as FolderWindow;
    return await showDirectoryPicker.call(window, { mode: "readwrite" });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return undefined;
    throw error;
  }
}
