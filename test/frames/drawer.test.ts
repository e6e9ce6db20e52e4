/** @file Frames drawn by worker threads: the built ones in dist/, as a user has them. */

import { createHash } from "node:crypto";
import { NullTarget } from "mediabunny";
import { type FilmMachine, type FilmSink, renderFilm } from "ritratto";
import { openNode } from "ritratto/node";
import { describe, expect, test } from "vitest";
import { CHANNEL_COUNT, setChannels } from "../../src/base/channels.js";
import { drawInline, type FrameDrawer } from "../../src/frames/drawer.js";
import { makeTake, type Take } from "../../src/performance/take.js";
import { CONSENT } from "../support/consent.js";
import { astronautRig } from "../support/machine.js";

const rig = await astronautRig();
const FRAMES = 8;
const take = nodding(FRAMES);

/** A take in which every frame looks different. */
function nodding(frameCount: number): Take {
  const made = makeTake(25, frameCount);
  for (let i = 0; i < frameCount; i++) {
    const share = i / frameCount;
    setChannels(made.weights.subarray(i * CHANNEL_COUNT, (i + 1) * CHANNEL_COUNT), {
      jawOpen: 0.4 * share,
      eyeBlink: 1 - share,
    });
    made.head.set([0.1 * share, -0.1 * share], 6 * i);
  }
  return made;
}

async function drawerOf(threads: number, of: Take = take, withRig = rig): Promise<FrameDrawer> {
  const { drawFrames } = await openNode({ threads });
  if (drawFrames === undefined) throw new Error("no drawing threads");
  return drawFrames(withRig, of);
}

const hash = (frame: Uint8Array) => createHash("sha256").update(frame).digest("hex");

/** All frames, asked for at once. */
async function drawAll(drawer: FrameDrawer): Promise<string[]> {
  try {
    const asked = Array.from({ length: FRAMES }, (_, index) => drawer.draw(index));
    return (await Promise.all(asked)).map(hash);
  } finally {
    await drawer.close();
  }
}

/** A film that goes nowhere. */
function nowhere(): FilmSink & { readonly fate: string[] } {
  const fate: string[] = [];
  const target = new NullTarget();
  return {
    target,
    fate,
    commit: () => void fate.push("commit"),
    discard: () => void fate.push("discard"),
  };
}

/** This machine, and how often its drawers were opened and closed. */
async function counting(threads: number, of: (take: Take) => Take = (same) => same) {
  const machine = await openNode({ threads });
  const count = { opened: 0, closed: 0 };
  const counted: FilmMachine = {
    ...machine,
    drawFrames(withRig, asked) {
      const drawer = machine.drawFrames!(withRig, of(asked));
      count.opened++;
      return {
        ...drawer,
        async close() {
          await drawer.close();
          count.closed++;
        },
      };
    },
  };
  return { counted, count };
}

describe("several threads", () => {
  test("draw the same bytes as one, and as the caller's own", async () => {
    const own = await drawAll(drawInline(rig, take));
    expect(new Set(own).size).toBe(FRAMES);
    expect(await drawAll(await drawerOf(1))).toEqual(own);
    expect(await drawAll(await drawerOf(3))).toEqual(own);
  });

  test("give each frame to whom asked for it, in whatever order, also twice", async () => {
    const drawer = await drawerOf(1);
    const own = drawInline(rig, take);
    const order = [5, 5, 0, 5, 7];
    const drawn = await Promise.all(order.map(async (index) => hash(await drawer.draw(index))));
    await drawer.close();
    const wanted: string[] = [];
    for (const index of order) wanted.push(hash(await own.draw(index)));
    expect(drawn).toEqual(wanted);
  });

  test("keep a lane busy each, and one waiting", async () => {
    const drawer = await drawerOf(3);
    expect(drawer.lanes).toBe(6);
    await drawer.close();
  });
});

describe("a thread that dies", () => {
  test("rejects what it was asked for, and all that is asked afterwards", async () => {
    const drawer = await drawerOf(1);
    const beyond = drawer.draw(FRAMES + 100);
    const waiting = drawer.draw(1);
    await expect(beyond).rejects.toThrow(/a frame from 0 to 7/);
    await expect(waiting).rejects.toThrow(/a frame from 0 to 7/);
    await expect(drawer.draw(2)).rejects.toThrow(/a frame from 0 to 7/);
    await drawer.close();
  });

  test("rejects also when it cannot even begin", async () => {
    const drawer = await drawerOf(2, take, { ...rig, skin: undefined as never });
    await expect(Promise.all([drawer.draw(0), drawer.draw(1)])).rejects.toThrow(TypeError);
    await drawer.close();
  });

  test("fails the film, and nothing of it stays", async () => {
    const { counted, count } = await counting(2, (whole) => ({ ...whole, frameCount: 5 }));
    const sink = nowhere();
    await expect(renderFilm({ ...CONSENT, rig, take }, sink, counted)).rejects.toThrow(
      /a frame from 0 to 4/,
    );
    expect(sink.fate).toEqual(["discard"]);
    expect(count).toEqual({ opened: 1, closed: 1 });
  });
});

test("closing rejects frames that are still open", async () => {
  const drawer = await drawerOf(1);
  const open = drawer.draw(0);
  const rejection = expect(open).rejects.toThrow(/thread has ended/);
  await drawer.close();
  await rejection;
});

describe("a film that is stopped", () => {
  test("ends with the reason that was given, its threads and its file gone", async () => {
    const stop = new AbortController();
    const { counted, count } = await counting(2);
    const sink = nowhere();
    const reason = new Error("enough");
    let seen = 0;
    const film = renderFilm({ ...CONSENT, rig, take: nodding(200) }, sink, counted, {
      signal: stop.signal,
      onProgress({ done }) {
        seen = done;
        if (done === 3) stop.abort(reason);
      },
    });
    await expect(film).rejects.toBe(reason);
    expect(seen).toBe(3);
    expect(sink.fate).toEqual(["discard"]);
    expect(count).toEqual({ opened: 1, closed: 1 });
  });

  test("before it began draws nothing", async () => {
    const { counted } = await counting(2);
    const sink = nowhere();
    const run = { signal: AbortSignal.abort() };
    await expect(renderFilm({ ...CONSENT, rig, take }, sink, counted, run)).rejects.toThrow(
      /aborted/,
    );
    expect(sink.fate).toEqual(["discard"]);
  });

  test("and one that is not is committed once", async () => {
    const { counted, count } = await counting(2);
    const sink = nowhere();
    const film = await renderFilm({ ...CONSENT, rig, take }, sink, counted);
    expect(film).toMatchObject({ width: 512, height: 512, fps: 25, frameCount: FRAMES });
    expect(sink.fate).toEqual(["commit"]);
    expect(count).toEqual({ opened: 1, closed: 1 });
  });
});
