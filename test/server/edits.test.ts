/** @file Edits over HTTP: they change a film's take as the program's do, and are refused by the field. */
import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Edit, perform, readEdit, writeEdit } from "../../src/index.js";
import { readFilmOptions } from "../../src/server/film-options.js";
import { filmOptionsSchema } from "../../src/server/film-request.js";
import { talk, voiceOf } from "../performance/voices.js";
import { codeOf, jsonOf, PNG, startTest, type TestService, upload, WAV } from "./service.js";

const EDIT: Edit = {
  lanes: { smile: [{ seconds: 0.2, value: 0.8 }], "head.yaw": [{ seconds: 0.5, value: -10 }] },
  emotion: [{ seconds: 0.4, mix: { happy: 0.7 } }],
};
const FILE: object = JSON.parse(writeEdit(EDIT));

let service: TestService;
let wish: object;
let many: object;
beforeAll(async () => {
  service = await startTest();
  const portrait = await upload(service, "portraits", PNG);
  const voice = await upload(service, "voices", WAV);
  wish = { portrait, voice, consent: { basis: "fictional" } };
  many = { portraits: [portrait], voices: [voice], consent: { basis: "fictional" } };
});
afterAll(async () => {
  await service.close();
  rmSync(service.data, { recursive: true });
});

test("the file that --edits reads, as it is, gives the take that --edits gives", async () => {
  const voice = voiceOf(talk(2));
  const options = filmOptionsSchema.parse({ seed: 5, edits: FILE });
  const { direction } = await readFilmOptions(options);
  const plain = { ...direction, edit: undefined };
  const take = perform(voice, direction);
  expect(take).toEqual(perform(voice, { ...plain, edit: readEdit(writeEdit(EDIT)) }));
  expect(take.weights).not.toEqual(perform(voice, plain).weights);
});

test("a film keeps its edit, and with another edit is another film", async () => {
  const put = (edits: object) =>
    service.ask("PUT", "/films/of-an-edit", { ...wish, options: { edits } });
  const answer = await put(FILE);
  expect(answer.status).toBe(202);
  const told = await jsonOf<{ request: object }>(answer);
  expect(told.request).toMatchObject({ options: { edits: FILE } });
  expect((await put(FILE)).status).toBe(200);
  expect(await codeOf(await put({ ...FILE, lanes: {} }))).toBe("409 film_conflict");
});

describe("an edit is refused by the field that is wrong:", () => {
  const keys = (count: number) => Array.from({ length: count }, () => ({ seconds: 0, value: 0 }));
  test.each<[string, unknown, string]>([
    ["no document", "smile", "the document"],
    ["another document", { format: "ritratto-take", version: 1, lanes: {} }, "format"],
    ["a version to come", { ...FILE, version: 2 }, "version"],
    ["a lane that is none", { ...FILE, lanes: { nose: [] } }, "lanes"],
    [
      "a push too far",
      { ...FILE, lanes: { smile: [{ seconds: 0, value: 2 }] } },
      "lanes.smile.0.value",
    ],
    [
      "a time before the film",
      { ...FILE, lanes: { lids: [{ seconds: -1, value: 0 }] } },
      "lanes.lids.0.seconds",
    ],
    [
      "a feeling nobody knows",
      { ...FILE, emotion: [{ seconds: 0, mix: { hangry: 1 } }] },
      "emotion.0.mix",
    ],
    [
      "more keys than go in",
      { ...FILE, lanes: { smile: keys(600), lids: keys(401) } },
      "the document",
    ],
  ])("%s", async (_, edits, field) => {
    for (const [path, body] of [
      ["/films", { ...wish, options: { edits } }],
      ["/batches", { ...many, options: { edits } }],
    ] as const) {
      const answer = await service.ask("POST", path, body);
      expect(answer.status).toBe(422);
      expect(await answer.json()).toMatchObject({ code: "edit_invalid", details: { field } });
    }
  });
});
