/** @file Sound as it comes: how much, since when, and when each frame's sound was there. */
import { createHash } from "node:crypto";
import { FilmError } from "../index.js";

/** Arrivals that are remembered, s of sound: frames come long before. */
const REMEMBERED_SECONDS = 5;

/** Sound of one session. */
export interface SoundClock {
  readonly seconds: number;
  /**
   * Counts a block.
   *
   * @throws FilmError `request_invalid` for half a sample, `rate_exceeded` for what nobody has spoken yet.
   */
  add(bytes: Uint8Array): void;
  /** When the sound of an instant was there, ms of the clock; now, if that is forgotten. */
  cameAt(seconds: number): number;
  /** SHA-256 of all of it. The last call. */
  sha256(): string;
}

/** @param aheadSeconds - How far sound may be ahead of the clock, which starts now. */
export function startSoundClock(
  sampleRate: number,
  aheadSeconds: number,
  now: () => number = () => performance.now(),
): SoundClock {
  const start = now();
  const hash = createHash("sha256");
  let samples = 0;
  let arrivals: { readonly seconds: number; readonly time: number }[] = [];
  return {
    get seconds() {
      return samples / sampleRate;
    },
    add(bytes) {
      if (bytes.length % 2 === 1) {
        throw new FilmError("request_invalid", "Half a sample came: samples have 16 bits.");
      }
      hash.update(bytes);
      samples += bytes.length / 2;
      const [seconds, time] = [samples / sampleRate, now()];
      if (seconds > (time - start) / 1000 + aheadSeconds) {
        const message = `Sound is more than ${aheadSeconds} s ahead of the clock.`;
        throw new FilmError("rate_exceeded", message, { aheadSeconds });
      }
      arrivals.push({ seconds, time });
      if ((arrivals[0]?.seconds ?? 0) < seconds - 2 * REMEMBERED_SECONDS) {
        arrivals = arrivals.filter((each) => each.seconds >= seconds - REMEMBERED_SECONDS);
      }
    },
    cameAt: (seconds) => arrivals.find((each) => each.seconds >= seconds)?.time ?? now(),
    sha256: () => hash.digest("hex"),
  };
}
