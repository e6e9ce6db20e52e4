/**
 * @file What the articulatory network hears: the logarithm of 64 mel bands, 100 times a second.
 *
 * Every number here was fixed when the network was trained; none can be tuned.
 */
import { makePowerSpectrum } from "../base/fft.js";
import { makeRows, makeWindows } from "./hops.js";

/** Sample rate of everything heard, Hz. */
export const HEARING_HZ = 16000;
/** Bands in a row. */
export const MEL_BANDS = 64;
/** The value of a band without sound: ln(1e-6). */
export const MEL_SILENCE = Math.fround(Math.log(1e-6));

const HOP = 160;
const WINDOW = 400;
const FFT_SIZE = 512;
const LOWEST_HZ = 60;
const HIGHEST_HZ = 7800;

/** A stream being turned into log-mel rows. */
export interface Mel {
  /** Takes samples at 16 kHz, −1..1; blocks may have any length. */
  push(block: Float32Array): void;
  /** All rows up to `hopCount`, as if silence followed, shape [hopCount, 64]. The last call. */
  finish(hopCount: number): Float32Array;
  /** How many rows are complete, of those that are kept. */
  readonly count: number;
  /** Complete rows, shape [to − from, 64]; valid until the next call. */
  rows(from: number, to: number): Float32Array;
  /** Drops so many of the first rows. */
  drop(rows: number): void;
}

/**
 * Log-mel rows of a stream: ln(P + 1e-6) of 64 triangular bands of unit peak, equally spaced in
 * mel from 60 to 7800 Hz, of the power spectrum under a Hann window of 25 ms. Row i is centred at
 * (i + ½) · 10 ms.
 *
 * @param expectedHops - Rows to make room for; there may be more or fewer.
 * @source Our training front end; mel = 2595 log10(1 + f / 700) by O'Shaughnessy 1987.
 */
export function makeMel(expectedHops = 0): Mel {
  const hann = Float64Array.from(
    { length: WINDOW },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (WINDOW - 1)),
  );
  const powerOf = makePowerSpectrum(FFT_SIZE);
  const weighted = new Float64Array(FFT_SIZE);
  const power = new Float64Array(FFT_SIZE / 2 + 1);
  const bands = melBands();
  const rows = makeRows(MEL_BANDS, expectedHops);
  const windows = makeWindows(WINDOW, HOP, (samples, start) => {
    for (let i = 0; i < WINDOW; i++) weighted[i] = samples[start + i] * hann[i];
    powerOf(weighted, power);
    const row = rows.add();
    sumBands(power, bands, rows.values, row);
  });
  return {
    push: windows.push,
    get count() {
      return rows.count;
    },
    rows: (from, to) => rows.values.subarray(from * MEL_BANDS, to * MEL_BANDS),
    drop: rows.drop,
    finish(hopCount) {
      windows.flush(hopCount);
      return rows.values.subarray(0, hopCount * MEL_BANDS);
    },
  };
}

/** The logarithm of each band's power, at `row` of `out`. */
function sumBands(power: Float64Array, bands: Band[], out: Float32Array, row: number): void {
  for (let band = 0; band < MEL_BANDS; band++) {
    const { firstBin, weights } = bands[band];
    let sum = 0;
    for (let i = 0; i < weights.length; i++) sum += weights[i] * power[firstBin + i];
    out[row + band] = Math.log(sum + 1e-6);
  }
}

/** One triangular band: its weights from its first spectrum bin on. */
interface Band {
  readonly firstBin: number;
  readonly weights: Float64Array;
}

function melBands(): Band[] {
  const toMel = (hz: number) => 2595 * Math.log10(1 + hz / 700);
  const toHz = (mel: number) => 700 * (10 ** (mel / 2595) - 1);
  const lowest = toMel(LOWEST_HZ);
  const spacing = (toMel(HIGHEST_HZ) - lowest) / (MEL_BANDS + 1);
  const edge = (i: number) => toHz(lowest + i * spacing);
  const binHz = HEARING_HZ / FFT_SIZE;
  return Array.from({ length: MEL_BANDS }, (_, band) => {
    const [low, centre, high] = [edge(band), edge(band + 1), edge(band + 2)];
    const firstBin = Math.ceil(low / binHz);
    const weights = Float64Array.from(
      { length: Math.floor(high / binHz) - firstBin + 1 },
      (_, i) => {
        const hz = (firstBin + i) * binHz;
        return Math.max(0, Math.min((hz - low) / (centre - low), (high - hz) / (high - centre)));
      },
    );
    return { firstBin, weights };
  });
}
