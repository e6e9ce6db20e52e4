/** @file Rig + take → frames. */
import type { Picture } from "../base/picture.js";
import type { Run } from "../base/run.js";
import { step } from "../base/run.js";
import type { Take } from "../performance/take.js";
import type { Rig } from "../rig/rig.js";
import { momentsOf } from "./moment.js";
import { makeRenderer } from "./renderer.js";

/** One frame of a film. */
export interface Frame {
  readonly index: number;
  /** When it is first shown. */
  readonly timeSeconds: number;
  /** Reused by the next frame: copy it to keep it. */
  readonly picture: Picture;
}

/** Draws all frames of a take, one after the other, on the caller's thread. */
export async function* renderFrames(rig: Rig, take: Take, run?: Run): AsyncGenerator<Frame> {
  const renderer = makeRenderer(rig);
  const momentAt = momentsOf(take);
  for (let index = 0; index < take.frameCount; index++) {
    step(run, "film", index, take.frameCount);
    const picture = renderer.render(momentAt(index));
    yield { index, timeSeconds: index / take.fps, picture };
  }
  step(run, "film", take.frameCount, take.frameCount);
}
