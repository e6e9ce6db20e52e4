/** @file The page as it is given out: it asks for its own files only, and its worker says what the program says. */
import { File } from "node:buffer";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { markPicture } from "../../src/mark/marker.js";
import type { Known } from "../../src/page/job.js";
import { fingerprintPicture } from "../../src/trust/fingerprint.js";
import { buildPage } from "../../tools/build-page.js";
import { HEAD } from "../support/inputs.js";
import { decode, sample } from "../support/machine.js";
import { KNOWN_ID, someEntry } from "../support/trust.js";

const folder = mkdtempSync(join(tmpdir(), "page-"));
const head = join(folder, "head.png");
const read = (name: string) => readFileSync(join(folder, name), "utf8");

beforeAll(async () => {
  await buildPage(folder);
  await sharp(sample("astronaut.png")).extract(HEAD).toFile(head);
});

afterAll(() => rmSync(folder, { recursive: true }));

describe("the page", () => {
  test("names only files that lie beside it, and forbids all others", () => {
    const html = read("verify.html");
    const names = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, name]) => name ?? "");
    expect(names.sort()).toEqual(["verify.css", "verify.js", "verify.svg"]);
    for (const name of names) expect(existsSync(join(folder, name))).toBe(true);
    expect(html).toContain(`default-src 'self' 'wasm-unsafe-eval'; form-action 'none'`);
    expect(html + read("verify.css")).not.toMatch(/https?:|style=|<script>|@import|url\(/);
    expect(read("verify.js")).toContain("worker.js");
    expect(existsSync(join(folder, "worker.js"))).toBe(true);
  });

  test("labels what is asked for, and tells results to screen readers", () => {
    const html = read("verify.html");
    for (const [, id] of html.matchAll(/<input id="([^"]+)"/g)) {
      expect(html).toContain(`<label for="${id}"`);
    }
    expect(html).toContain(`aria-live="polite"`);
    expect(html).toContain(`<html lang="en">`);
    expect(html).toContain("marks can be removed and most videos never had one");
  });
});

/** What a browser's worker has and Node has not, as far as pictures need it. */
function lendBrowser(): {
  tell(known: Known): void;
  send(job: object): Promise<Record<string, unknown>>;
} {
  let answered: (answer: Record<string, unknown>) => void = () => undefined;
  const self = {
    location: { href: pathToFileURL(join(folder, "worker.js")).href },
    postMessage: (answer: Record<string, unknown>) => answered(answer),
    onmessage: undefined as undefined | ((event: object) => void),
  };
  // As an ImageData has them: none of its properties are its own.
  class Pixels {
    get data() {
      return pixels.data;
    }
    get width() {
      return pixels.width;
    }
    get height() {
      return pixels.height;
    }
  }
  let pixels = { data: new Uint8ClampedArray(), width: 0, height: 0 };
  vi.stubGlobal("self", self);
  vi.stubGlobal("fetch", async (url: URL) => {
    const headers = { "content-type": "application/wasm" };
    return new Response(readFileSync(url), { headers });
  });
  vi.stubGlobal(
    "FileReaderSync",
    class {
      readAsArrayBuffer({ bytes }: { readonly bytes: Uint8Array }): ArrayBuffer {
        return Uint8Array.from(bytes).buffer;
      }
    },
  );
  vi.stubGlobal("createImageBitmap", async ({ bytes }: { readonly bytes: Uint8Array }) => {
    const image = sharp(bytes).ensureAlpha().raw();
    const { data, info } = await image.toBuffer({ resolveWithObject: true });
    pixels = { data: Uint8ClampedArray.from(data), width: info.width, height: info.height };
    return { ...pixels, close() {} };
  });
  vi.stubGlobal(
    "OffscreenCanvas",
    class {
      getContext = () => ({ fillRect() {}, drawImage() {}, getImageData: () => new Pixels() });
    },
  );
  return {
    tell: (known) => self.onmessage?.({ data: known }),
    send(job) {
      return new Promise((resolve) => {
        answered = resolve;
        self.onmessage?.({ data: job });
      });
    },
  };
}

/** A browser's file that can also be read at once. */
function fileOf(bytes: Uint8Array, name: string): object {
  const slice = (from: number, to: number) => fileOf(bytes.subarray(from, to), name);
  return Object.assign(new File([bytes], name), { bytes, slice });
}

describe("its worker", () => {
  const page = lendBrowser();
  beforeAll(async () => {
    await import(pathToFileURL(join(folder, "worker.js")).href);
  });
  afterAll(() => {
    vi.unstubAllGlobals();
  });

  test("says what is known of a marked picture, with entries and without", async () => {
    const picture = await decode(head);
    markPicture(picture, { id: KNOWN_ID });
    const { data, width, height } = picture;
    const image = sharp(data, { raw: { width, height, channels: 4 } }).png();
    const file = fileOf(await image.toBuffer(), "still.png");
    const job = { number: 1, file };
    expect(await page.send(job)).toMatchObject({
      number: 1,
      found: {
        verdict: { kind: "mark unknown", exitCode: 5 },
        findings: { mark: { id: KNOWN_ID } },
      },
    });
    page.tell({ entries: [someEntry({ filmSha256: undefined })], anchors: [] });
    expect(await page.send(job)).toMatchObject({ found: { verdict: { exitCode: 5 } } });
    const fingerprint = fingerprintPicture(await decode(head)).upright;
    page.tell({ entries: [someEntry({ fingerprint })], anchors: [] });
    expect(await page.send(job)).toMatchObject({
      found: { verdict: { kind: "made", exitCode: 0 } },
    });
  });

  test("says what is wrong with a file in words", async () => {
    const file = fileOf(new TextEncoder().encode("words, words, words"), "words.mp4");
    const { problem } = await page.send({ number: 2, file });
    expect(problem).toContain("“words.mp4”");
  });
});
