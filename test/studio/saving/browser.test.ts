/** @file What the studio saves, in a real Chromium: signed, known again beside it, whole or not at all. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { FilePathSource, Input, WEBM } from "mediabunny";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readFileCredentials } from "../../../src/platform/node-seal.js";
import { buildStudio } from "../../../tools/build-studio.js";
import { CHROMIUM_PATH, type OpenPage, openPage } from "../../support/chromium.js";
import { cutVoice, writeWav } from "../../support/inputs.js";
import { sample } from "../../support/machine.js";

if (CHROMIUM_PATH === undefined) console.warn("no Chromium (set CHROMIUM): nothing is saved");

const SECONDS = 1;
const FPS = 25;
/** Of the portrait that is given; the studio shows it in 512. */
const LARGE = 720;
const PATIENCE_MS = 40_000;
/** Folders that are kept for the page, and how many files are in each; run inside of it. */
const NAMES = `(async () => {
  const found = [];
  for await (const [name, handle] of (await navigator.storage.getDirectory()).entries()) {
    let count = 0;
    for await (const _ of handle.keys()) count++;
    found.push(name + ": " + count);
  }
  return found.sort();
})()`;

describe.skipIf(CHROMIUM_PATH === undefined)("what the studio saves", () => {
  const folder = mkdtempSync(join(tmpdir(), "ritratto-saving-"));
  const place = (name: string) => join(folder, name);
  let open: OpenPage;

  beforeAll(async () => {
    await buildStudio(place("studio"));
    await sharp(sample("astronaut.png")).resize(1600).toFile(place("face.png"));
    writeWav(place("voice.wav"), cutVoice(0.5, 0.5 + SECONDS));
    open = await openPage({ folders: { "/": place("studio") } }, "/index.html");
    await enter();
  }, PATIENCE_MS);
  afterAll(async () => {
    await open?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Gives a portrait and a voice, and says why it may speak. */
  async function enter(): Promise<void> {
    const { page } = open;
    page.setDefaultTimeout(PATIENCE_MS);
    await page.setInputFiles("#portrait-file", place("face.png"));
    await page.waitForSelector("#stage[data-state=ready]");
    await page.setInputFiles("#voice-file", place("voice.wav"));
    await page.waitForSelector("body[data-acted]");
    await page.check("input[value=licensed]");
  }

  /** Presses something, and keeps the file that comes of it. */
  async function saved(press: () => Promise<void>): Promise<string> {
    const coming = open.page.waitForEvent("download");
    await press();
    const download = await coming;
    const path = place(download.suggestedFilename());
    await download.saveAs(path);
    await open.page.waitForSelector("#saving", { state: "hidden" });
    return path;
  }

  interface Wish {
    readonly kind: string;
    readonly background?: string;
    readonly size?: string;
    readonly fps?: string;
  }

  /** Chooses in the dialog. @param button - What is pressed there in the end. */
  async function wish({ kind, background = "portrait", size, fps = "25" }: Wish, button = "save") {
    const { page } = open;
    await page.click("#look-open");
    await page.check(`input[name=kind][value=${kind}]`);
    await page.selectOption("#look-background", background);
    await page.selectOption("#look-size", size ?? "512");
    await page.selectOption("#look-fps", fps);
    await page.click(`#look-${button}`);
  }

  const known = async () => {
    await open.page.click("#keys-open");
    await open.page.locator("#keys-said", { hasText: /\d|Nothing/ }).waitFor();
    const said = await open.page.textContent("#keys-said");
    await open.page.keyboard.press("Escape");
    return said;
  };

  /** What the page beside the studio says of a file. */
  async function verified(path: string): Promise<string> {
    const { page } = open;
    await page.goto(`${open.origin}/verify.html`);
    await page.setInputFiles("#files", path);
    const sentence = page.locator("#results > li[aria-busy=false] > p");
    await sentence.waitFor();
    return (await sentence.textContent()) ?? "";
  }

  test(
    "a film is signed with a key that is made for it, and entered in the registry",
    async () => {
      expect(await known()).toContain("Nothing is kept yet");
      const path = await saved(() => open.page.click("[data-save=mp4]"));
      expect(await open.page.textContent("#saved")).toMatch(
        /Film [0-9a-f]{12}: signed, marked, in this browser's registry\./,
      );
      expect(await known()).toBe("1 film is known here.");
      const { state, consent, inputs, labelled } = await readFileCredentials(path, []);
      expect({ state, consent, labelled }).toEqual({
        ...{ state: "valid", consent: { basis: "licensed" }, labelled: true },
      });
      expect(Object.keys(inputs ?? {}).sort()).toEqual(["audio", "portrait"]);
    },
    PATIENCE_MS,
  );

  test(
    "pictures come as one zip, signed each, with the sound beside them, in another size and rate",
    async () => {
      const path = await saved(() => wish({ kind: "frames", size: `${LARGE}`, fps: "24" }));
      const files = unzipSync(readFileSync(path));
      const names = Array.from({ length: 24 }, (_, i) => `${String(i + 1).padStart(5, "0")}.png`);
      expect(Object.keys(files)).toEqual([...names, "sound.wav"]);
      const last = files["00024.png"] ?? new Uint8Array();
      expect((await sharp(last).metadata()).width).toBe(LARGE);
      expect(new TextDecoder("latin1").decode(last)).toContain("org.ritratto.consent");
    },
    PATIENCE_MS,
  );

  test(
    "films without background keep their opacity; mp4 says that it cannot",
    async () => {
      const path = await saved(() => wish({ kind: "webm", background: "none" }));
      expect(await open.page.textContent("#saved")).toContain(": marked, in this");
      const input = new Input({ source: new FilePathSource(path), formats: [WEBM] });
      expect(await (await input.getPrimaryVideoTrack())?.canBeTransparent()).toBe(true);
      input.dispose();
      await open.page.click("#look-open");
      await open.page.check("input[name=kind][value=mp4]");
      expect(await open.page.isDisabled("#look-save")).toBe(true);
      expect(await open.page.textContent("#look-said")).toContain("MP4 cannot be transparent");
      await open.page.selectOption("#look-background", "portrait");
      await open.page.keyboard.press("Escape");
    },
    PATIENCE_MS,
  );

  test(
    "one picture is the frame that is seen, before the colour that was chosen",
    async () => {
      await open.page.locator("#track").press("End");
      const path = await saved(() => wish({ kind: "frame", background: "color" }));
      const { data, info } = await sharp(path).raw().toBuffer({ resolveWithObject: true });
      expect([info.width, info.height]).toEqual([512, 512]);
      // Marks move colours by two at most.
      for (const [c, value] of [0x2f, 0x6f, 0x4f].entries()) {
        expect(Math.abs((data[c] ?? 0) - value)).toBeLessThanOrEqual(3);
      }
      expect((await readFileCredentials(path, [])).state).toBe("valid");
    },
    PATIENCE_MS,
  );

  test(
    "a folder gets all pictures, or is not there any more",
    async () => {
      const { page } = open;
      await page.evaluate(
        "globalThis.showDirectoryPicker = () => navigator.storage.getDirectory(); 0",
      );
      const names = () => page.evaluate<string[]>(NAMES);
      await wish({ kind: "frames" }, "folder");
      await page.locator("#saved", { hasText: "Saved into the folder “face”" }).waitFor();
      expect(await names()).toEqual([`face: ${FPS * SECONDS + 1}`]);
      const before = await known();
      await wish({ kind: "frames" }, "folder");
      await page.locator("#saving-said", { hasText: /[1-9] %/ }).waitFor();
      await page.click("#cancel");
      await page.locator("#saved", { hasText: "nothing was saved" }).waitFor();
      expect(await names()).toEqual([`face: ${FPS * SECONDS + 1}`]);
      expect(await known()).toBe(before);
    },
    PATIENCE_MS,
  );

  test(
    "a report says what the performance is worth, and where to look",
    async () => {
      const { page } = open;
      await page.click("#report-open");
      await page.click("#report-now");
      await page.locator("#report-found .chip").first().waitFor();
      const rows = page.locator("#report-found .measures li");
      expect(await rows.count()).toBeGreaterThan(10);
      expect(await page.textContent("#report-found")).toContain("Likeness to the portrait");
      expect(await page.getAttribute("#report-save", "download")).toBe("report.html");
      await page.click("#report-now");
      await page.click("#report-cancel");
      await page.locator("#report-problem", { hasText: "Cancelled" }).waitFor();
      await page.keyboard.press("Escape");
      await page.click("#sheet-open");
      await page.waitForSelector("#sheet-picture:not([hidden])");
      await page.keyboard.press("Escape");
    },
    PATIENCE_MS,
  );

  test(
    "the page beside it knows the studio's films, until all is erased",
    async () => {
      const { page } = open;
      const path = place("face.mp4");
      const copies = await saved(async () => {
        await page.click("#keys-open");
        await page.click("#keys-export");
      });
      await page.keyboard.press("Escape");
      const kept = Object.keys(unzipSync(readFileSync(copies)));
      expect(kept).toContain("signer-browser/key.pem");
      // Pictures in the film's size and rate are the same film.
      expect(kept.filter((name) => /^registry\/[0-9a-f]{12}\.json$/.test(name)).length).toBe(4);
      expect(await verified(path)).toMatch(
        /^Made by Ritratto \(job [0-9a-f]{12}, consent: licensed, signer Ritratto signer\)\.$/,
      );
      expect(await page.textContent("#known-said")).toBe("Known: 4 films made in this browser.");
      await page.goto(`${open.origin}/index.html`);
      await page.click("#keys-open");
      await page.click("#keys-erase");
      expect(await page.textContent("#keys-said")).toContain("4 films");
      await page.click("#keys-erase");
      await page.locator("#keys-said", { hasText: "Erased" }).waitFor();
      expect(await verified(path)).toContain("signer not recognised");
    },
    PATIENCE_MS,
  );

  test("nobody but the own server was asked, and nothing failed unheard", () => {
    const foreign = open.requests.filter((url) => {
      return !url.startsWith(`${open.origin}/`) && !/^(blob|data):/.test(url);
    });
    expect(foreign).toEqual([]);
    expect(open.errors).toEqual([]);
  });
});
