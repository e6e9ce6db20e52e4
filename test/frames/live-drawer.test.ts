/** @file Frames by the clock, against those of a film. */
import { describe, expect, test } from "vitest";
import { drawInline } from "../../src/frames/drawer.js";
import { makeLiveDrawer } from "../../src/frames/live-drawer.js";
import { makeTake, type Take } from "../../src/performance/take.js";
import { astronautRig } from "../support/machine.js";
import { cutTake } from "../support/page/cut-take.js";

const FPS = 25;

/** A head that swings, so that what follows it depends on frames before. */
function swinging(frameCount: number): Take {
  const take = makeTake(FPS, frameCount);
  for (let i = 0; i < frameCount; i++) {
    take.head[6 * i + 1] = 0.2 * Math.sin(i / 3);
    take.weights[52 * i + 24] = (i % 5) / 10;
    take.breath[i] = i / frameCount;
  }
  return take;
}

describe("a live view", () => {
  test("shows the frames of a take that comes in pieces as a film has them", async () => {
    const rig = await astronautRig();
    const take = swinging(220);
    const film = drawInline(rig, take, "rgba");
    const live = makeLiveDrawer(rig);
    expect(live.draw(0)).toBeUndefined();
    // Long enough that what is older than its hair remembers has been let go of.
    for (let from = 0; from < 220; from += 20) {
      live.append(cutTake(take, from, from + 20));
      const index = from + 13;
      const frame = live.draw((index + 0.5) / FPS);
      expect(frame?.index).toBe(index);
      expect(Buffer.compare(await film.draw(index), Buffer.from(frame!.picture.data))).toBe(0);
    }
  });

  test("draws nothing twice, and holds its last frame", async () => {
    const live = makeLiveDrawer(await astronautRig());
    live.play(swinging(10));
    expect(live.draw(0.17)?.index).toBe(4);
    expect(live.draw(0.19)).toBeUndefined();
    expect(live.draw(9)?.index).toBe(9);
    expect(live.draw(10)).toBeUndefined();
    expect(live.draw(-1)?.index).toBe(0);
  });

  test("a take that is played anew, and another rig, are seen at once", async () => {
    const rig = await astronautRig();
    const live = makeLiveDrawer(rig);
    live.play(swinging(10));
    const before = Buffer.from(live.draw(0.1)!.picture.data);
    const still = makeTake(FPS, 10);
    live.play(still);
    const after = live.draw(0.1);
    expect(after?.index).toBe(2);
    expect(before.equals(Buffer.from(after!.picture.data))).toBe(false);
    live.wear(rig);
    expect(live.draw(0.1)?.index).toBe(2);
  });
});
