/** @file Whether a film's pictures are sound: background, sharpness, colour, frames, streams. */
import { quantile } from "../base/curves.js";
import type { Footage } from "../base/footage.js";
import type { Finding, Moment } from "./measure.js";
import type { Track } from "./track.js";

/** A mean change under this is none, levels: an encoder repeats a still picture almost exactly. */
const FROZEN_LEVELS = 0.06;
/** A picture darker than this is black. */
const BLACK_LUMA = 6;
/** A film frozen in more frames than this is a still picture: nothing else of it is judged. */
export const STILL_SHARE = 0.9;

/** All that is measured of the pictures and the streams. */
export function measurePictures(
  track: Track,
  footage: Pick<Footage, "video" | "audio">,
  hasPortrait: boolean,
): { readonly findings: Finding[]; readonly moments: Moment[] } {
  const { glimpses, found, frameCount } = track;
  const share = (is: (index: number) => boolean, from = 0) => {
    let count = 0;
    for (let i = from; i < frameCount; i++) if (is(i)) count++;
    return (100 * count) / Math.max(1, frameCount - from);
  };
  const background = backgroundOf(track, hasPortrait);
  return {
    findings: [
      background.finding,
      ...driftOf(track),
      { name: "frozenFrames", value: share((i) => glimpses[i].change < FROZEN_LEVELS, 1) },
      { name: "blackFrames", value: share((i) => glimpses[i].luma < BLACK_LUMA) },
      { name: "lostFace", value: share((i) => found[i] === 0) },
      streamsOf(footage),
    ],
    moments: background.moments,
  };
}

function backgroundOf({ glimpses, times }: Track, hasPortrait: boolean) {
  const name = "backgroundDifference" as const;
  const means = glimpses.map(({ backdrop }) => backdrop?.mean ?? Number.NaN);
  if (means.length === 0 || means.some(Number.isNaN)) {
    const note = hasPortrait
      ? "The portrait has another shape than the film, or no background."
      : "No portrait was given.";
    return { finding: { name, note }, moments: [] };
  }
  const worst = means.indexOf(Math.max(...means));
  const moments: Moment[] = [
    {
      seconds: times[worst],
      name,
      what: `The background differs by ${means[worst].toFixed(1)} levels.`,
    },
  ];
  return { finding: { name, value: quantile(means, 0.5) }, moments };
}

/** Last third against the first, of frames with a face. */
function driftOf({ glimpses, found }: Track): Finding[] {
  const seen = glimpses.filter((_, i) => found[i] === 1);
  const third = Math.floor(seen.length / 3);
  if (third < 5) {
    const note = "The film is too short.";
    return [
      { name: "sharpnessDrift", note },
      { name: "colorDrift", note },
    ];
  }
  const [first, last] = [seen.slice(0, third), seen.slice(-third)];
  const sharp = (part: typeof seen) =>
    quantile(
      part.map(({ sharpness }) => sharpness),
      0.5,
    );
  const color = (part: typeof seen, c: number) =>
    quantile(
      part.map(({ lab }) => lab[c]),
      0.5,
    );
  return [
    { name: "sharpnessDrift", value: 100 * (sharp(last) / Math.max(sharp(first), 1e-9) - 1) },
    {
      name: "colorDrift",
      value: Math.hypot(...[0, 1, 2].map((c) => color(last, c) - color(first, c))),
    },
  ];
}

function streamsOf({ video, audio }: Pick<Footage, "video" | "audio">): Finding {
  if (audio === undefined) return { name: "streamDifference", note: "The film has no sound." };
  return { name: "streamDifference", value: 1000 * (video.endSeconds - audio.endSeconds) };
}
