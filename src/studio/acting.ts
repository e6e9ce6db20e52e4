/** @file A voice acted as the settings say, again and again: only what has changed is done anew. */
import {
  type Direction,
  editTake,
  LAYERS,
  type LayerName,
  perform,
  performAnew,
  type Take,
  type Voice,
} from "../index.js";
import { hasKeys } from "./edit-keys.js";
import type { Settings } from "./jobs.js";

/** Layers that what is felt changes. */
const FELT: readonly LayerName[] = ["emotion", "lids"];

/** Acts. */
export type Actor = (
  voice: Voice,
  settings: Settings,
  usual: Pick<Direction, "style" | "fps">,
) => Take;

/**
 * An actor who remembers what was acted last, layer by layer, so that keys are seen while they are
 * dragged. What is usual must be the same each time for the same settings.
 */
export function makeActor(): Actor {
  let last: { readonly voice: Voice; readonly take: Take; readonly wants: Wants } | undefined;
  return (voice, settings, usual) => {
    const { edit, emotion, seed } = settings;
    const direction: Direction = {
      ...wishesOf(settings),
      ...usual,
      emotion: [{ seconds: 0, mix: emotion }],
      edit: { lanes: {}, emotion: edit.emotion },
    };
    const wants = wantsOf(settings);
    const isNew = last?.voice !== voice;
    let take = last === undefined || isNew ? perform(voice, { ...direction, seed }) : last.take;
    const changed = LAYERS.filter((name) => {
      return last === undefined || isNew
        ? seedOf(settings, name) !== seed
        : wants[name] !== last.wants[name];
    });
    for (const own of new Set(changed.map((name) => seedOf(settings, name)))) {
      const names = changed.filter((name) => seedOf(settings, name) === own);
      const { layers } = take;
      if (layers === undefined) continue;
      take = performAnew({ ...take, layers }, names, voice, { ...direction, seed: own });
    }
    last = { voice, take: { ...take, seed }, wants };
    if (hasKeys(edit)) return editTake(last.take, edit);
    const { edit: _, ...plain } = last.take;
    return plain;
  };
}

/** What each layer was acted by, as text. */
type Wants = Readonly<Record<LayerName, string>>;

function wantsOf(settings: Settings): Wants {
  const wishes = wishesOf(settings);
  const felt = [settings.emotion, settings.edit.emotion];
  const wants = LAYERS.map((name) => {
    const all = [
      wishes,
      settings.style,
      seedOf(settings, name),
      FELT.includes(name) ? felt : undefined,
    ];
    return [name, JSON.stringify(all)] as const;
  });
  return Object.fromEntries(wants) as Wants;
}

/** What the sliders wish of all layers. */
export function wishesOf({ energy, head, mouth, expression, blink, gaze, mode }: Settings) {
  return { energy, head, mouth, expression, blink, gaze, mode };
}

function seedOf({ seed, seeds }: Settings, name: LayerName): number {
  return seeds[name] ?? seed;
}
