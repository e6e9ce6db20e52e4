/** @file The studio's microphone in Chromium: the portrait says along what is said, and it is kept as the voice. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildStudio } from "../../../tools/build-studio.js";
import { CHROMIUM_PATH, type OpenPage, openPage } from "../../support/chromium.js";
import { beginOf, handsOf, PATIENCE_MS } from "../../support/studio.js";

if (CHROMIUM_PATH === undefined) console.warn("no Chromium (set CHROMIUM): no studio is tested");

describe.skipIf(CHROMIUM_PATH === undefined)("the studio's microphone", () => {
  const folder = mkdtempSync(join(tmpdir(), "ritratto-live-"));
  let open: OpenPage;

  beforeAll(async () => {
    await buildStudio(folder);
    open = await openPage(
      {
        folders: { "/": folder },
        files: { "/samples/austen.wav": await beginOf("austen.wav") },
        flags: [`--use-file-for-fake-audio-capture=${resolve("samples/austen.wav")}`],
      },
      "/index.html",
    );
    open.page.setDefaultTimeout(PATIENCE_MS);
  }, PATIENCE_MS);
  afterAll(async () => {
    await open?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const { counted, acting, takeNow } = handsOf(() => open);
  const delay = () => open.page.evaluate<number>("Number(document.body.dataset.delay)");

  test(
    "moves the portrait while somebody speaks, as the sliders say, and keeps what was said",
    async () => {
      const { page, errors } = open;
      await acting(() => page.click("#sample"));
      await page.waitForSelector("#stage[data-state=ready]");
      expect(await page.textContent("#record")).toBe("Record");
      await page.check("input[value=licensed]");
      expect(await page.textContent("#record")).toBe("Speak");
      const rest = await page.locator("#face").screenshot();
      const before = await counted("frames");
      await page.click("#record");
      await expect
        .poll(() => counted("frames"), { timeout: PATIENCE_MS })
        .toBeGreaterThan(before + 5);
      expect(await page.textContent("#record")).toBe("Stop");
      expect(await page.isDisabled("#play")).toBe(true);
      const [start, first] = [Date.now(), await counted("frames")];
      await page.waitForTimeout(4000);
      const rate = ((await counted("frames")) - first) / ((Date.now() - start) / 1000);
      console.info(`live: ${rate.toFixed(1)} frames a second, ${await delay()} s after the sound`);
      expect(rate).toBeGreaterThan(5);
      expect((await page.locator("#face").screenshot()).equals(rest)).toBe(false);
      expect(await delay()).toBeGreaterThan(0.2);
      expect(await page.textContent("#voice-name")).toMatch(/^Recording \d+\.\d s$/);
      // A slider acts at once, and the frames go on.
      const head = page.locator("#performance input[type=range]").nth(1);
      await head.press("Home");
      const told = await counted("frames");
      await expect
        .poll(() => counted("frames"), { timeout: PATIENCE_MS })
        .toBeGreaterThan(told + 20);
      await acting(() => page.click("#record"));
      expect(await page.textContent("#record")).toBe("Speak");
      expect(await page.textContent("#voice-name")).toBe("Recording");
      const take = await takeNow();
      expect(take.frameCount / take.fps).toBeGreaterThan(4);
      expect(Math.max(...take.weights)).toBeGreaterThan(0.2);
      expect(errors).toEqual([]);
    },
    2 * PATIENCE_MS,
  );

  test(
    "says why none could be opened, and stops when it is unplugged",
    async () => {
      const { page } = open;
      await page.evaluate(`{
        window.kept = navigator.mediaDevices.getUserMedia;
        navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
      }`);
      await page.keyboard.press("r");
      await page.waitForSelector("#alert:not([hidden])");
      expect(await page.textContent("#alert")).toMatch(/microphone/i);
      expect(await page.textContent("#record")).toBe("Speak");
      await page.evaluate(`{
        navigator.mediaDevices.getUserMedia = async (wish) => {
          const stream = await window.kept.call(navigator.mediaDevices, wish);
          window.track = stream.getAudioTracks()[0];
          return stream;
        };
      }`);
      await page.click("#record");
      await expect
        .poll(() => page.textContent("#voice-name"), { timeout: PATIENCE_MS })
        .toMatch(/[1-9]\.\d s/);
      await acting(() => page.evaluate('window.track.dispatchEvent(new Event("ended"))'));
      expect(await page.textContent("#record")).toBe("Speak");
    },
    2 * PATIENCE_MS,
  );
});
