/** @file The studio without a network, under a sub-path: kept whole, it speaks texts and makes films. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readStyle, writeStyle } from "../../../src/performance/style.js";
import { buildStudio, writeOfflineWorker } from "../../../tools/build-studio.js";
import { CHROMIUM_PATH, type OpenPage, openPage } from "../../support/chromium.js";

if (CHROMIUM_PATH === undefined) console.warn("no Chromium (set CHROMIUM): no studio is tested");

const PATIENCE_MS = 120_000;

describe.skipIf(CHROMIUM_PATH === undefined)("the studio, kept by the browser", () => {
  const folder = mkdtempSync(join(tmpdir(), "ritratto-offline-"));
  let open: OpenPage;
  beforeAll(async () => {
    await buildStudio(folder);
    open = await openPage({ folders: { "/deep/studio/": folder } }, "/deep/studio/index.html");
    open.page.setDefaultTimeout(PATIENCE_MS);
  }, PATIENCE_MS);
  afterAll(async () => {
    await open?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const speak = async (text: string) => {
    const acted = () => open.page.evaluate<number>("Number(document.body.dataset.acted ?? 0)");
    const before = await acted();
    await open.page.fill("#text", text);
    await open.page.click("#text-speak");
    await expect.poll(acted, { timeout: PATIENCE_MS }).toBeGreaterThan(before);
  };

  test("lays the program that speaks beside its licence, and into no script", () => {
    for (const name of ["espeak-ng.js", "espeak-ng.data", "COPYING"]) {
      expect(existsSync(join(folder, "espeak-ng", name))).toBe(true);
    }
    for (const name of ["studio.js", "studio-thread.js", "browser-speech-thread.js"]) {
      expect(readFileSync(join(folder, name), "utf8")).not.toContain("_emscripten_bind_eSpeak");
    }
  });

  test(
    "speaks a text, and fetches what speaks only then",
    async () => {
      const spoke = () => open.requests.some((url) => url.includes("/espeak-ng/"));
      await open.page.evaluate("navigator.serviceWorker.ready.then(() => true)");
      await open.page.reload();
      expect(await open.page.evaluate("navigator.serviceWorker.controller !== null")).toBe(true);
      expect(spoke()).toBe(false);
      await open.page.click("#texts summary");
      expect(await open.page.isDisabled("#text-speak")).toBe(true);
      await speak("Hello, I am a robot.");
      expect(spoke()).toBe(true);
      expect(await open.page.textContent("#voice-name")).toBe("Text");
    },
    PATIENCE_MS,
  );

  test(
    "makes a film of a text when the network is gone, and asks nobody else",
    async () => {
      await open.page.context().setOffline(true);
      await open.page.reload();
      expect(await open.page.evaluate("fetch('not-kept').then(() => 1, () => 0)")).toBe(0);
      await open.page.click("#sample");
      await open.page.waitForSelector("#stage[data-state=ready]");
      await open.page.click("#texts summary");
      await speak("Still here.");
      await open.page.check("input[value=licensed]");
      const coming = open.page.waitForEvent("download");
      await open.page.click("[data-save=mp4]");
      const film = readFileSync(await (await coming).path());
      expect(film.toString("latin1", 4, 8)).toBe("ftyp");
      expect(film.length).toBeGreaterThan(20_000);
      const foreign = open.requests.filter((url) => {
        return !url.startsWith(`${open.origin}/deep/studio/`) && !/^(?:blob|data):/.test(url);
      });
      expect(foreign).toEqual([]);
      expect(open.errors).toEqual([]);
    },
    PATIENCE_MS,
  );

  test(
    "takes another manner from a file, takes it back, and refuses what is no style",
    async () => {
      const { page } = open;
      const save = async () => {
        const coming = page.waitForEvent("download");
        await page.click("[data-save=csv]");
        return readFileSync(await (await coming).path(), "utf8");
      };
      const acted = () => page.evaluate<number>("Number(document.body.dataset.acted ?? 0)");
      const after = async (does: () => Promise<unknown>) => {
        const before = await acted();
        await does();
        await expect.poll(acted, { timeout: PATIENCE_MS }).toBeGreaterThan(before);
        return save();
      };
      const usual = await save();
      const style = readStyle(readFileSync(join(folder, "assets/default.style")));
      const own = writeStyle({ ...style, name: "Anna", clips: style.clips.slice(-1) });
      const give = (buffer: Uint8Array) =>
        page.setInputFiles("#style-file", {
          ...{ name: "anna.style", mimeType: "", buffer: Buffer.from(buffer) },
        });
      expect(await after(() => give(own))).not.toBe(usual);
      expect(await page.locator("#style option:checked").textContent()).toBe("Anna");
      expect(await after(() => page.click("#undo"))).toBe(usual);
      await give(new Uint8Array(100));
      await expect.poll(() => page.textContent("#alert")).toContain("Learn it again");
    },
    PATIENCE_MS,
  );

  test(
    "offers a new version, which comes when it is wanted and not before",
    async () => {
      const { page } = open;
      await page.context().setOffline(false);
      await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
      await page.reload();
      expect(await page.isHidden("#renewal")).toBe(true);
      const html = join(folder, "index.html");
      writeFileSync(
        html,
        readFileSync(html, "utf8").replace("<h1>Ritratto</h1>", "<h1>Ritratto 2</h1>"),
      );
      await writeOfflineWorker(folder);
      await page.evaluate(
        "navigator.serviceWorker.getRegistration().then((one) => one.update()).then(() => true)",
      );
      await page.waitForSelector("#renewal:not([hidden])");
      await page.reload();
      // What is open stays of one piece.
      expect(await page.textContent("h1")).toBe("Ritratto");
      await page.waitForSelector("#renewal:not([hidden])");
      await page.click("#renew");
      await expect.poll(() => page.textContent("h1"), { timeout: PATIENCE_MS }).toBe("Ritratto 2");
      expect(await page.isHidden("#renewal")).toBe(true);
    },
    PATIENCE_MS,
  );

  test.each([
    ["NotAllowedError", "was refused"],
    ["NotFoundError", "no microphone"],
    ["NotReadableError", "in use elsewhere"],
  ])("says what to do about a microphone's %s", async (name, said) => {
    await open.page.evaluate(
      `navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "${name}"))`,
    );
    await open.page.click("#record");
    await expect.poll(() => open.page.textContent("#alert")).toContain(said);
  });
});
