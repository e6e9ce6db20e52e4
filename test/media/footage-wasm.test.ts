/** @file Films are not looked at without native codecs, and that is said. */
import { expect, test } from "vitest";
import { openFilmFile } from "../../src/film/film-file.js";
import { registerCodecs } from "../../src/platform/node-codecs.js";
import { fileSink } from "../../src/platform/node-files.js";
import { readFootage } from "../../src/platform/node-footage.js";
import { makeFolder, paintFrame } from "./material.js";

const file = makeFolder();

test("a film without a decoder for it is refused", async () => {
  expect(await registerCodecs("wasm")).toEqual({ native: false });
  const sink = fileSink(file("film.mp4"));
  const film = await openFilmFile({
    ...{ width: 64, height: 64, fps: 25, frameCount: 3 },
    ...{ container: "mp4", codec: "h264", target: sink.target },
  });
  for (let i = 0; i < 3; i++) await film.addFrame(paintFrame(64, 64, i), i);
  await film.finish();
  sink.commit();
  const refusal = { code: "codec_missing", details: { codec: "avc" } };
  await expect(readFootage(file("film.mp4"))).rejects.toMatchObject(refusal);
});
