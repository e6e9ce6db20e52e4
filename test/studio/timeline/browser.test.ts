/** @file The timeline in a real Chromium: keys by mouse, finger and keyboard, loops, undo, and films of it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readEdit, writeEdit } from "../../../src/index.js";
import { openNode, readFootage } from "../../../src/platform/node.js";
import { buildStudio } from "../../../tools/build-studio.js";
import { CHROMIUM_PATH, type OpenPage, openPage } from "../../support/chromium.js";
import { beginOf, handsOf, PATIENCE_MS, SAMPLE_SECONDS, textOf } from "../../support/studio.js";

if (CHROMIUM_PATH === undefined) console.warn("no Chromium (set CHROMIUM): no timeline is tested");

/** Where the eyes of the sample are in its film, shares of the picture. */
const EYES = { left: 0.3, right: 0.7, top: 0.3, bottom: 0.5 };
const CELL_PX = 8;

describe.skipIf(CHROMIUM_PATH === undefined)("the timeline", () => {
  const folder = mkdtempSync(join(tmpdir(), "ritratto-timeline-"));
  let open: OpenPage;
  const { acting, saveAs, takeNow } = handsOf(() => open);
  const key = (lane: string) => open.page.locator(`.key[data-lane="${lane}"]`);
  const undo = () => acting(() => open.page.keyboard.press("Control+z"));
  const boxOf = async (locator: Locator) => {
    const box = await locator.boundingBox();
    if (box === null) throw new Error("something that is seen");
    return box;
  };
  /** The middle of a lane at some share of the timeline. */
  const laneAt = async (name: string, share: number) => {
    const track = await boxOf(open.page.locator("#track"));
    const button = await boxOf(open.page.locator(`[data-add=${name}]`));
    return { x: track.x + share * track.width, y: button.y + button.height / 2 };
  };

  beforeAll(async () => {
    await buildStudio(folder);
    const files = { "/samples/austen.wav": await beginOf("austen.wav") };
    open = await openPage({ folders: { "/": folder }, files }, "/index.html");
    open.page.setDefaultTimeout(PATIENCE_MS);
    await open.page.setViewportSize({ width: 1280, height: 900 });
    await acting(() => open.page.click("#sample"));
    await open.page.check("input[value=licensed]");
  }, PATIENCE_MS);
  afterAll(async () => {
    await open?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test(
    "takes a key by double click, drags it, shows the face there at once, and takes each gesture back",
    async () => {
      const { page } = open;
      const face = page.locator("#face");
      const { x, y } = await laneAt("head", 0.5);
      await page.mouse.click(x, y);
      await page.waitForTimeout(300);
      const before = await face.screenshot();
      await acting(() => page.mouse.dblclick(x, y - 6));
      const set = (await takeNow()).edit?.lanes["head.yaw"] ?? [];
      expect(set).toHaveLength(1);
      expect(set[0]?.seconds).toBeCloseTo(SAMPLE_SECONDS / 2, 1);
      expect(set[0]?.value).toBeGreaterThan(3);

      const handle = await boxOf(key("head.yaw"));
      const [cx, cy] = [handle.x + handle.width / 2, handle.y + handle.height / 2];
      await page.mouse.move(cx, cy);
      await page.mouse.down();
      for (const step of [1, 2, 3, 4]) {
        await acting(() => page.mouse.move(cx + 10 * step, cy + 4 * step));
      }
      // The mouse is still down: what is dragged is seen already.
      expect((await face.screenshot()).equals(before)).toBe(false);
      await page.mouse.up();
      const [dragged] = (await takeNow()).edit?.lanes["head.yaw"] ?? [];
      expect(dragged?.value).toBeLessThan((set[0]?.value ?? 0) - 5);
      expect(dragged?.seconds).toBeGreaterThan((set[0]?.seconds ?? 0) + 0.05);
      await undo();
      expect((await takeNow()).edit?.lanes["head.yaw"]).toEqual(set);
      await undo();
      expect((await takeNow()).edit).toBeUndefined();
      await expect.poll(() => key("head.yaw").count()).toBe(0);
    },
    PATIENCE_MS,
  );

  test(
    "is used without a mouse: a key at the playhead, moved by arrows, said aloud, removed",
    async () => {
      const { page } = open;
      await page.locator("#track").press("Home");
      for (const _ of [1, 2, 3]) await page.locator("#track").press("ArrowRight");
      await page.locator("[data-add=lips]").focus();
      await acting(() => page.keyboard.press("Enter"));
      expect(await key("mouth").getAttribute("aria-label")).toBe("Lips: opening, 50 % at 0.62 s");
      await acting(() => page.keyboard.press("ArrowRight"));
      await acting(() => page.keyboard.press("Shift+ArrowUp"));
      expect(await key("mouth").getAttribute("aria-label")).toBe("Lips: opening, 75 % at 0.66 s");
      await acting(() => page.fill("#key-value", "-40"));
      expect((await takeNow()).edit?.lanes.mouth).toEqual([{ seconds: 0.66, value: -0.4 }]);
      await page.locator("#track").focus();
      await page.keyboard.press("Tab");
      await acting(() => page.keyboard.press("Delete"));
      expect(await key("mouth").count()).toBe(0);
      for (const _ of ["Delete", "typed", "arrows", "set"]) await undo();
    },
    PATIENCE_MS,
  );

  test(
    "takes keys by a double tap, and drags them with a finger",
    async () => {
      const cdp = await open.page.context().newCDPSession(open.page);
      const touch = (type: "touchStart" | "touchMove" | "touchEnd", x: number, y: number) =>
        cdp.send("Input.dispatchTouchEvent", {
          type,
          touchPoints: type === "touchEnd" ? [] : [{ x, y }],
        });
      const { x, y } = await laneAt("brows", 0.4);
      await acting(async () => {
        for (const _ of [1, 2]) {
          await touch("touchStart", x, y - 5);
          await touch("touchEnd", x, y - 5);
        }
      });
      const handle = await boxOf(key("brows"));
      const [cx, cy] = [handle.x + handle.width / 2, handle.y + handle.height / 2];
      await acting(async () => {
        await touch("touchStart", cx, cy);
        for (const step of [1, 2, 3]) await touch("touchMove", cx + 12 * step, cy + 4 * step);
        await touch("touchEnd", cx, cy);
      });
      const [moved] = (await takeNow()).edit?.lanes.brows ?? [];
      expect(moved?.seconds).toBeGreaterThan(0.4 * SAMPLE_SECONDS + 0.05);
      expect(moved?.value).toBeLessThan(0);
      for (const _ of ["moved", "set"]) await undo();
    },
    PATIENCE_MS,
  );

  test(
    "lets feelings change at keys, by the sliders while one is chosen",
    async () => {
      const { page } = open;
      const { x, y } = await laneAt("emotion", 0.5);
      await page.mouse.click(x, y);
      await acting(() => page.click("[data-add=emotion]"));
      expect(await page.textContent("#feelings-said")).toMatch(/^Feelings at 1\.[45]\d s$/);
      await acting(() => page.locator("#happy").fill("0"));
      await acting(() => page.locator("#sad").fill("1"));
      const take = await takeNow();
      expect(take.edit?.emotion?.map(({ mix }) => mix)).toEqual([{ sad: 1 }]);
      const frown = take.layers?.emotion.curves.mouthFrownLeft;
      expect(frown?.[10]).toBe(0);
      expect(frown?.[70]).toBeGreaterThan(0.15);
      await acting(() => page.selectOption("#key-feeling", "surprised"));
      await page.click("#track", { position: { x: 5, y: 5 } });
      expect(await page.textContent("#feelings-said")).toBe("Feelings");
      expect(await page.inputValue("#surprised")).toBe("0");
      for (const _ of ["surprised", "sad", "happy", "key"]) await undo();
      expect((await takeNow()).edit).toBeUndefined();
    },
    PATIENCE_MS,
  );

  test(
    "plays a stretch over and over, until it is cleared or taken back",
    async () => {
      const { page } = open;
      const ruler = await boxOf(page.locator("#ruler"));
      const at = (share: number) => [ruler.x + share * ruler.width, ruler.y + 8] as const;
      await page.mouse.move(...at(0.4));
      await page.mouse.down();
      await page.mouse.move(...at(0.5), { steps: 3 });
      await page.mouse.move(...at(0.6), { steps: 3 });
      await page.mouse.up();
      expect(await page.getAttribute("#loop", "aria-pressed")).toBe("true");
      await page.click("#play");
      const seconds = async () => Number((await page.textContent("#clock"))?.slice(2, 6));
      const heard: number[] = [];
      for (let k = 0; k < 15; k++) {
        heard.push(await seconds());
        await page.waitForTimeout(120);
      }
      await page.click("#play");
      expect(Math.min(...heard)).toBeGreaterThanOrEqual(1.1);
      expect(Math.max(...heard)).toBeLessThanOrEqual(1.8);
      expect(heard.some((now, k) => now < (heard[k - 1] ?? 0))).toBe(true);
      await page.locator("#ruler .end.to").press("Shift+ArrowRight");
      expect(await page.getAttribute("#ruler .end.to", "aria-valuetext")).toBe("2.20 s");
      await page.locator("#track").press("Escape");
      expect(await page.isVisible("#ruler .band")).toBe(false);
      expect(await page.getAttribute("#loop", "aria-pressed")).toBe("false");
      await page.keyboard.press("Control+z");
      expect(await page.isVisible("#ruler .band")).toBe(true);
      for (const _ of ["end", "drawn"]) await page.keyboard.press("Control+z");
      expect(await page.isVisible("#ruler .band")).toBe(false);

      await page.locator("#track").press("Home");
      for (const _ of [1, 2, 3]) await page.locator("#track").press("ArrowRight");
      await page.keyboard.press("i");
      for (const _ of [1, 2, 3]) await page.locator("#track").press("ArrowRight");
      await page.keyboard.press("o");
      const ends = ["from", "to"].map((end) =>
        page.getAttribute(`#ruler .end.${end}`, "aria-valuetext"),
      );
      expect(await Promise.all(ends)).toEqual(["0.60 s", "1.20 s"]);
      await page.click("#ruler button");
      expect(await page.isVisible("#ruler .band")).toBe(false);
    },
    PATIENCE_MS,
  );

  test(
    "makes another film of an edit, that differs where it was edited and only there; edits are files",
    async () => {
      const { page } = open;
      const filmNow = async () => (await saveAs("mp4")).path();
      const plain = await filmNow();
      const path = join(folder, "shut.edit.json");
      const shut = [1.42, 1.58].map((seconds) => ({ seconds, value: 1 }));
      writeFileSync(path, writeEdit({ lanes: { lids: shut } }));
      await acting(() => page.setInputFiles("#edit-file", path));
      const saving = page.waitForEvent("download");
      await page.click("#edit-save");
      expect(readEdit(await textOf(await saving)).lanes.lids).toEqual(shut);
      const edited = await filmNow();
      await acting(() => page.click("#edit-clear"));
      if (!(await openNode()).hasNativeCodecs) return;

      const [a, b] = [await eyesOf(plain), await eyesOf(edited)];
      expect(a).toHaveLength(SAMPLE_SECONDS * 25);
      const sizes = a.map((eyes, frame) => apart(eyes, b[frame] ?? eyes));
      // An edit reaches a quarter of a second beyond its keys. Mark and compression differ everywhere, unseen.
      const isReached = (frame: number) => Math.abs((frame + 0.5) / 25 - 1.5) < 0.08 + 0.25;
      const far = sizes.filter((_, frame) => !isReached(frame));
      // Shut lids instead of eyes; soon after, this voice blinks by itself.
      const shutNow = sizes.slice(33, 36);
      expect(Math.max(...far)).toBeLessThan(8);
      expect(Math.min(...shutNow)).toBeGreaterThan(60);
    },
    2 * PATIENCE_MS,
  );

  test("says nothing to nobody, and nothing fails unheard", () => {
    expect(open.errors).toEqual([]);
  });
});

/** The eyes' part of each frame of a film, in cells: what single pixels lose to compression is no difference. */
async function eyesOf(path: string): Promise<Float32Array[]> {
  const footage = await readFootage(path);
  const eyes: Float32Array[] = [];
  for await (const { picture } of footage.frames()) {
    const { width, height, data } = picture;
    const columns = Math.floor(width / CELL_PX);
    const cells = new Float32Array(columns * Math.floor(height / CELL_PX));
    for (let y = Math.round(EYES.top * height); y < EYES.bottom * height; y++) {
      for (let x = Math.round(EYES.left * width); x < EYES.right * width; x++) {
        const cell = Math.floor(y / CELL_PX) * columns + Math.floor(x / CELL_PX);
        cells[cell] = (cells[cell] ?? 0) + (data[4 * (y * width + x) + 1] ?? 0) / CELL_PX ** 2;
      }
    }
    eyes.push(cells);
  }
  footage.close();
  return eyes;
}

/** The largest difference of a cell, of 255. */
function apart(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? 0))), 0);
}
