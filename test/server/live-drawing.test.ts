/** @file The thread that draws live: in order, and on again once pictures leave. */
import { expect, test } from "vitest";
// As built: it starts a thread of itself.
import { startDrawing } from "../../dist/server/live-drawing.js";
import { makeTake } from "../../src/performance/take.js";
import { astronautRig } from "../support/machine.js";

test("pictures that do not leave are waited for, those between left out, and then it draws on", async () => {
  const drawn: number[] = [];
  const lefts: (() => void)[] = [];
  let wake = () => {};
  const until = async (count: number) => {
    while (drawn.length < count) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const options = { fps: 25, consent: { basis: "self" }, mark: { id: "0123456789ab" } } as const;
  const drawing = await startDrawing(
    { rig: await astronautRig(), options, format: "jpeg" },
    (frame, bytes, left) => {
      expect([...bytes.subarray(0, 2)]).toEqual([0xff, 0xd8]);
      drawn.push(frame);
      lefts.push(left);
      wake();
    },
    (error) => {
      throw error;
    },
  );
  const frame = makeTake(25, 1, 1);
  for (let i = 1; i <= 4; i++) {
    drawing.append(frame);
    await until(i);
  }
  // Four are on their way: this one is left out.
  drawing.append(frame);
  for (const left of lefts) left();
  drawing.append(frame);
  await until(5);
  expect(drawn).toEqual([0, 1, 2, 3, 5]);
  await drawing.finish();
});
