/** @file Wrinkles in one frame: which folds an expression makes, laid over the skin's colours. */
import { CHANNEL_INDEX, type Channel } from "../base/channels.js";
import { clamp } from "../base/curves.js";
import type { Box } from "../base/plane.js";
import { SERIOUS, smileWeight } from "../rig/fit.js";
import type { FoldName } from "../rig/folds.js";
import type { Rig } from "../rig/rig.js";
import type { Color, Tone } from "../rig/tone.js";
import { LOG_NONE, LOG_STEP, type WrinkleMap } from "../rig/wrinkles.js";
import type { KernelFolds } from "./kernel-memory.js";

type Pulls = readonly (readonly [Channel, number])[];

/** What folds the skin, of the left side; the right one is pulled by its own. */
const PULLS: Readonly<Record<Exclude<FoldName, `${string}Right`>, Pulls>> = {
  foreheadMiddle: [
    ["browInnerUp", 0.8],
    ["browOuterUpLeft", 0.25],
    ["browOuterUpRight", 0.25],
  ],
  foreheadLeft: [
    ["browOuterUpLeft", 0.9],
    ["browInnerUp", 0.15],
  ],
  frownLeft: [
    ["browDownLeft", 1],
    ["noseSneerLeft", 0.2],
    ["browInnerUp", 0.1],
  ],
  noseRoot: [
    ["noseSneerLeft", 0.5],
    ["noseSneerRight", 0.5],
    ["browDownLeft", 0.3],
    ["browDownRight", 0.3],
  ],
  crowsFeetLeft: [
    ["cheekSquintLeft", 0.8],
    ["eyeSquintLeft", 0.45],
    ["mouthSmileLeft", 0.25],
  ],
  underEyeLeft: [
    ["cheekSquintLeft", 0.7],
    ["eyeSquintLeft", 0.6],
    ["mouthSmileLeft", 0.2],
  ],
  nasolabialLeft: [
    ["mouthSmileLeft", 0.95],
    ["cheekSquintLeft", 0.35],
    ["mouthUpperUpLeft", 0.5],
    ["noseSneerLeft", 0.6],
    ["mouthDimpleLeft", 0.4],
    ["mouthStretchLeft", 0.25],
  ],
  noseSideLeft: [
    ["noseSneerLeft", 1],
    ["cheekSquintLeft", 0.15],
  ],
  cornerLeft: [
    ["mouthSmileLeft", 0.55],
    ["mouthDimpleLeft", 0.9],
    ["mouthStretchLeft", 0.5],
    ["mouthPressLeft", 0.3],
  ],
  marionetteLeft: [
    ["mouthFrownLeft", 1],
    ["mouthShrugLower", 0.3],
    ["mouthPressLeft", 0.25],
  ],
  chin: [
    ["mouthShrugLower", 1],
    ["mouthFrownLeft", 0.25],
    ["mouthFrownRight", 0.25],
    ["mouthRollLower", 0.15],
  ],
  aroundLips: [
    ["mouthPucker", 0.9],
    ["mouthFunnel", 0.35],
  ],
};

/** Folds are no deeper than this share of their full depth. */
const DEEPEST = 1.1;
/** Depths in between are not to be told apart, and folds that keep theirs need no laying anew. */
const DEPTH_STEPS = 160;
/** How much a smile that is taken away smooths its folds. */
const SMOOTHED = 0.8;
/** Less of a fold is not to be seen, and not painted. */
const LEAST = 0.02;
/** Skin in a furrow is redder: how much faster its weaker colours fade, by how much weaker they are. */
const REDDER = 1.4;

/** The wrinkles of one rig in motion; owns its working memory. */
export interface WrinklesInMotion {
  /** Where their changes of brightness lie, and how colours fade there. */
  readonly place: KernelFolds;
  /**
   * Lays the folds of an expression over each other, unless they are as they were in the last call.
   *
   * @param weights - Shape [52].
   * @param changes - Always the same; receives how much brighter each sample becomes, 0 = not, shape of `place`.
   * @returns Whether there is anything to be seen.
   */
  compose(weights: Float32Array, changes: Float32Array): boolean;
}

/** A map, what pulls it, and how deep it was when it was last laid; below 0 it is smoothed out. */
interface Pulled {
  readonly map: WrinkleMap;
  readonly channels: Int32Array;
  readonly shares: Float32Array;
  /** How deep the portrait's own smile has folded it, and what takes that away. */
  readonly smiled: number;
  readonly frown: number;
  depth: number;
}

/** Sets a rig's wrinkles in motion. */
export function makeWrinkles({ wrinkles, tone, neutral }: Rig): WrinklesInMotion {
  const { step, maps } = wrinkles;
  const smile = smileWeight(neutral);
  const pulled = maps.map((map) => pullsOf(map, smile));
  const x = Math.min(...maps.map((map) => map.x));
  const y = Math.min(...maps.map((map) => map.y));
  const width = Math.max(...maps.map((map) => map.x + map.width)) - x;
  const height = Math.max(...maps.map((map) => map.y + map.height)) - y;
  const place = { x, y, width, height, step, fade: fadesOf(tone) };
  return {
    place,
    compose(weights, changes) {
      let isFolded = false;
      let hasMoved = false;
      for (const fold of pulled) {
        const depth = depthOf(fold, weights);
        if (depth !== 0) isFolded = true;
        if (depth !== fold.depth) hasMoved = true;
        fold.depth = depth;
      }
      if (!isFolded || !hasMoved) return isFolded;
      changes.fill(0);
      for (const { map, depth } of pulled) {
        if (depth > 0) addMap(map, map.folded, depth * LOG_STEP, changes, place);
        if (depth < 0) addMap(map, map.smoothed, -depth * LOG_STEP, changes, place);
      }
      for (let i = 0; i < changes.length; i++) {
        if (changes[i] !== 0) changes[i] = Math.expm1(changes[i]);
      }
      return true;
    },
  };
}

function pullsOf(map: WrinkleMap, smile: number): Pulled {
  const isRight = map.name.endsWith("Right");
  const pulls = PULLS[map.name.replace(/Right$/, "Left") as keyof typeof PULLS];
  const other = (name: Channel) => (isRight ? name.replace(/Left$/, "Right") : name) as Channel;
  return {
    map,
    channels: Int32Array.from(pulls, ([name]) => CHANNEL_INDEX[other(name)]),
    shares: Float32Array.from(pulls, ([, share]) => share),
    smiled: smile * (pulls.find(([name]) => name === "mouthSmileLeft")?.[1] ?? 0),
    frown: CHANNEL_INDEX[other("mouthFrownLeft")],
    depth: 0,
  };
}

/** How deep a fold is, against its full depth, in steps. */
function depthOf({ channels, shares, smiled, frown }: Pulled, weights: Float32Array): number {
  let sum = -SMOOTHED * smiled * clamp(weights[frown] / SERIOUS, 0, 1);
  for (let k = 0; k < channels.length; k++) sum += shares[k] * weights[channels[k]];
  const depth = clamp(sum - LEAST * Math.sign(sum), -SMOOTHED, DEEPEST);
  return Math.abs(sum) < LEAST ? 0 : Math.round(depth * DEPTH_STEPS) / DEPTH_STEPS;
}

function addMap(
  { x, y, width, height }: WrinkleMap,
  data: Uint8Array,
  scale: number,
  out: Float32Array,
  at: Box,
): void {
  for (let row = 0, i = 0; row < height; row++) {
    let to = (y + row - at.y) * at.width + x - at.x;
    for (let column = 0; column < width; column++, i++, to++) {
      out[to] += scale * (data[i] - LOG_NONE);
    }
  }
}

/** How much each colour changes where the brightness does. */
function fadesOf({ skin, lip }: Tone): Color {
  // Blood shines through where the light is weak: shades are between skin and lips.
  const shade = skin.map((value, c) => value + lip[c]);
  const mean = (shade[0] + shade[1] + shade[2]) / 3 || 1;
  const fade = (value: number) => 1 + REDDER * clamp(1 - value / mean, -0.5, 0.5);
  return [fade(shade[0]), fade(shade[1]), fade(shade[2])];
}
