/** @file The studio in a real Chromium, from a plain file server: from the samples to a film that is marked. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findFilmMark } from "../../src/mark/film-mark.js";
import { openNode, readFootage } from "../../src/platform/node.js";
import { openWords } from "../../src/studio/words.js";
import { buildStudio } from "../../tools/build-studio.js";
import { CHROMIUM_PATH, type OpenPage, openPage } from "../support/chromium.js";
import { beginOf, handsOf, PATIENCE_MS, SAMPLE_SECONDS } from "../support/studio.js";

if (CHROMIUM_PATH === undefined) console.warn("no Chromium (set CHROMIUM): no studio is tested");

/** Of the samples' film. */
const SIZE = 512;

describe.skipIf(CHROMIUM_PATH === undefined)("the studio", () => {
  const folder = mkdtempSync(join(tmpdir(), "ritratto-studio-"));
  let open: OpenPage;

  beforeAll(async () => {
    await buildStudio(folder);
    open = await openPage(
      {
        folders: { "/": folder },
        files: { "/samples/austen.wav": await beginOf("austen.wav") },
      },
      "/index.html",
    );
    open.page.setDefaultTimeout(PATIENCE_MS);
  }, PATIENCE_MS);
  afterAll(async () => {
    await open?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const { counted, acting, saveAs, takeNow } = handsOf(() => open);

  test(
    "asks why the face may speak before it does",
    async () => {
      await acting(() => open.page.click("#sample"));
      await open.page.waitForSelector("#stage[data-state=ready]");
      expect(await open.page.isDisabled("#play")).toBe(true);
      expect(await open.page.isDisabled("[data-save=mp4]")).toBe(true);
      expect(await open.page.textContent("#hint")).toContain("Say why this face may speak");
      const rest = await open.page.locator("#face").screenshot();
      await open.page.locator("#track").press("End");
      await open.page.waitForTimeout(200);
      expect((await open.page.locator("#face").screenshot()).equals(rest)).toBe(true);
      await open.page.locator("#track").press("Home");
      // What is said leads to where it is answered.
      await open.page.click("#hint");
      expect(await open.page.evaluate("document.activeElement.name")).toBe("consent");
      await open.page.check("input[value=licensed]");
      expect(await open.page.isDisabled("#play")).toBe(false);
    },
    PATIENCE_MS,
  );

  test(
    "shows the portrait while it speaks, pauses, and goes where it is told",
    async () => {
      const { page } = open;
      const seen = () => page.locator("#face").screenshot();
      const rest = await seen();
      const before = await counted("frames");
      await page.click("#play");
      await expect
        .poll(() => counted("frames"), { timeout: PATIENCE_MS })
        .toBeGreaterThan(before + 15);
      await page.click("#play");
      expect((await seen()).equals(rest)).toBe(false);
      const clock = await page.textContent("#clock");
      expect(clock).toMatch(/^0:0[0-2]\.\d \/ 0:03\.0$/);
      await page.waitForTimeout(200);
      expect(await page.textContent("#clock")).toBe(clock);
      const track = await page.locator("#track").boundingBox();
      await page.mouse.click((track?.x ?? 0) + (track?.width ?? 0) / 2, (track?.y ?? 0) + 20);
      expect(await page.textContent("#clock")).toMatch(/^0:01\.[45]/);
    },
    PATIENCE_MS,
  );

  test(
    "acts what a slider says at once, and takes it back",
    async () => {
      const usual = await takeNow();
      await acting(() => open.page.locator("#happy").fill("1"));
      const happy = await takeNow();
      expect(happy.weights).not.toEqual(usual.weights);
      await acting(() => open.page.click("[data-layer=lids]"));
      const anew = await takeNow();
      expect(anew.layers?.lids.curves).not.toEqual(happy.layers?.lids.curves);
      expect(anew.layers?.head.curves).toEqual(happy.layers?.head.curves);
      for (const _ of ["lids", "happy"]) {
        await acting(() => open.page.keyboard.press("Control+z"));
      }
      expect((await takeNow()).weights).toEqual(usual.weights);
    },
    PATIENCE_MS,
  );

  test(
    "saves a film that decodes and is marked",
    async () => {
      const path = await (await saveAs("mp4")).path();
      if (!(await openNode()).hasNativeCodecs) return;
      const footage = await readFootage(path);
      expect([footage.width, footage.height, footage.fps]).toEqual([SIZE, SIZE, 25]);
      expect(footage.sound?.durationSeconds).toBeCloseTo(SAMPLE_SECONDS, 1);
      expect(await findFilmMark(footage)).toBeDefined();
      footage.close?.();
    },
    PATIENCE_MS,
  );

  test(
    "stops saving when it is told",
    async () => {
      await open.page.click("[data-save=webm]");
      await open.page.click("#cancel");
      await expect
        .poll(() => open.page.textContent("#saved"), { timeout: PATIENCE_MS })
        .toContain("nothing was saved");
      expect(await open.page.isEnabled("[data-save=webm]")).toBe(true);
    },
    PATIENCE_MS,
  );

  test("asks nobody but the server that it came from, and nothing fails unheard", () => {
    const foreign = open.requests.filter((url) => {
      return !url.startsWith(`${open.origin}/`) && !/^(blob|data):/.test(url);
    });
    expect(foreign).toEqual([]);
    expect(open.errors).toEqual([]);
  });
});

test("speaks Italian to those who do, and English to all others", () => {
  expect(openWords(["it-CH", "en"]).say("play")).toBe("Riproduci");
  expect(openWords(["de", "it"]).language).toBe("it");
  expect(openWords(["de"]).say("play")).toBe("Play");
  expect(openWords(["en"]).say("saved", { name: "a.mp4" })).toBe("Saved: a.mp4");
});
