/** @file A film that a registry knows, without anybody having made it. */
import type { Fingerprint } from "../../src/trust/fingerprint.js";
import { makeFingerprinter } from "../../src/trust/fingerprint.js";
import type { RegistryEntry } from "../../src/trust/registry.js";

/** Its id. */
export const KNOWN_ID = "00c0ffee1234";

/** What it looks like: diagonal waves. */
export function someFingerprint(): Fingerprint {
  const printer = makeFingerprinter({ width: 512, height: 512, durationSeconds: 2 });
  const data = Float32Array.from({ length: 96 * 96 }, (_, i) => {
    return 128 + 90 * Math.sin(i / 7) * Math.cos((i % 96) / 11);
  });
  for (let k = 0; k < 2; k++) printer.add({ data, width: 96, height: 96 });
  return printer.finish();
}

/** Its entry. */
export function someEntry(wish: Partial<RegistryEntry> = {}): RegistryEntry {
  return {
    ...{ version: 1, id: KNOWN_ID, createdAt: "2026-12-01T02:30:00.000Z" },
    ...{ filmSha256: "a".repeat(64), portraitSha256: "b".repeat(64) },
    ...{ audioSha256: "c".repeat(64), consent: { basis: "self" }, labelled: true },
    ...{ fingerprint: someFingerprint(), ...wish },
  };
}
