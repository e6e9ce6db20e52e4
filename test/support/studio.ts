/** @file The studio in Chromium, as its tests use it: the samples, what was acted, what is saved. */
import { join } from "node:path";
import type { Download } from "playwright-core";
import { vi } from "vitest";
import { readTake, type Take } from "../../src/index.js";
import { readBytes } from "../../src/platform/node.js";
import type { OpenPage } from "./chromium.js";

/** Of the samples' film. */
export const SAMPLE_SECONDS = 3;
/** How long anything of the studio may take on a busy machine, ms. */
export const PATIENCE_MS = 90_000;

/** What tests do with an open studio. */
export interface StudioHands {
  /** How often was acted, or how many frames were drawn. */
  counted(name: "acted" | "frames"): Promise<number>;
  /** Does something, and waits until it has been acted. */
  acting(does: () => Promise<unknown>): Promise<void>;
  saveAs(kind: string): Promise<Download>;
  takeNow(): Promise<Take>;
}

/** Hands for a page that may be opened later. */
export function handsOf(open: () => OpenPage): StudioHands {
  const counted = (name: "acted" | "frames") =>
    open().page.evaluate<number>(`Number(document.body.dataset.${name} ?? 0)`);
  const saveAs = async (kind: string) => {
    const coming = open().page.waitForEvent("download");
    await open().page.click(`[data-save=${kind}]`);
    return coming;
  };
  return {
    counted,
    async acting(does) {
      const before = await counted("acted");
      await does();
      const isActed = async () => (await counted("acted")) > before;
      await vi.waitUntil(isActed, { timeout: PATIENCE_MS, interval: 30 });
    },
    saveAs,
    takeNow: async () => readTake(await textOf(await saveAs("json"))),
  };
}

/** What a page serves as its samples: the first seconds of the voice, a wav of 16 bits at 16 kHz, mono. */
export async function beginOf(name: string): Promise<Uint8Array> {
  const whole = await readBytes(join("samples", name), "audio_unreadable");
  const header = 44;
  const begin = whole.slice(0, header + SAMPLE_SECONDS * 2 * 16_000);
  const view = new DataView(begin.buffer);
  view.setUint32(4, begin.length - 8, true);
  view.setUint32(40, begin.length - header, true);
  return begin;
}

/** What was downloaded, as text. */
export async function textOf(download: Download): Promise<string> {
  return new TextDecoder().decode(await readBytes(await download.path(), "take_invalid"));
}
