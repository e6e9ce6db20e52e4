/** @file What lips do: close where they must, nowhere else, and rest in silence. */
import { clamp } from "../base/curves.js";
import { type LipSync, measureLipSync } from "./lip-sync.js";
import type { Finding, Moment } from "./measure.js";
import { pausesOf, RATE, type Speech } from "./speech.js";

/** Under this share of their usual opening the lips are closed. */
const CLOSED = 0.15;
/** Lips may close this much before or after the sound, steps. */
const CLOSURE_NEAR = 8;
/** A closure has its reason within so many steps. */
const REASON_NEAR = 10;
/** A sound that closes: its probability at the least, at its height, and its length, steps. */
const SURE = { edge: 0.2, peak: 0.6, steps: 4 } as const;
/** Fewer closures than this say nothing. */
const LEAST_CLOSURES = 3;
/** Lips that follow no better than this above chance follow another sound: they have no offset. */
const MATCH_LEAST = 0.12;
/** Of a pause, what is left to close and to open in, steps. */
const PAUSE_EDGES = { before: 20, after: 10 } as const;

/** All that is measured of the lips. */
export function measureLips(
  speech: Speech | undefined,
  restGap: number | undefined,
): { readonly findings: Finding[]; readonly moments: Moment[] } {
  if (speech === undefined) {
    const note = "The film has no sound, or less than a second of it with pictures.";
    const names = [
      "lipOffset",
      "lipMatch",
      "lipMatchOverChance",
      "closureRecall",
      "closurePrecision",
      "silenceGap",
      "silenceMotion",
    ] as const;
    return { findings: names.map((name) => ({ name, note })), moments: [] };
  }
  const sync = measureLipSync(speech);
  const timed = inTime(speech, sync);
  const closures = measureClosures(timed);
  const silence = measureSilence(timed, restGap);
  return {
    findings: [...syncFindings(sync), ...closures.findings, ...silence.findings],
    moments: [...closures.moments, ...silence.moments],
  };
}

/** Lips that are late as a whole are blamed for that alone: what they do is judged without it. */
function inTime(speech: Speech, sync: LipSync | undefined): Speech {
  if (sync === undefined || !hasOffset(sync)) return speech;
  const lag = Math.round((sync.offsetMs * RATE) / 1000);
  const earlier = (curve: Float32Array) =>
    curve.map((_, i) => curve[clamp(i + lag, 0, curve.length - 1)]);
  return { ...speech, aperture: earlier(speech.aperture), openness: earlier(speech.openness) };
}

function hasOffset({ match, chance }: LipSync): boolean {
  return match - chance >= MATCH_LEAST;
}

function syncFindings(sync: LipSync | undefined): Finding[] {
  if (sync === undefined) {
    const note = "The lips do not move, or the film is too short.";
    return (["lipOffset", "lipMatch", "lipMatchOverChance"] as const).map((name) => ({
      name,
      note,
    }));
  }
  return [
    hasOffset(sync)
      ? { name: "lipOffset", value: sync.offsetMs }
      : { name: "lipOffset", note: "The lips follow another sound, or none." },
    { name: "lipMatch", value: sync.match },
    { name: "lipMatchOverChance", value: sync.match - sync.chance },
  ];
}

interface Stretch {
  readonly start: number;
  readonly end: number;
}

function measureClosures(speech: Speech) {
  const { openness, narrowing, closing, level, loudDb, startSeconds } = speech;
  const wanted = sureClosures(speech);
  const least = ({ start, end }: Stretch) =>
    Math.min(...openness.slice(Math.max(0, start - CLOSURE_NEAR), end + CLOSURE_NEAR));
  const missed = wanted.filter((stretch) => least(stretch) >= CLOSED);
  const moments = missed.map(
    (stretch): Moment => ({
      seconds: startSeconds + (stretch.start + stretch.end) / 2 / RATE,
      name: "closureRecall",
      what: `The lips stay ${Math.round(100 * least(stretch))} % open at a p, b or m.`,
    }),
  );
  const made = stretchesUnder(openness, CLOSED).filter(
    ({ start, end }) => level[(start + end) >> 1] > loudDb - 25,
  );
  const hasReason = ({ start, end }: Stretch) => {
    for (
      let i = Math.max(0, start - REASON_NEAR);
      i < Math.min(speech.count, end + REASON_NEAR);
      i++
    ) {
      if (narrowing[i] > 0.2 || closing[i] > 0.1 || level[i] < loudDb - 30) return true;
    }
    return false;
  };
  const rare = (what: string, count: number) => `Only ${count} ${what} in the film.`;
  const findings: Finding[] = [
    wanted.length >= LEAST_CLOSURES
      ? { name: "closureRecall", value: 1 - missed.length / wanted.length }
      : { name: "closureRecall", note: rare("sure p, b or m", wanted.length) },
    made.length >= LEAST_CLOSURES
      ? { name: "closurePrecision", value: made.filter(hasReason).length / made.length }
      : { name: "closurePrecision", note: rare("closures", made.length) },
  ];
  return { findings, moments };
}

/** Stretches that are p, b or m beyond doubt. */
function sureClosures({ closing, count }: Speech): Stretch[] {
  const found: Stretch[] = [];
  for (let start = 0; start < count; start++) {
    let end = start;
    let peak = 0;
    while (end < count && closing[end] > SURE.edge) peak = Math.max(peak, closing[end++]);
    if (peak > SURE.peak && end - start >= SURE.steps) found.push({ start, end });
    start = end;
  }
  return found;
}

function stretchesUnder(curve: Float32Array, limit: number): Stretch[] {
  const found: Stretch[] = [];
  for (let start = 0; start < curve.length; start++) {
    let end = start;
    while (end < curve.length && curve[end] < limit) end++;
    if (end > start) found.push({ start, end });
    start = end;
  }
  return found;
}

function measureSilence(speech: Speech, restGap: number | undefined) {
  const { aperture, startSeconds } = speech;
  const inside = pausesOf(speech).map(({ start, end }) => ({
    start: start + PAUSE_EDGES.before,
    end: end - PAUSE_EDGES.after,
  }));
  const steps = inside.flatMap(({ start, end }) => [...aperture.slice(start, end)]);
  if (steps.length < RATE / 4) {
    const note = "There is no pause of 300 ms.";
    return {
      findings: [
        { name: "silenceGap", note },
        { name: "silenceMotion", note },
      ] as Finding[],
      moments: [],
    };
  }
  // Without a portrait the mouth's least opening stands for its rest.
  const rest = restGap ?? aperture.slice().sort()[Math.floor(0.05 * aperture.length)];
  const mean = steps.reduce((sum, value) => sum + value, 0) / steps.length;
  const spread = Math.sqrt(
    inside.reduce((sum, stretch) => sum + scatter(aperture.slice(stretch.start, stretch.end)), 0) /
      steps.length,
  );
  const widest = inside.reduce((a, b) => (meanOf(aperture, b) > meanOf(aperture, a) ? b : a));
  const findings: Finding[] = [
    {
      name: "silenceGap",
      value: 100 * (mean - rest),
      // Some mouths rest open.
      isJudged: restGap !== undefined,
      note:
        restGap === undefined ? "Over the film's least opening; no portrait was given." : undefined,
    },
    { name: "silenceMotion", value: 100 * spread },
  ];
  const moments: Moment[] = [
    {
      seconds: startSeconds + (widest.start + widest.end) / 2 / RATE,
      name: "silenceGap",
      what: `In silence the lips are ${(100 * (meanOf(aperture, widest) - rest)).toFixed(1)} % of the eyes' distance farther apart than at rest.`,
    },
  ];
  return { findings, moments };
}

function meanOf(curve: Float32Array, { start, end }: Stretch): number {
  return curve.slice(start, end).reduce((sum, value) => sum + value, 0) / Math.max(end - start, 1);
}

/** Sum of squared distances from the mean. */
function scatter(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}
