/**
 * @file H.264 as encoders give it (Annex B: start codes) → as mp4 holds it (lengths, and the
 * parameter sets apart).
 *
 * @source ISO/IEC 14496-10 Annex B; ISO/IEC 14496-15, 5.3.3.1 (AVCDecoderConfigurationRecord).
 */
import { assert } from "../base/assert.js";

const SPS = 7;
const PPS = 8;
/** Profiles whose configuration record ends with chroma format and bit depths. */
const HIGH_PROFILES: readonly number[] = [100, 110, 122, 144];

/** What mp4 needs to know about an H.264 stream. */
export interface AvcDescription {
  /** RFC 6381 name with profile and level: "avc1.64001e". */
  readonly codec: string;
  /** The AVCDecoderConfigurationRecord. */
  readonly record: Uint8Array;
}

/**
 * Describes a stream of 8-bit 4:2:0 pictures.
 *
 * @param parameterSets - One SPS and one PPS in Annex B form.
 */
export function describeAvc(parameterSets: Uint8Array): AvcDescription {
  const units = nalUnits(parameterSets);
  const sps = units.find((unit) => typeOf(unit) === SPS);
  const pps = units.find((unit) => typeOf(unit) === PPS);
  assert(sps !== undefined && pps !== undefined, "an SPS and a PPS");
  const [, profile = 0, constraints = 0, level = 0] = sps;
  const record = [1, profile, constraints, level, 0xff];
  record.push(0xe1, sps.length >> 8, sps.length & 0xff, ...sps);
  record.push(1, pps.length >> 8, pps.length & 0xff, ...pps);
  if (HIGH_PROFILES.includes(profile)) record.push(0xfc | 1, 0xf8, 0xf8, 0);
  const hex = [profile, constraints, level].map((byte) => byte.toString(16).padStart(2, "0"));
  return { codec: `avc1.${hex.join("")}`, record: Uint8Array.from(record) };
}

/** One coded picture: Annex B in, length-prefixed out, without parameter sets. */
export function toLengthPrefixed(annexB: Uint8Array): Uint8Array {
  const units = nalUnits(annexB).filter((unit) => typeOf(unit) !== SPS && typeOf(unit) !== PPS);
  const out = new Uint8Array(units.reduce((sum, unit) => sum + 4 + unit.length, 0));
  const view = new DataView(out.buffer);
  let to = 0;
  for (const unit of units) {
    view.setUint32(to, unit.length);
    out.set(unit, to + 4);
    to += 4 + unit.length;
  }
  return out;
}

function typeOf(unit: Uint8Array): number {
  return (unit[0] ?? 0) & 31;
}

/** The parts between start codes (00 00 01 or 00 00 00 01); no copies. */
function nalUnits(bytes: Uint8Array): Uint8Array[] {
  const units: Uint8Array[] = [];
  let start = -1;
  for (let at = 0; at + 2 < bytes.length; at++) {
    if (bytes[at] !== 0 || bytes[at + 1] !== 0 || bytes[at + 2] !== 1) continue;
    // The zero before a start code belongs to it, not to the unit.
    if (start >= 0) units.push(bytes.subarray(start, bytes[at - 1] === 0 ? at - 1 : at));
    start = at + 3;
    at += 2;
  }
  if (start >= 0) units.push(bytes.subarray(start));
  return units;
}
