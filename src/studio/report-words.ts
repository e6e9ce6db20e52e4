/** @file A report in Italian, and in what order it is read. */
import { MEASURES, type MeasureName } from "../index.js";

/** What belongs together, in the order of reading. */
export const MEASURE_GROUPS = [
  {
    ...{ en: "Lips and voice", it: "Labbra e voce" },
    names: [
      ...(["lipOffset", "lipMatch", "lipMatchOverChance", "closureRecall"] as const),
      ...(["closurePrecision", "silenceGap", "silenceMotion", "mouthVariety"] as const),
    ],
  },
  {
    ...{ en: "Eyes and head", it: "Occhi e testa" },
    names: [
      ...(["blinkRate", "blinkLength", "blinkRegularity", "browVariety", "headYaw"] as const),
      ...(["headPitch", "headRoll", "headFreeze", "headSlow", "headFast"] as const),
      ...(["headLead", "beatAlign", "jitter"] as const),
    ],
  },
  {
    ...{ en: "Likeness and picture", it: "Somiglianza e immagine" },
    names: [
      ...(["identityMedian", "identityWorst", "identityDrift"] as const),
      ...(["backgroundDifference", "sharpnessDrift", "colorDrift"] as const),
      ...(["frozenFrames", "blackFrames", "lostFace", "streamDifference", "voiceShift"] as const),
    ],
  },
] satisfies readonly {
  readonly en: string;
  readonly it: string;
  readonly names: readonly MeasureName[];
}[];

/** Titles and units. */
export const MEASURES_IT: Readonly<
  Record<MeasureName, { readonly title: string; readonly unit: string }>
> = {
  lipOffset: { unit: "ms", title: "Labbra rispetto al suono (in ritardo: positivo)" },
  lipMatch: { unit: "r", title: "Le labbra seguono ciò che si dice" },
  lipMatchOverChance: { unit: "r", title: "… più di quanto farebbe un'altra frase" },
  closureRecall: { unit: "quota", title: "p, b, m chiudono le labbra" },
  closurePrecision: { unit: "quota", title: "Le labbra si chiudono per una ragione" },
  silenceGap: { unit: "% degli occhi", title: "Labbra nel silenzio, oltre il riposo" },
  silenceMotion: { unit: "% degli occhi", title: "Le labbra si muovono nel silenzio" },
  identityMedian: { unit: "distanza", title: "Somiglianza al ritratto, mediana" },
  identityWorst: { unit: "distanza", title: "… la peggiore su cento" },
  identityDrift: { unit: "distanza", title: "Somiglianza, ultimo terzo contro il primo" },
  jitter: { unit: "% degli occhi", title: "Tremito del capo" },
  backgroundDifference: { unit: "livelli", title: "Sfondo rispetto a quello del ritratto" },
  blinkRate: { unit: "al minuto", title: "Battiti di ciglia" },
  blinkLength: { unit: "ms", title: "Durata di un battito" },
  blinkRegularity: { unit: "variazione", title: "I battiti vengono in modo irregolare" },
  headYaw: { unit: "gradi", title: "La testa gira, ampiezza" },
  headPitch: { unit: "gradi", title: "La testa annuisce, ampiezza" },
  headRoll: { unit: "gradi", title: "La testa si inclina, ampiezza" },
  headSlow: { unit: "quota", title: "Moto della testa sotto 1 Hz" },
  headFast: { unit: "quota", title: "Moto della testa sopra 5 Hz" },
  headLead: { unit: "ms", title: "Testa in anticipo sulla voce" },
  beatAlign: { unit: "oltre il caso", title: "La testa segue il ritmo" },
  headFreeze: { unit: "secondi", title: "Tempo più lungo con la testa ferma" },
  mouthVariety: { unit: "% degli occhi", title: "Varietà della bocca" },
  browVariety: { unit: "% degli occhi", title: "Varietà delle sopracciglia" },
  sharpnessDrift: { unit: "%", title: "Nitidezza, ultimo terzo contro il primo" },
  colorDrift: { unit: "Lab", title: "Colore, ultimo terzo contro il primo" },
  frozenFrames: { unit: "%", title: "Fotogrammi uguali al precedente" },
  blackFrames: { unit: "%", title: "Fotogrammi neri" },
  lostFace: { unit: "%", title: "Fotogrammi senza volto" },
  streamDifference: { unit: "ms", title: "Immagine e suono finiscono insieme" },
  voiceShift: { unit: "ms", title: "Suono del filmato rispetto alla voce data" },
};

/** What is said of measures and moments; {} stands for a number. */
const SAID_IT: Readonly<Record<string, string>> = {
  "Nobody sings.": "Nessuno canta.",
  "There is no steady beat.": "Non c'è un ritmo regolare.",
  "There is too little song or motion.": "C'è troppo poco canto o movimento.",
  "The film is too short.": "Il filmato è troppo breve.",
  "The film is shorter than {} s.": "Il filmato è più breve di {} s.",
  "The film is too short for a spectrum.": "Il filmato è troppo breve per uno spettro.",
  "There is too little speech.": "C'è troppo poco parlato.",
  "The head does not move.": "La testa non si muove.",
  "The film has no sound, or less than a second of it with pictures.":
    "Il filmato non ha suono, o meno di un secondo con immagini.",
  "The lips do not move, or the film is too short.":
    "Le labbra non si muovono, o il filmato è troppo breve.",
  "The lips follow another sound, or none.": "Le labbra seguono un altro suono, o nessuno.",
  "Only {} sure p, b or m in the film.": "Solo {} p, b o m sicure nel filmato.",
  "Only {} closures in the film.": "Solo {} chiusure nel filmato.",
  "There is no pause of {} ms.": "Non c'è una pausa di {} ms.",
  "The film has no sound.": "Il filmato non ha suono.",
  "The picture stands still.": "L'immagine è ferma.",
  "The portrait has another shape than the film, or no background.":
    "Il ritratto ha un'altra forma del filmato, o nessuno sfondo.",
  "Over the film's least opening; no portrait was given.":
    "Rispetto all'apertura minore del filmato; non è stato dato un ritratto.",
  "No portrait was given.": "Non è stato dato un ritratto.",
  "No voice was given.": "Non è stata data una voce.",
  "The film's sound is not the voice that was given.":
    "Il suono del filmato non è la voce che è stata data.",
  "The face is least like itself ({}).": "Il volto somiglia meno a sé stesso ({}).",
  "The skull jumps by {} % of the eyes' distance.":
    "Il capo salta del {} % della distanza degli occhi.",
  "The head does not move for {} s.": "La testa non si muove per {} s.",
  "The lips stay {} % open at a p, b or m.": "Le labbra restano aperte al {} % su una p, b o m.",
  "In silence the lips are {} % of the eyes' distance farther apart than at rest.":
    "Nel silenzio le labbra sono più aperte che a riposo del {} % della distanza degli occhi.",
  "The background differs by {} levels.": "Lo sfondo differisce di {} livelli.",
};

/** A measure's name and unit. */
export function sayMeasure(
  language: "en" | "it",
  name: MeasureName,
): { readonly title: string; readonly unit: string } {
  return language === "it" ? MEASURES_IT[name] : MEASURES[name];
}

/** What a report says of a measure or a moment; in English where nobody has translated it. */
export function sayRemark(language: "en" | "it", text: string): string {
  if (language === "en") return text;
  const numbers: string[] = [];
  const known = text.replace(/\d+(?:\.\d+)?/g, (number) => {
    numbers.push(number);
    return "{}";
  });
  return SAID_IT[known]?.replace(/\{\}/g, () => numbers.shift() ?? "") ?? text;
}
