/** @file A film → its mark, out of the mean of frames that are spread over it. */
import type { Footage } from "../base/footage.js";
import type { Plane } from "../base/plane.js";
import { type FindOptions, findMark } from "./find-mark.js";
import { makeMeanLuma } from "./luma.js";
import type { FoundMark } from "./mark.js";

/** So many frames are averaged: more of them gain nothing. */
const FRAMES = 60;

/**
 * Finds a film's mark. All frames are decoded; memory does not grow with their number.
 *
 * @param footage - Not shown smaller than a third of what it was made as, for tiles must be seen: open it
 *   with a size of 1920 px.
 * @returns Nothing, if there is none that is sure.
 */
export async function findFilmMark(
  footage: Footage,
  options: FindOptions = {},
): Promise<FoundMark | undefined> {
  return findMark(await meanFrame(footage), options);
}

/** The mean luma of frames that are spread over a film. */
export async function meanFrame(footage: Footage): Promise<Plane> {
  const { startSeconds, endSeconds } = footage.video;
  const mean = makeMeanLuma(footage);
  let nextSeconds = -Infinity;
  for await (const { timeSeconds, picture } of footage.frames()) {
    if (timeSeconds < nextSeconds) continue;
    mean.add(picture);
    nextSeconds = timeSeconds + (endSeconds - startSeconds) / FRAMES;
  }
  return mean.plane();
}
