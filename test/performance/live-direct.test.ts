/** @file A live performance that is told otherwise: no frame is lost or doubled, nothing jumps. */
import { expect, test } from "vitest";
import { directLive } from "../../src/performance/live-direct.js";
import type { Direction } from "../../src/performance/performance.js";
import { openDefaultStyle } from "../../src/performance/style.js";
import type { Take } from "../../src/performance/take.js";
import { cutVoice, VOICE_HZ } from "../support/inputs.js";
import { assets, nets } from "../support/machine.js";
import { correlation, curveOf, turnOf } from "./takes.js";

const VOICE = cutVoice(2, 9);
const BLOCK = 1600;
const style = await openDefaultStyle(assets);

/** @param changes - What is told from a block on. */
async function live(changes: Readonly<Record<number, Direction>>): Promise<readonly Take[]> {
  const acting = directLive(VOICE_HZ, { nets }, { style, seed: 3 });
  const takes: (Take | undefined)[] = [];
  for (let at = 0, k = 0; at < VOICE.length; at += BLOCK, k++) {
    const change = changes[k];
    if (change) acting.direct({ style, seed: 3, ...change });
    takes.push(await acting.push(VOICE.subarray(at, at + BLOCK)));
  }
  takes.push(await acting.finish());
  return takes.filter((take) => take !== undefined);
}

const frames = (takes: readonly Take[]) =>
  takes.reduce((sum, { frameCount }) => sum + frameCount, 0);
const steps = (curve: readonly number[]) =>
  Math.max(...curve.slice(1).map((value, i) => Math.abs(value - (curve[i] ?? 0))));

test("what is told counts from then on; frames follow each other, lips stay the sound's", async () => {
  const plain = await live({});
  const told = await live({
    20: { head: 0 },
    35: { emotion: [{ seconds: 0, mix: { happy: 1 } }] },
  });
  expect(frames(told)).toBe(frames(plain));
  const [before, after] = [plain, told].map((takes) =>
    takes.flatMap((take) => curveOf(take, "jawOpen")),
  );
  expect(correlation(before ?? [], after ?? [])).toBeGreaterThan(0.97);
  const smile = told.flatMap((take) => curveOf(take, "mouthSmileLeft"));
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  // The feeling is felt from its block on, and not before.
  expect(mean(smile.slice(100)) - mean(smile.slice(0, 80))).toBeGreaterThan(0.15);
  const turn = told.flatMap((take) => [...turnOf(take, "yaw")]);
  // The head is still in between, and comes to it without a jump.
  expect(steps(turn.slice(62, 80))).toBeLessThan(1e-6);
  const usual = plain.flatMap((take) => [...turnOf(take, "yaw")]);
  expect(steps(turn)).toBeLessThan(2 * steps(usual) + 0.01);
});
