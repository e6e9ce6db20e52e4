/** @file Single frames of a film, copied while it runs by once. */

import type { Footage } from "../base/footage.js";
import type { Picture } from "../base/picture.js";

/** A frame that was kept. */
export interface Still {
  readonly seconds: number;
  readonly picture: Picture;
}

/**
 * The frames shown at some times, in the order of the times.
 *
 * @param seconds - On the film's clock; times behind the end give the last frame.
 */
export async function takeStills(footage: Footage, seconds: readonly number[]): Promise<Still[]> {
  const wanted = seconds.map((at, place) => ({ at, place })).sort((a, b) => a.at - b.at);
  const stills: Still[] = [];
  let last: Still | undefined;
  let next = 0;
  for await (const { timeSeconds, picture } of footage.frames()) {
    while (next < wanted.length && last !== undefined && wanted[next].at < timeSeconds) {
      stills[wanted[next++].place] = last;
    }
    if (next >= wanted.length) break;
    last = { seconds: timeSeconds, picture: copyOf(picture) };
  }
  for (; next < wanted.length && last !== undefined; next++) stills[wanted[next].place] = last;
  return stills;
}

function copyOf(picture: Picture): Picture {
  return { ...picture, data: picture.data.slice() };
}

/** Times evenly spread over a film, seconds. */
export function spreadOver({ video }: Pick<Footage, "video">, count: number): number[] {
  const length = video.endSeconds - video.startSeconds;
  return Array.from({ length: count }, (_, k) => video.startSeconds + ((k + 0.5) / count) * length);
}
