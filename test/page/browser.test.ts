/** @file The page in a real Chromium: it says of files what the program says, and asks nobody else. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PROVES_NOTHING } from "../../src/trust/verdict.js";
import { buildPage } from "../../tools/build-page.js";
import { makeFolder } from "../media/material.js";
import { CHROMIUM_PATH, type OpenPage, openPage } from "../support/chromium.js";
import { cutVoice, writeFace, writeWav } from "../support/inputs.js";
import { ritratto, ritrattoHere } from "../support/program.js";

const place = makeFolder();
const [home, elsewhere] = [place("home"), place("elsewhere")];
const film = place("film.mp4");
const before = process.env.RITRATTO_HOME;

if (CHROMIUM_PATH === undefined) console.warn("no Chromium (set CHROMIUM): the page is not opened");

/** What the program says where these are known, and its code. */
async function saidAt(where: string, path: string): Promise<readonly [string, string]> {
  process.env.RITRATTO_HOME = where;
  const { out, code } = await ritrattoHere(["verify", path], place(""));
  return [withoutZ(out.trim()), String(code)];
}

/** Browsers convert colours a little differently. */
function withoutZ(sentence: string): string {
  return sentence.replace(/z \d+\.\d/, "z");
}

describe.skipIf(CHROMIUM_PATH === undefined)("the page in Chromium", () => {
  let open: OpenPage;
  const complaints: string[] = [];

  beforeAll(async () => {
    process.env.RITRATTO_HOME = home;
    await writeFace(place("face.png"));
    await sharp(place("face.png")).resize(128).toFile(place("small.png"));
    writeWav(place("voice.wav"), cutVoice(0, 2));
    const words = ["speak", place("face.png"), place("voice.wav"), "-o", film, "--fps", "12"];
    const how = ["--consent", "self", "--size", "256", "--threads", "1"];
    const [made] = await Promise.all([
      ritratto([...words, ...how], place("")),
      buildPage(place("page")),
    ]);
    expect(made.code, made.err).toBe(0);
    open = await openPage({ folders: { "/": place("page") } }, "/verify.html");
    open.page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    await open.page.waitForLoadState("networkidle");
    // From here on there is no network at all.
    await open.page.context().setOffline(true);
  }, 60_000);

  afterAll(async () => {
    if (before === undefined) delete process.env.RITRATTO_HOME;
    else process.env.RITRATTO_HOME = before;
    await open?.close();
  });

  /** Chooses files by one of the page's fields. */
  const choose = (field: string, ...paths: string[]) =>
    open.page.locator(`#${field}`).setInputFiles(paths);

  /** Waits for what is said of the last of so many files. @returns Its sentence, and its code. */
  async function said(count: number): Promise<readonly [string, string]> {
    const item = open.page.locator("#results > li").nth(count - 1);
    await item.and(open.page.locator("[aria-busy=false]")).waitFor();
    const sentence = await item.locator(":scope > p").textContent();
    return [withoutZ(sentence ?? ""), (await item.getAttribute("data-exit")) ?? ""];
  }

  test("without a registry: what the program says where nothing is known", async () => {
    const bytes = readFileSync(film);
    bytes.write("free", bytes.indexOf("uuid"));
    writeFileSync(place("stripped.mp4"), bytes);
    await choose("files", film, place("stripped.mp4"), place("small.png"));
    const foreign = await said(1);
    expect(foreign).toEqual(await saidAt(elsewhere, film));
    expect(foreign[0]).toContain("signer not recognised");
    const unknown = await said(2);
    expect(unknown[1]).toBe("5");
    expect(unknown[0]).toContain("but there is no registry here to be asked");
    expect(await said(3)).toEqual([`No mark found. ${PROVES_NOTHING}`, "3"]);
  });

  test("with a registry's folder and a certificate: whose films they are", async () => {
    await choose("known-folder", join(home, "registry"));
    await choose("known", join(home, "signer", "root.pem"), join(home, "signer", "key.pem"));
    const known = open.page.locator("#known-said", { hasText: "1 certificate." });
    expect(await known.textContent()).toBe(
      "Known: 1 film, 1 certificate. Not used: “key.pem” holds 0 certificates.",
    );
    await choose("files", film, place("stripped.mp4"));
    const [made, copy] = [await said(4), await said(5)];
    expect(made).toEqual(await saidAt(home, film));
    expect(made[0]).toMatch(/^Made by Ritratto .* signer Ritratto signer\)\.$/);
    expect(copy).toEqual(await saidAt(home, place("stripped.mp4")));
    expect(copy[0]).toMatch(/^Made by Ritratto .* signer Ritratto signer\)\. This is a copy/);
  });

  test("a folder: altered films and words, and nothing of other files", async () => {
    mkdirSync(place("folder"));
    const altered = join(place("folder"), "altered.mp4");
    const bytes = readFileSync(film);
    bytes[bytes.length - 1000] ^= 1;
    writeFileSync(altered, bytes);
    writeFileSync(join(place("folder"), "words.mp4"), "words");
    copyFileSync(place("voice.wav"), join(place("folder"), "voice.wav"));
    await choose("folder", place("folder"));
    const found = [await said(6), await said(7)].sort(([, a], [, b]) => Number(b) - Number(a));
    expect(found[0]).toEqual(await saidAt(home, altered));
    expect(found[0]?.[1]).toBe("4");
    expect(found[1]).toEqual([
      "Not readable. “words.mp4” is not an mp4, mov, webm or mkv film. Give a whole mp4, mov, webm or mkv film that plays elsewhere.",
      "2",
    ]);
    expect(await open.page.locator("#results > li").count()).toBe(7);
  });

  test("nothing was asked for but the page's own files, and nothing complained", () => {
    const asked = open.requests.map((address) => address.replace(`${open.origin}/`, ""));
    expect(new Set(asked)).toEqual(new Set(readdirSync(place("page"))));
    expect(open.errors).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
