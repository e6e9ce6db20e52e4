/** @file What a service keeps: a log that shows changes, a list of portraits, a queue of reports. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { abuseFile, auditFile } from "../../src/platform/node-trust-files.js";
import { type QueuedReport, takeReport } from "../../src/trust/abuse.js";
import { type AuditEntry, checkAuditLog, cutAuditLog, logFilm } from "../../src/trust/audit.js";
import { hashPortrait, isOptedOut, readOptOuts, writeOptOuts } from "../../src/trust/opt-out.js";
import { decode, sample } from "../support/machine.js";

const folder = mkdtempSync(join(tmpdir(), "ritratto-service-"));
afterAll(() => rmSync(folder, { recursive: true }));

const entry = (day: number): AuditEntry => ({
  time: `2026-11-0${day}T12:00:00Z`,
  job: `00000000000${day}`,
  portraitSha256: "a".repeat(64),
  audioSha256: "b".repeat(64),
  consent: { basis: "subject", guardian: true },
  accountSha256: "c".repeat(64),
});

describe("the audit log", () => {
  const path = join(folder, "audit.jsonl");
  let text: string;
  let lines: string[];

  beforeAll(async () => {
    const store = auditFile(path);
    for (const day of [1, 2, 3]) await logFilm(entry(day), store);
    text = readFileSync(path, "utf8");
    lines = text.split("\n").slice(0, -1);
  });

  test("is one chain", async () => {
    expect(await checkAuditLog(text)).toMatchObject({ lines: 3, brokenLine: undefined });
  });

  test.each([
    [
      "changed",
      (all: string[]) => all.map((line, i) => (i === 0 ? line.replace("12:00", "13:00") : line)),
      2,
    ],
    ["taken out", (all: string[]) => all.filter((_, i) => i !== 1), 2],
    ["put twice", (all: string[]) => [all[0], ...all], 2],
    ["no JSON", (all: string[]) => [all[0], all[1], "{"], 3],
    ["without the first", (all: string[]) => all.slice(1), 1],
  ] as const)("shows a line that was %s", async (_, spoil, brokenLine) => {
    expect((await checkAuditLog(spoil([...lines]).join("\n"))).brokenLine).toBe(brokenLine);
  });

  test("shows a missing end to whoever kept the head", async () => {
    const { head } = await checkAuditLog(text);
    const short = lines.slice(0, 2).join("\n");
    expect((await checkAuditLog(short)).brokenLine).toBeUndefined();
    expect((await checkAuditLog(short, undefined, head)).brokenLine).toBe(2);
    expect((await checkAuditLog(text, undefined, head)).brokenLine).toBeUndefined();
  });

  test("loses old lines and stays checkable", async () => {
    const cut = await cutAuditLog(text, "2026-11-02T00:00:00Z");
    expect(cut.text).toBe(`${lines[1]}\n${lines[2]}\n`);
    expect((await checkAuditLog(cut.text, cut.anchor)).brokenLine).toBeUndefined();
    expect((await checkAuditLog(cut.text)).brokenLine).toBe(1);
  });

  test("holds hashes and words, and takes nothing else", async () => {
    const fields = ["time", "job", "portraitSha256", "audioSha256", "consent", "accountSha256"];
    for (const line of lines)
      expect(Object.keys(JSON.parse(line))).toEqual([...fields, "previous"]);
    const store = auditFile(path);
    const odd = [{ name: "Anna" }, { accountSha256: "anna@example.org" }, { job: "anna.jpg" }];
    for (const more of odd) {
      await expect(logFilm({ ...entry(4), ...more }, store)).rejects.toThrow();
    }
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  test("is one chain if many append at once", async () => {
    const both = [auditFile(join(folder, "busy.jsonl")), auditFile(join(folder, "busy.jsonl"))];
    await Promise.all([1, 2, 3, 4, 5, 6].map((day) => logFilm(entry(day), both[day % 2])));
    const busy = readFileSync(join(folder, "busy.jsonl"), "utf8");
    expect(await checkAuditLog(busy)).toMatchObject({ lines: 6, brokenLine: undefined });
  });
});

test("a portrait that was handed in is known again, and nothing else of it is kept", async () => {
  const astronaut = await decode(sample("astronaut.png"));
  const face = { centerX: 225, centerY: 110, size: 128, angleRad: 0 };
  const text = writeOptOuts([hashPortrait(astronaut, face)]);
  expect(text.length).toBeLessThan(200);
  const list = readOptOuts(text);
  expect(isOptedOut(hashPortrait(astronaut), list)).toBe(true);
  const other = { picture: ~hashPortrait(astronaut).picture & ((1n << 64n) - 1n) };
  expect(isOptedOut(other, list)).toBe(false);
  expect(() => readOptOuts(text.replace("portraits", "people"))).toThrow();
});

describe("a report of abuse", () => {
  const path = join(folder, "abuse.jsonl");
  const report = { film: "0123456789ab", reason: "no-consent", text: "That is me." };

  test("is queued with the time until when it is settled", async () => {
    await takeReport(report, "2026-11-01T12:00:00.000Z", abuseFile(path));
    const queued: QueuedReport = JSON.parse(readFileSync(path, "utf8"));
    expect(queued).toMatchObject({ ...report, due: "2026-11-03T12:00:00.000Z" });
  });

  test.each([
    ["no reason", { ...report, reason: "dislike" }],
    ["a script for an address", { ...report, address: "javascript:alert(1)" }],
    ["too much text", { ...report, text: "x".repeat(4001) }],
    ["further fields", { ...report, admin: true }],
  ])("with %s is refused", async (_, odd) => {
    const refused = join(folder, "refused.jsonl");
    await expect(takeReport(odd, "2026-11-01T12:00:00Z", abuseFile(refused))).rejects.toThrow();
    expect(existsSync(refused)).toBe(false);
  });
});
