/** @file What findings come to: each sentence, and the exit code that goes with it. */
import { describe, expect, test } from "vitest";
import { type CredentialsReading, NO_CREDENTIALS } from "../../src/trust/reading.js";
import { type Findings, judge, PROVES_NOTHING } from "../../src/trust/verdict.js";
import { KNOWN_ID, someEntry } from "../support/trust.js";

const mark = { id: KNOWN_ID, flags: 0, z: 15.31, scale: 1, mirrored: false, wrongBits: 0.01 };
const entry = someEntry();
const whole = { across: 1, down: 1 };
const distanceOf = (pictureBits: number, soundDistance?: number) => ({
  ...{ pictureBits, soundDistance, mirrored: false, part: 1 },
});
const signed: CredentialsReading = {
  ...{ ...NO_CREDENTIALS, state: "trusted", ours: true, signer: "Ritratto signer" },
  ...{ generator: { name: "Ritratto", version: "0.1.0" }, actions: ["c2pa.created"] },
  ...{ consent: { basis: "subject", guardian: true }, filmId: KNOWN_ID },
};

function verdictOn(found: Partial<Findings>) {
  return judge({ credentials: NO_CREDENTIALS, askedRegistry: true, sameFile: false, ...found });
}

describe("verdicts", () => {
  test("0: credentials of ours", () => {
    expect(verdictOn({ credentials: signed })).toEqual({
      kind: "made",
      exitCode: 0,
      sentence: `Made by Ritratto (job ${KNOWN_ID}, consent: subject, by a guardian, signer Ritratto signer).`,
    });
  });

  test("0: mark, registry and fingerprint; also where somebody else signed a copy", () => {
    const found = { mark, entry, share: whole, distance: distanceOf(4, 0.1) };
    const verdict = verdictOn(found);
    expect(verdict).toMatchObject({ kind: "made", exitCode: 0 });
    expect(verdict.sentence).toContain(
      `Made by Ritratto (job ${KNOWN_ID}, consent: self, made 2026-12-01T02:30:00.000Z).`,
    );
    const foreign = { ...signed, state: "valid", ours: false } as const;
    expect(verdictOn({ ...found, credentials: foreign }).exitCode).toBe(0);
  });

  test("0: the very file, whatever it looks like", () => {
    const found = { mark, entry, share: whole, distance: distanceOf(30), sameFile: true };
    expect(verdictOn(found)).toMatchObject({ kind: "made", exitCode: 0 });
  });

  test("0: with who signed it, if the registry keeps that and it is of this film", () => {
    const found = { mark, entry, share: whole, distance: distanceOf(4, 0.1) };
    const toldWith = (kept: Partial<CredentialsReading>) =>
      verdictOn({ ...found, kept: { ...signed, ...kept } }).sentence;
    expect(toldWith({})).toContain(`made ${entry.createdAt}, signer Ritratto signer).`);
    expect(toldWith({ state: "valid" })).toContain("signer Ritratto signer (not recognised)).");
    expect(toldWith({ filmId: "0123456789ab" })).not.toContain("signer");
    expect(toldWith({ state: "altered" })).not.toContain("signer");
  });

  test("3: nothing, which proves nothing", () => {
    expect(verdictOn({})).toEqual({
      kind: "nothing",
      exitCode: 3,
      sentence: `No mark found. ${PROVES_NOTHING}`,
    });
  });

  test.each([
    ["trusted", "signer recognised"],
    ["valid", "signer not recognised"],
  ] as const)("3: somebody else's credentials, %s", (state, words) => {
    const { kind, exitCode, sentence } = verdictOn({
      credentials: { ...signed, state, ours: false, signer: "Other Maker" },
    });
    expect([kind, exitCode]).toEqual(["credentials", 3]);
    expect(sentence).toContain(`Carries Content Credentials from Other Maker (${words}), saying:`);
    expect(sentence).toContain("This proves nothing");
  });

  test("4: altered after signing, whatever else is found", () => {
    const credentials: CredentialsReading = {
      ...signed,
      state: "altered",
      ours: false,
      failures: ["signingCredential.untrusted", "assertion.bmffHash.mismatch"],
    };
    const found = { mark, entry, share: whole, distance: distanceOf(0) };
    const { kind, exitCode, sentence } = verdictOn({ credentials, ...found });
    expect([kind, exitCode]).toEqual(["altered", 4]);
    expect(sentence).toMatch(/^Altered after signing by Ritratto signer/);
    expect(sentence).toContain("were made for (assertion.bmffHash.mismatch).");
  });

  test("4: a mark that was stamped on another picture", () => {
    const verdict = verdictOn({ mark, entry, share: whole, distance: distanceOf(26) });
    expect(verdict).toMatchObject({ kind: "mark copied", exitCode: 4 });
    expect(verdict.sentence).toMatch(/^The mark does not belong to this picture/);
  });

  test("4: another sound under the pictures", () => {
    const verdict = verdictOn({ mark, entry, share: whole, distance: distanceOf(2, 0.8) });
    expect(verdict).toMatchObject({ kind: "sound exchanged", exitCode: 4 });
  });

  test("5: a mark that no registry knows, or whose entry is damaged", () => {
    const unknown = verdictOn({ mark });
    expect(unknown).toMatchObject({ kind: "mark unknown", exitCode: 5 });
    expect(unknown.sentence).toContain(
      `Carries a Ritratto mark (job ${KNOWN_ID}, z 15.3), but no registry here knows the job.`,
    );
    expect(verdictOn({ mark, askedRegistry: false }).exitCode).toBe(5);
    expect(verdictOn({ mark, entryProblem: "it is not JSON" }).sentence).toContain("not JSON");
  });

  test("5: a piece too small to tell, by the mark's own scale, or by a likeness that is no proof", () => {
    const piece = { across: 0.9, down: 0.7 };
    const cut = verdictOn({ mark, entry, share: piece, distance: distanceOf(26) });
    expect(cut).toMatchObject({ kind: "mark not comparable", exitCode: 5 });
    const unsure = verdictOn({ mark, entry, share: whole, distance: distanceOf(13) });
    expect(unsure).toMatchObject({ kind: "mark not comparable", exitCode: 5 });
    const collage = { across: 2.4, down: 1.4 };
    expect(verdictOn({ mark, entry, share: collage, distance: distanceOf(26) }).exitCode).toBe(5);
  });

  test("never call a file real or fake, nor give a percentage", () => {
    const finds: Partial<Findings>[] = [
      ...[{}, { credentials: signed }, { mark }, { mark, entry, share: whole }],
      ...[1, 13, 26].map((bits) => ({
        mark,
        entry,
        share: whole,
        distance: distanceOf(bits, 0.9),
      })),
      { credentials: { ...signed, state: "altered" as const } },
    ];
    for (const found of finds) {
      expect(verdictOn(found).sentence).not.toMatch(/\breal\b|\bfake\b|\d ?%/i);
    }
  });
});
