/** @file A share in S3-compatible storage: what is put there comes back, whole or not at all. */
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { FilmError } from "../../src/index.js";
import { readS3Address, readS3Credentials } from "../../src/server/s3-address.js";
import { readListing } from "../../src/server/s3-listing.js";
import { s3Share } from "../../src/server/s3-share.js";
import type { Share } from "../../src/server/share.js";
import { type FakeS3, type Fault, fakeS3, signatureOf } from "../support/fake-s3.js";
import { ritrattoHere } from "../support/program.js";

const QUICK = { patience: { triesMs: 2000, pauseMs: 1, tryMs: 1000 } };
const GIVES_UP = { patience: { triesMs: 20, pauseMs: 5, tryMs: 50 } };

let [storage, share, place] = [{} as FakeS3, {} as Share, ""];
beforeAll(async () => {
  storage = await fakeS3();
});
afterAll(() => storage.close());
beforeEach(() => {
  share = s3Share(storage.address, storage.env, QUICK);
  place = mkdtempSync(join(tmpdir(), "ritratto-share-"));
});
afterEach(() => {
  storage.fail("503", 0);
  storage.objects.clear();
  storage.uploads.clear();
  storage.requests.length = 0;
  rmSync(place, { recursive: true });
});

const BYTES = Buffer.from(Array.from({ length: 10_000 }, (_, i) => (i * i) % 251));
const NAME = "films/anna.says-hello_1.2.mp4";
const hashOf = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const fileOf = (bytes: Buffer) => {
  const path = join(place, "mine");
  writeFileSync(path, bytes);
  return path;
};

async function codeOf(work: () => Promise<unknown>): Promise<string> {
  const error = await work().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof FilmError)) throw new Error(`no FilmError but ${error}`);
  const said = `${error.message} ${error.hint} ${JSON.stringify(error.details)} ${error.cause}`;
  for (const secret of Object.values(storage.env)) expect(said).not.toContain(secret);
  return error.code;
}

describe("a file", () => {
  test.each([
    ["at once", 10_000, 0],
    ["in parts, the last one short", 3000, 4],
    ["in parts of equal size", 5000, 2],
  ])("comes back as it was put there, %s", async (_, partBytes, parts) => {
    const own = s3Share(storage.address, storage.env, { ...QUICK, partBytes });
    await own.put(NAME, fileOf(BYTES));
    expect(storage.objects.get(`ritratto/tests/${NAME}`)?.bytes.equals(BYTES)).toBe(true);
    expect(storage.requests.filter((line) => line.includes("partNumber="))).toHaveLength(parts);
    const path = join(place, "new", "folder", "theirs");
    expect(await share.fetch(NAME, path, hashOf(BYTES))).toBe(true);
    expect(readFileSync(path).equals(BYTES)).toBe(true);
    expect(readdirSync(join(place, "new", "folder"))).toEqual(["theirs"]);
    expect(await share.find(NAME)).toMatchObject({ bytes: 10_000, sha256: hashOf(BYTES) });
    expect(storage.uploads.size).toBe(0);
  });

  test("is read in parts, as they are asked for", async () => {
    await share.put(NAME, fileOf(BYTES));
    for (const [from, to] of [
      [0, 0],
      [17, 4711],
      [9_999, 9_999],
      [0, 9_999],
    ] as const) {
      const part = await new Response(await share.open(NAME, from, to)).arrayBuffer();
      expect(Buffer.from(part).equals(BYTES.subarray(from, to + 1))).toBe(true);
    }
  });

  test("may be empty, and is put over an older one", async () => {
    await share.put(NAME, fileOf(BYTES));
    await share.put(NAME, fileOf(Buffer.alloc(0)));
    const path = join(place, "theirs");
    writeFileSync(path, "older");
    expect(await share.fetch(NAME, path)).toBe(true);
    expect(readFileSync(path)).toHaveLength(0);
  });

  test("that is not there is said to be missing, and leaves nothing", async () => {
    expect(await share.find(NAME)).toBeUndefined();
    expect(await share.open(NAME, 0, 1)).toBeUndefined();
    expect(await share.touch(NAME)).toBe(false);
    expect(await share.fetch(NAME, join(place, "theirs"))).toBe(false);
    await share.remove(NAME);
    expect(readdirSync(place)).toEqual([]);
  });

  test("that is touched becomes young and stays what it is; removed, it is gone", async () => {
    await share.put(NAME, fileOf(BYTES));
    const object = storage.objects.get(`ritratto/tests/${NAME}`);
    if (object) object.changedAt = 1000;
    expect((await share.find(NAME))?.changedAt).toBe(1000);
    expect(await share.touch(NAME)).toBe(true);
    expect((await share.find(NAME))?.changedAt).toBeGreaterThan(Date.now() - 60_000);
    expect(await share.fetch(NAME, join(place, "theirs"), hashOf(BYTES))).toBe(true);
    await share.remove(NAME);
    expect(await share.find(NAME)).toBeUndefined();
  });

  test("cannot be called what leads elsewhere", async () => {
    for (const name of ["../x", "a/../b", "/a", "a//b", "", "a b", "a?b", ".hidden", "a/.b", "é"]) {
      await expect(share.remove(name)).rejects.toThrow();
    }
    expect(storage.requests).toEqual([]);
  });
});

test("all pages of a list are read, by prefix, and others' files are left out", async () => {
  const names = Array.from({ length: 8 }, (_, i) => `uploads/anna/voices/${i}`);
  for (const name of [...names, "films/x"]) await share.put(name, fileOf(BYTES));
  const other = { bytes: Buffer.alloc(1), changedAt: 1, sha256: undefined };
  for (const key of ["ritratto/tests/uploads/a b", "ritratto/tests/", "elsewhere/uploads/x"]) {
    storage.objects.set(key, other);
  }
  const found = await share.list("uploads/");
  expect(found.map(({ name }) => name)).toEqual(names);
  expect(found.every(({ bytes }) => bytes === 10_000)).toBe(true);
  expect(await share.list("nothing/")).toEqual([]);
});

describe("a storage that fails", () => {
  const FAULTS: readonly Fault[] = ["503", "429", "cut", "late-cut", "silent"];

  test.each(FAULTS)("for a while is tried again: %s", async (fault) => {
    const own = s3Share(storage.address, storage.env, {
      ...{ partBytes: 4000, patience: { triesMs: 5000, pauseMs: 1, tryMs: 100 } },
    });
    storage.fail(fault, 2);
    await own.put(NAME, fileOf(BYTES));
    storage.fail(fault, 1, /POST.*uploadId/);
    await own.put(NAME, fileOf(BYTES));
    storage.fail(fault, 2);
    const path = join(place, "theirs");
    expect(await own.fetch(NAME, path)).toBe(true);
    expect(readFileSync(path).equals(BYTES)).toBe(true);
    for (const work of [() => own.find(NAME), () => own.list("films/"), () => own.touch(NAME)]) {
      storage.fail(fault, 2);
      expect(await work()).toBeTruthy();
    }
    storage.fail(fault, 2);
    expect(await new Response(await own.open(NAME, 5, 6)).text()).toHaveLength(2);
    storage.fail(fault, 2);
    await own.remove(NAME);
    expect(storage.objects.size).toBe(0);
  });

  test.each<Fault>(["half", "wrong-byte"])("to send a file whole: %s", async (fault) => {
    await share.put(NAME, fileOf(BYTES));
    const path = join(place, "theirs");
    writeFileSync(path, "older");
    storage.fail(fault, 1);
    expect(await share.fetch(NAME, path)).toBe(true);
    expect(readFileSync(path).equals(BYTES)).toBe(true);
    writeFileSync(path, "older");
    storage.fail(fault, 1000);
    const own = s3Share(storage.address, storage.env, GIVES_UP);
    const code = fault === "half" ? "storage_unreachable" : "storage_damaged";
    expect(await codeOf(() => own.fetch(NAME, path))).toBe(code);
    expect(readFileSync(path, "utf8")).toBe("older");
    expect(readdirSync(place).sort()).toEqual(["mine", "theirs"]);
  });

  test("to send the file that was meant", async () => {
    await share.put(NAME, fileOf(BYTES));
    const own = s3Share(storage.address, storage.env, GIVES_UP);
    const path = join(place, "theirs");
    expect(await codeOf(() => own.fetch(NAME, path, "0".repeat(64)))).toBe("storage_damaged");
    expect(existsSync(path)).toBe(false);
  });

  test.each(FAULTS)("for long is given up: %s", async (fault) => {
    const own = s3Share(storage.address, storage.env, { ...GIVES_UP, partBytes: 4000 });
    storage.fail(fault, 1000, /PUT|HEAD|GET/);
    const path = fileOf(BYTES);
    for (const work of [
      () => own.put(NAME, path),
      () => own.list(""),
      () => own.find(NAME),
      () => own.touch(NAME),
    ]) {
      expect(await codeOf(work)).toBe("storage_unreachable");
    }
    expect(await codeOf(() => own.fetch(NAME, join(place, "theirs")))).toBe("storage_unreachable");
    expect(readdirSync(place)).toEqual(["mine"]);
    storage.fail("503", 0);
    expect(await own.find(NAME)).toBeUndefined();
    // Given up, its parts are not paid for.
    expect(storage.uploads.size).toBe(0);
  });

  test("after it has said that all is well is found out", async () => {
    const own = s3Share(storage.address, storage.env, { ...QUICK, partBytes: 4000 });
    storage.fail("200-error", 1, /POST.*uploadId/);
    await own.put(NAME, fileOf(BYTES));
    storage.fail("200-error", 1, /PUT/);
    expect(await own.touch(NAME)).toBe(true);
    storage.fail("200-error", 1, /list-type/);
    expect(await own.list("films/")).toHaveLength(1);
  });

  test("is not there at all", async () => {
    const gone = await fakeS3();
    await gone.close();
    const own = s3Share(gone.address, gone.env, GIVES_UP);
    expect(await codeOf(() => own.list(""))).toBe("storage_unreachable");
  });
});

test.each([
  ["another secret", { AWS_SECRET_ACCESS_KEY: "wrong" }],
  ["another key", { AWS_ACCESS_KEY_ID: "wrong" }],
  ["another token", { AWS_SESSION_TOKEN: "wrong" }],
])("%s is refused at once", async (_, wrong) => {
  const own = s3Share(storage.address, { ...storage.env, ...wrong }, QUICK);
  for (const work of [
    () => own.list(""),
    () => own.find(NAME),
    () => own.put(NAME, fileOf(BYTES)),
  ]) {
    expect(await codeOf(work)).toBe("storage_refused");
  }
  expect(storage.requests).toHaveLength(3);
});

/** @source Amazon S3 API Reference, "Examples: Signature Calculations" of the Authorization header. */
test.each([
  [
    ...["/test.txt", ["host", "range", "x-amz-content-sha256", "x-amz-date"]],
    "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
  ],
  [
    ...["/?max-keys=2&prefix=J", ["host", "x-amz-content-sha256", "x-amz-date"]],
    "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
  ],
] as [string, string[], string][])("signatures are checked as Amazon says: %s", (...example) => {
  const [url, signed, signature] = example;
  const headers = {
    ...{ host: "examplebucket.s3.amazonaws.com", range: "bytes=0-9" },
    ...{ "x-amz-content-sha256": hashOf(Buffer.alloc(0)), "x-amz-date": "20130524T000000Z" },
  };
  const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
  const request = { method: "GET", url, headers, signed, region: "us-east-1", secret };
  expect(signatureOf(request)).toBe(signature);
});

test("nobody is followed to another address", async () => {
  storage.fail("301", 1);
  expect(await codeOf(() => share.find(NAME))).toBe("storage_refused");
  expect(storage.requests).toHaveLength(1);
});

test("another bucket or region is refused at once", async () => {
  for (const wrong of [
    storage.address.replace("s3://films", "s3://others"),
    storage.address.replace("region=", "region=x"),
  ]) {
    expect(await codeOf(() => s3Share(wrong, storage.env, QUICK).list(""))).toBe("storage_refused");
  }
});

test("bytes of a file go on where the line broke, as long as any come and it is the same file", async () => {
  await share.put(NAME, fileOf(BYTES));
  const read = async () => {
    const own = s3Share(storage.address, storage.env, GIVES_UP);
    return Buffer.from(await new Response(await own.open(NAME, 10, 9000)).arrayBuffer());
  };
  storage.fail("half", 5, /GET/);
  expect((await read()).equals(BYTES.subarray(10, 9001))).toBe(true);
  storage.fail("half", 1, /GET/);
  const whole = await share.open(NAME, 0, 9_999);
  await share.put(NAME, fileOf(Buffer.alloc(10_000)));
  await expect(new Response(whole).arrayBuffer()).rejects.toThrow();
  storage.objects.clear();
  await share.put(NAME, fileOf(BYTES));
  const stopped = await share.open(NAME, 0, 9_999);
  await stopped?.cancel();
  expect(stopped?.locked).toBe(false);
});

test("a file that is not there cannot be put there", async () => {
  await expect(share.put(NAME, join(place, "nothing"))).rejects.toThrow();
  expect(storage.objects.size).toBe(0);
});

test.each(["serve", "worker"])(
  "`ritratto %s` says what is wrong with its storage",
  async (command) => {
    const words = [command, "--data", "data", "--storage", "https://id:secret@storage"];
    const ran = await ritrattoHere(words, place);
    expect(ran).toMatchObject({ code: 2, out: "", files: [] });
    expect(ran.err).toContain("s3://bucket/prefix");
    expect(ran.err).not.toContain("secret");
  },
);

describe("an address", () => {
  const read = (text: string, env = {}) => readS3Address(text, env);

  test("is Amazon's, if it names no other", () => {
    expect(read("s3://films")).toEqual({
      ...{ bucket: "films", prefix: "", region: "us-east-1" },
      base: "https://films.s3.us-east-1.amazonaws.com",
    });
    expect(read("s3://my.films/a/b/", { AWS_REGION: "eu-west-1" })).toEqual({
      ...{ bucket: "my.films", prefix: "a/b/", region: "eu-west-1" },
      base: "https://s3.eu-west-1.amazonaws.com/my.films",
    });
  });

  test("names another, or the environment does", () => {
    const env = { AWS_ENDPOINT_URL: "http://minio:9000/", AWS_REGION: "eu-west-1" };
    expect(read("s3://films/a", env).base).toBe("http://minio:9000/films");
    expect(read("s3://films/a?endpoint=https://r2.example&region=auto", env)).toMatchObject({
      ...{ base: "https://r2.example/films", region: "auto" },
    });
  });

  test.each([
    ...[
      "",
      "films",
      "https://films",
      "s3://",
      "s3://UP",
      "s3://a",
      "s3://films:80",
      "s3://films/a b",
    ],
    ...["s3://films//x", "s3://films?key=secret", "s3://id:secret@films"],
    ...["s3://films?endpoint=ftp://x", "s3://films?endpoint=https://id:secret@x"],
    ...["s3://films?endpoint=nowhere", "s3://films?region=a/b", "s3://films#secret"],
  ])("%j is none, and is not repeated", (text) => {
    const tell = () => read(text);
    expect(tell).toThrow(expect.objectContaining({ code: "option_invalid" }));
    expect(tell).not.toThrow(/secret/);
  });

  test("needs credentials in the environment", () => {
    const half = { AWS_ACCESS_KEY_ID: "secret" };
    expect(() => readS3Credentials(half)).toThrow(
      expect.objectContaining({ code: "option_invalid" }),
    );
    expect(() => readS3Credentials(half)).not.toThrow(/secret/);
  });
});

test.each([
  ...["", "<html></html>", "<ListBucketResult>", "<ListBucketResult></ListBucketResult>"],
  "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
  "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a</Key></Contents></ListBucketResult>",
  "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a</Key><Size>1</Size><LastModified>x</LastModified></Contents></ListBucketResult>",
])("%j is no listing", (xml) => {
  expect(() => readListing(xml)).toThrow(expect.objectContaining({ code: "storage_unreachable" }));
});
