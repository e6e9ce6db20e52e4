/**
 * @file Two fingerprints → how far apart what they are of is: in pictures, and in sound.
 *
 * Films are laid over each other from everywhere on, and at several speeds; then a window of either is laid over the whole of
 * the other, for one may be a part of the other.
 */
import { type Fingerprint, type FingerprintPair, type SoundPrint, WINDOWS } from "./fingerprint.js";

/**
 * Bits in which fingerprints of one film differ at most, of 64: whole copies in 0 to 5; parts of lively
 * films may differ in more, up to 14 with a fifth cut off and 21 with two fifths.
 */
export const PICTURE_BITS_MOST = 10;
/** From here on whole films are surely others: copies with 15 % cut off anywhere had at most 15. */
export const PICTURE_BITS_OTHER = 18;
/** The same of sounds, see `soundDistance`: 0.3 if it was cut or coded anew, 0.4 if it is faster. */
export const SOUND_DISTANCE_MOST = 0.45;

/** Films must overlap by this much to be compared, or by all of the shorter one, s. */
const OVERLAP_SECONDS = 3;
/** Frames of the known film that are looked at. */
const KNOWN_MOST = 200;
/** The same of sounds: fewer bits fit somewhere by chance. */
const SOUND_SECONDS = 4;
/** As much of the shorter sound must lie over the other one. */
const SOUND_OVERLAP = 0.7;
/** Of a longer sound only the middle is compared. */
const SOUND_MOST_SECONDS = 60;
/** What is so nearly silent is not compared, share of bits that would differ by chance. */
const LEAST_BY_CHANCE = 0.25;
/** How much faster a copy may be played. */
const SPEEDS = [1, 1.1, 1.25, 1.5, 0.9, 0.8, 0.75] as const;

/** How far two films are apart. */
export interface FingerprintDistance {
  /** Median of the bits that differ, of 64. */
  readonly pictureBits: number;
  /** 0 = the same sound, 1 = as by chance; absent if either is silent, or too short to tell. */
  readonly soundDistance?: number | undefined;
  /** True if one is a mirror image of the other. */
  readonly mirrored: boolean;
  /** What part of one of them is all of the other, share of its sides: 1 = both are whole. */
  readonly part: number;
}

/**
 * Compares a film that was found with one that is known.
 *
 * @param found - Its fingerprints, upright and mirrored.
 */
export function compareFingerprints(
  known: Fingerprint,
  found: FingerprintPair,
): FingerprintDistance {
  const upright = compareSeen(known, found.upright);
  const mirrored = compareSeen(known, found.mirrored);
  const isMirrored = mirrored.pictureBits < upright.pictureBits;
  return {
    ...(isMirrored ? mirrored : upright),
    soundDistance: compareSounds(known.sound, found.upright.sound),
    mirrored: isMirrored,
  };
}

function compareSeen(known: Fingerprint, found: Fingerprint) {
  let best = { pictureBits: alignedBits(known, found), part: 1 };
  const [ofKnown, ofFound] = [known, found].map(({ views }) => views.map(readHashes));
  for (const [window, { width }] of WINDOWS.entries()) {
    // The part of the one that is least unlike the whole of the other, whichever is which.
    const pictureBits = Math.min(
      windowBits(ofKnown, window, ofFound),
      windowBits(ofFound, window, ofKnown),
    );
    if (pictureBits < best.pictureBits) best = { pictureBits, part: width };
  }
  return best;
}

/** Median over the second film's frames of the bits to the most like window of the first's. */
function windowBits(
  windows: readonly Uint32Array[],
  window: number,
  wholes: readonly Uint32Array[],
): number {
  const bits = wholes.map((whole) =>
    Math.min(...windows.map((hashes) => seenBits(hashes, 4 * window, whole))),
  );
  return medianOf(bits);
}

/** Mean of the bits of a window and of its middle, against the whole of another view. */
function seenBits(windows: Uint32Array, first: number, view: Uint32Array): number {
  return (differing(windows, first, view, 0) + differing(windows, first + 2, view, 2)) / 2;
}

/** The least median of bits, of all ways to play the found film along the known one. */
function alignedBits(known: Fingerprint, found: Fingerprint): number {
  const [ofKnown, ofFound] = [known, found].map(({ whole, middle }) => ({
    ...{ whole: readHashes(whole.join("")), middle: readHashes(middle.join("")) },
    count: whole.length,
  }));
  // Of long films not all frames are looked at: a few hundred tell as much.
  const stride = Math.ceil(ofKnown.count / KNOWN_MOST);
  let best = 64;
  for (const speed of SPEEDS) {
    // Frames of the found film for one of the known film.
    const pace = found.rateHz / known.rateHz / speed;
    const lasting = Math.ceil(ofFound.count / pace);
    const least = Math.min(OVERLAP_SECONDS * known.rateHz, ofKnown.count, lasting);
    const [first, last] = [-ofKnown.count * pace, ofFound.count];
    for (let start = Math.floor(first); start < last; start++) {
      const bits: number[] = [];
      for (let i = 0; i < ofKnown.count; i += stride) {
        const k = Math.round(start + i * pace);
        if (k < 0 || k >= ofFound.count) continue;
        const whole = differing(ofKnown.whole, 2 * i, ofFound.whole, 2 * k);
        bits.push((whole + differing(ofKnown.middle, 2 * i, ofFound.middle, 2 * k)) / 2);
      }
      if (bits.length * stride >= least) best = Math.min(best, medianOf(bits));
    }
  }
  return best;
}

/** How far one sound is at least from a stretch of the other, at any speed. */
function compareSounds(known?: SoundPrint, found?: SoundPrint): number | undefined {
  if (known === undefined || found === undefined) return undefined;
  const ofKnown = bitsOf(known.bits);
  const ofFound = middleOf(bitsOf(found.bits), SOUND_MOST_SECONDS * found.rateHz);
  const least = SOUND_SECONDS * known.rateHz;
  const lasting = (ofFound.length / found.rateHz) * known.rateHz;
  if (Math.min(ofKnown.length, lasting) < least) return undefined;
  let best = 1;
  for (const speed of SPEEDS) {
    const pace = found.rateHz / known.rateHz / speed;
    // Most of the shorter one must lie over the other.
    const shorter = Math.min(ofKnown.length, lasting * speed);
    const overlap = Math.max(least, Math.floor(SOUND_OVERLAP * shorter));
    const last = ofFound.length - overlap * pace;
    for (let start = Math.ceil((overlap - ofKnown.length) * pace); start <= last; start++) {
      best = Math.min(best, distanceAt(ofKnown, ofFound, start, pace));
    }
  }
  return best;
}

/** Bits that differ, against what would by chance: silence is alike everywhere and tells nothing. */
function distanceAt(known: Uint8Array, found: Uint8Array, start: number, pace: number): number {
  const from = Math.max(0, Math.ceil(-start / pace));
  const to = Math.min(known.length, Math.floor((found.length - 1 - start) / pace) + 1);
  let [differ, onesA, onesB] = [0, 0, 0];
  for (let i = from; i < to; i++) {
    const other = found[Math.floor(start + i * pace)];
    differ += known[i] ^ other;
    onesA += known[i];
    onesB += other;
  }
  const count = to - from;
  const byChance = (onesA * (count - onesB) + onesB * (count - onesA)) / count;
  return byChance < LEAST_BY_CHANCE * count ? 1 : differ / byChance;
}

function middleOf(bits: Uint8Array, most: number): Uint8Array {
  const skipped = Math.max(0, Math.floor((bits.length - most) / 2));
  return bits.subarray(skipped, bits.length - skipped);
}

function bitsOf(hex: string): Uint8Array {
  return Uint8Array.from({ length: 4 * hex.length }, (_, i) => {
    return (Number.parseInt(hex[i >> 2], 16) >> (3 - (i & 3))) & 1;
  });
}

/** Hashes one behind the other, as two halves each. */
function readHashes(hex: string): Uint32Array {
  return Uint32Array.from({ length: hex.length / 8 }, (_, i) => {
    return Number.parseInt(hex.slice(8 * i, 8 * i + 8), 16);
  });
}

/** Bits in which two hashes differ. @param i - Of a hash's first half. */
function differing(a: Uint32Array, i: number, b: Uint32Array, j: number): number {
  return bitCount(a[i] ^ b[j]) + bitCount(a[i + 1] ^ b[j + 1]);
}

/** @source Warren 2012, "Hacker's Delight", figure 5-2. */
function bitCount(word: number): number {
  let x = word - ((word >>> 1) & 0x5555_5555);
  x = (x & 0x3333_3333) + ((x >>> 2) & 0x3333_3333);
  x = (x + (x >>> 4)) & 0x0f0f_0f0f;
  return Math.imul(x, 0x0101_0101) >>> 24;
}

function medianOf(values: number[]): number {
  values.sort((a, b) => a - b);
  return values[values.length >> 1];
}
