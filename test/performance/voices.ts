/** @file Voices that tests make up: what was heard, without any sound. */
import { type Random, randomOf } from "../../src/base/random.js";
import { readPhrasing } from "../../src/performance/phrases.js";
import { CLASS_COUNT, CLASS_INDEX, type SoundClass } from "../../src/voice/classes.js";
import { channelsOfArticulators } from "../../src/voice/lip-channels.js";
import type { Sounds, Voice } from "../../src/voice/voice.js";
import { shapeArticulators } from "../../training/lips/coarticulation.js";

/** One sound of a made-up voice. */
export interface Sound {
  readonly name: SoundClass;
  readonly hops: number;
  /** −70 in silence, −24 in vowels and −34 in consonants if not said. */
  readonly levelDb?: number;
  /** 120 in vowels and 0 elsewhere if not said. */
  readonly pitchHz?: number;
}

/** A time within a voice, seconds. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** How sure the network is of each sound. */
const CERTAINTY = 0.94;
const DOUBTED = 0.65;
const VOWELS: readonly SoundClass[] = ["A", "E", "I", "O", "U", "@"];
const CONSONANTS: readonly SoundClass[] = ["PP", "FF", "DD", "NN", "LL", "SS", "KK", "W", "CH"];

/** The voice that says these sounds, one after another. */
export function voiceOf(sounds: readonly Sound[]): Voice {
  const hopCount = sounds.reduce((sum, { hops }) => sum + hops, 0);
  const voice: Sounds = {
    durationSeconds: hopCount / 100,
    hopSeconds: 0.01,
    hopCount,
    classes: new Float32Array(hopCount * CLASS_COUNT).fill((1 - CERTAINTY) / (CLASS_COUNT - 1)),
    levelDb: new Float32Array(hopCount),
    pitchHz: new Float32Array(hopCount),
    voicing: new Float32Array(hopCount),
    brightnessDb: new Float32Array(hopCount).fill(-20),
  };
  let hop = 0;
  for (const { name, hops, levelDb, pitchHz } of sounds) {
    const isVowel = VOWELS.includes(name);
    const hz = pitchHz ?? (isVowel ? 120 : 0);
    voice.levelDb.fill(levelDb ?? (name === "sil" ? -70 : isVowel ? -24 : -34), hop, hop + hops);
    voice.pitchHz.fill(hz, hop, hop + hops);
    voice.voicing.fill(hz > 0 ? 1 : 0, hop, hop + hops);
    for (const end = hop + hops; hop < end; hop++) {
      voice.classes[hop * CLASS_COUNT + CLASS_INDEX[name]] = CERTAINTY;
    }
  }
  // The rules that teach the network: lips without having to be heard; smaller, as doubt makes them.
  const rows = shapeArticulators(voice, readPhrasing(voice)).map((value) => DOUBTED * value);
  const onsets = new Float32Array(hopCount);
  return { ...voice, lips: channelsOfArticulators(rows), onsets };
}

/** Sounds by name, with spaces between, all equally long. */
export function say(names: string, hops: number): Sound[] {
  return names.split(" ").map((name) => ({ name: name as SoundClass, hops }));
}

/** Nothing said. */
export function pause(hops: number): Sound {
  return { name: "sil", hops };
}

/** Where the sounds of one class lie in a row of sounds. */
export function stretchesOf(sounds: readonly Sound[], name: SoundClass): Stretch[] {
  return located(sounds)
    .filter(({ sound }) => sound.name === name)
    .map(({ from, to }) => ({ from, to }));
}

/** Where each sound lies. */
export function located(sounds: readonly Sound[]): (Stretch & { readonly sound: Sound })[] {
  let hop = 0;
  return sounds.map((sound) => {
    const from = hop / 100;
    hop += sound.hops;
    return { sound, from, to: hop / 100 };
  });
}

/** A lively talker: phrases of two to four seconds, pauses between, every few syllables an accent. */
export function talk(seconds: number, seed = 1): Sound[] {
  const chance = randomOf(seed, "talk");
  const sounds: Sound[] = [pause(60)];
  let left = Math.round(seconds * 100) - 60;
  while (left > 500) {
    const phrase = [...talkPhrase(chance), pause(Math.round(35 + 70 * chance.uniform()))];
    sounds.push(...phrase);
    left -= phrase.reduce((sum, { hops }) => sum + hops, 0);
  }
  return [...sounds, pause(left)];
}

function talkPhrase(chance: Random): Sound[] {
  const pick = (names: readonly SoundClass[]) => names[Math.floor(names.length * chance.uniform())];
  return Array.from({ length: Math.round(10 + 9 * chance.uniform()) }, (_, i) => {
    const isAccent = chance.uniform() < 0.25;
    const loud = -26 + 2 * chance.normal() + (isAccent ? 7 : 0);
    const pitchHz = (130 - i) * (isAccent ? 1.35 : 1) * (1 + 0.03 * chance.normal());
    const consonant = { name: pick(CONSONANTS), hops: 6, levelDb: loud - 9 };
    const length = Math.round(11 + 5 * chance.uniform() + (isAccent ? 5 : 0));
    return [consonant, { name: pick(VOWELS), hops: length, levelDb: loud, pitchHz }];
  }).flat();
}

/** Phrases in each of which one syllable stands out; and when its vowel sounds, seconds. */
export function stressed(phraseCount: number): { sounds: Sound[]; accents: number[] } {
  const sounds: Sound[] = [pause(80)];
  const accents: number[] = [];
  for (let phrase = 0; phrase < phraseCount; phrase++) {
    for (let syllable = 0; syllable < 11; syllable++) {
      const isAccent = syllable === 5 + (phrase % 3);
      sounds.push({ name: "DD", hops: 6, levelDb: -36 });
      const hops = sounds.reduce((sum, sound) => sum + sound.hops, 0);
      if (isAccent) accents.push(hops / 100 + 0.08);
      sounds.push(
        isAccent
          ? { name: "A", hops: 16, levelDb: -18, pitchHz: 175 }
          : { name: "E", hops: 13, levelDb: -28, pitchHz: 115 },
      );
    }
    sounds.push(pause(70));
  }
  return { sounds, accents };
}
