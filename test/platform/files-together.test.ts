/** @file Many files in one place, as pages write them: zips, and pictures in their order. */
import { unzipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { pictureSink } from "../../src/platform/browser-sequence.js";
import { openZip } from "../../src/platform/browser-zip.js";

const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer());
const picture = (value: number) => {
  return { data: new Uint8ClampedArray(4 * 8 * 8).fill(value), width: 8, height: 8 };
};

describe("a zip", () => {
  test("holds what was put in, under its names", async () => {
    const zip = openZip();
    await zip.add("a/é.txt", new Blob(["one"]));
    await zip.add("b.bin", new Blob([Uint8Array.of(0, 255)]));
    const found = unzipSync(await bytesOf(zip.finish()));
    expect(Object.keys(found)).toEqual(["a/é.txt", "b.bin"]);
    expect(new TextDecoder().decode(found["a/é.txt"])).toBe("one");
    expect(Array.from(found["b.bin"] ?? [])).toEqual([0, 255]);
  });

  test("is refused where its directory could not count it", async () => {
    const zip = openZip(5);
    await zip.add("a", new Blob(["123"]));
    await expect(zip.add("b", new Blob(["456"]))).rejects.toMatchObject({ code: "zip_too_large" });
  });
});

describe("pictures one by one", () => {
  /** A store whose first file takes longest. */
  function slowStore() {
    const names: string[] = [];
    let left = 3;
    return {
      names,
      async put(name: string) {
        for (let wait = left--; wait > 0; wait--) await Promise.resolve();
        names.push(name);
      },
      commit() {
        names.push("whole");
      },
      discard() {
        names.length = 0;
      },
    };
  }

  test("are put away in their order, signed, and whole at the end", async () => {
    const store = slowStore();
    const seen: unknown[] = [];
    const sink = pictureSink(store, async (png, film) => {
      seen.push(film.id, (await bytesOf(png)).subarray(1, 4));
      return png;
    });
    sink.begin?.({ id: "0123456789ab", labelled: false });
    for (let index = 0; index < 6; index++) await sink.addPicture(picture(index), index);
    await sink.finish();
    await sink.commit();
    const numbers = [1, 2, 3, 4, 5, 6].map((number) => `0000${number}.png`);
    expect(store.names).toEqual([...numbers, "whole"]);
    expect(seen).toHaveLength(12);
    expect(seen.slice(0, 2)).toEqual(["0123456789ab", new TextEncoder().encode("PNG")]);
  });

  test("leave nothing behind when they are given up, not even what was on its way", async () => {
    const store = slowStore();
    const sink = pictureSink(store);
    for (let index = 0; index < 3; index++) await sink.addPicture(picture(index), index);
    await sink.discard();
    expect(store.names).toEqual([]);
    await Promise.resolve();
    expect(store.names).toEqual([]);
  });

  test("that cannot be written fail the film", async () => {
    const sink = pictureSink({
      put: () => Promise.reject(new Error("full")),
      commit() {},
      discard() {},
    });
    await sink.addPicture(picture(1), 0);
    await expect(sink.finish()).rejects.toThrow("full");
  });
});
