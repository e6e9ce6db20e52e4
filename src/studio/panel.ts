/** @file Sliders and choices of the performance, and the grounds of consent. */
import {
  allowsGuardian,
  CONSENT_BASES,
  type Consent,
  type ConsentBasis,
  type EmotionName,
} from "../index.js";
import { make, part } from "./dom.js";
import { NO_EDIT } from "./edit-keys.js";
import type { Settings } from "./jobs.js";
import type { Words } from "./words.js";

/** As people do. */
export const USUAL: Settings = {
  ...{ energy: 1, head: 1, mouth: 1, expression: 1, blink: 1 },
  ...{ gaze: "natural", mode: "auto", style: 0, emotion: {}, seed: 1, seeds: {} },
  ...{ edit: NO_EDIT, range: undefined },
};

const AMOUNTS = ["energy", "head", "mouth", "expression", "blink"] as const;
const AMOUNT_MOST = 2;
const STEP = 0.05;
const EMOTIONS = [
  ...(["happy", "tender", "sad", "angry", "afraid", "surprised", "disgusted"] as const),
] satisfies readonly EmotionName[];
const GAZES = ["natural", "camera"] as const;
const MODES = ["auto", "speech", "song", "rap"] as const;

/** The sliders. */
export interface Panel {
  /** Shows these. */
  show(settings: Settings): void;
}

/** What a panel is told. */
export interface PanelEvents {
  /** @param gesture - Names the slider that is drawn, as long as it is. */
  change(of: (settings: Settings) => Settings, gesture?: string): void;
  /** A slider was let go. */
  settle(): void;
}

/** Builds the sliders. */
export function openPanel({ say }: Words, events: PanelEvents): Panel {
  const shows: ((settings: Settings) => void)[] = [];
  const slider = (
    to: string,
    name: (typeof AMOUNTS)[number] | (typeof EMOTIONS)[number],
    most: number,
    read: (settings: Settings) => number,
    write: (settings: Settings, value: number) => Settings,
  ) => {
    const input = make("input", { type: "range", id: name });
    Object.assign(input, { min: "0", max: `${most}`, step: `${STEP}` });
    const output = make("output");
    input.addEventListener("input", () => {
      events.change((settings) => write(settings, input.valueAsNumber), name);
    });
    input.addEventListener("change", () => events.settle());
    shows.push((settings) => {
      input.valueAsNumber = read(settings);
      output.textContent = `${Math.round(100 * read(settings))} %`;
    });
    part(to).append(
      make(
        "label",
        { className: "slider" },
        make("span", { textContent: say(name) }),
        input,
        output,
      ),
    );
  };
  for (const name of AMOUNTS) {
    const write = (settings: Settings, value: number) => ({ ...settings, [name]: value });
    slider("sliders", name, AMOUNT_MOST, (settings) => settings[name], write);
  }
  for (const name of EMOTIONS) {
    const write = (settings: Settings, value: number) => {
      const { [name]: _, ...others } = settings.emotion;
      return { ...settings, emotion: value === 0 ? others : { ...others, [name]: value } };
    };
    slider("emotions", name, 1, (settings) => settings.emotion[name] ?? 0, write);
  }
  const choice = <Value extends string>(
    name: "gaze" | "mode",
    options: readonly { readonly value: Value; readonly text: string }[],
    write: (settings: Settings, value: Value) => Settings,
  ) => {
    const select = make("select", { id: name });
    for (const { value, text } of options) select.append(new Option(text, value));
    select.addEventListener("change", () => {
      const chosen = options[select.selectedIndex];
      if (chosen !== undefined) events.change((settings) => write(settings, chosen.value));
    });
    shows.push((settings) => {
      select.value = settings[name];
    });
    part("choices").append(
      make("label", { className: "choice" }, make("span", { textContent: say(name) }), select),
    );
  };
  choice(
    "gaze",
    GAZES.map((value) => ({ value, text: say(`gaze_${value}`) })),
    (settings, gaze) => ({ ...settings, gaze }),
  );
  choice(
    "mode",
    MODES.map((value) => ({ value, text: say(`mode_${value}`) })),
    (settings, mode) => ({ ...settings, mode }),
  );
  const show = (settings: Settings) => {
    for (const each of shows) each(settings);
  };
  show(USUAL);
  return { show };
}

/** The question on what grounds the face may speak. */
export interface ConsentQuestion {
  /** Folds it to its answer; somebody who wants to can open it again. */
  fold(): void;
  /** Asks anew: it is another face. */
  forget(): void;
}

/** Asks. @param onChange - Given what is declared now. */
export function openConsent({ say }: Words, onChange: (consent: Consent) => void): ConsentQuestion {
  const guardian = part<HTMLInputElement>("guardian");
  const folded = part("consent-folded");
  let basis: ConsentBasis | undefined;
  const fold = (isFolded: boolean) => {
    part("consent-asked").hidden = isFolded;
    folded.hidden = !isFolded;
  };
  const tell = () => {
    if (basis === undefined) return;
    const canGuard = allowsGuardian(basis);
    part("guardian-row").hidden = !canGuard;
    part("consent-said").textContent = say(`consent_${basis}`);
    onChange(canGuard && guardian.checked ? { basis, guardian: true } : { basis });
  };
  for (const one of CONSENT_BASES) {
    const input = make("input", { type: "radio", name: "consent", value: one });
    input.addEventListener("change", () => {
      basis = one;
      tell();
    });
    const text = make("span", { textContent: say(`consent_${one}`) });
    part("grounds").append(make("label", { className: "check" }, input, text));
  }
  guardian.addEventListener("change", tell);
  part("consent-change").addEventListener("click", () => {
    fold(false);
    document.querySelector<HTMLInputElement>("[name=consent]:checked")?.focus();
  });
  return {
    fold: () => fold(basis !== undefined),
    forget() {
      basis = undefined;
      guardian.checked = false;
      part("guardian-row").hidden = true;
      for (const input of part("grounds").querySelectorAll("input")) input.checked = false;
      fold(false);
    },
  };
}
