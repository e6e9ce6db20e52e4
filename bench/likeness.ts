/** @file How like each other two frames are. */

/** Side of a window, px, and from one to the next. */
const WINDOW_PX = 8;
const STEP_PX = 4;
/** Keep quotients of nothing from being large: (0.01 · 255)² and (0.03 · 255)². */
const C1 = 6.5025;
const C2 = 58.5225;

/**
 * Compares the luma of two I420 frames.
 *
 * @returns Peak signal to noise, dB, and structural similarity, 1 = the same.
 * @source Wang et al. 2004, "Image Quality Assessment", with even windows.
 */
export function likeness(a: Uint8Array, b: Uint8Array, width: number, height: number) {
  let squared = 0;
  for (let i = 0; i < width * height; i++) squared += (a[i] - b[i]) ** 2;
  let sum = 0;
  let windows = 0;
  for (let y = 0; y + WINDOW_PX <= height; y += STEP_PX) {
    for (let x = 0; x + WINDOW_PX <= width; x += STEP_PX, windows++) {
      sum += similarity(a, b, y * width + x, width);
    }
  }
  return { psnr: 10 * Math.log10((255 ** 2 * width * height) / squared), ssim: sum / windows };
}

function similarity(a: Uint8Array, b: Uint8Array, from: number, width: number): number {
  let [sumA, sumB, squaresA, squaresB, products] = [0, 0, 0, 0, 0];
  for (let row = 0; row < WINDOW_PX; row++) {
    for (let i = from + row * width, end = i + WINDOW_PX; i < end; i++) {
      sumA += a[i];
      sumB += b[i];
      squaresA += a[i] * a[i];
      squaresB += b[i] * b[i];
      products += a[i] * b[i];
    }
  }
  const count = WINDOW_PX ** 2;
  const [meanA, meanB] = [sumA / count, sumB / count];
  const spreads = (squaresA + squaresB) / count - meanA ** 2 - meanB ** 2;
  const common = products / count - meanA * meanB;
  const means = (2 * meanA * meanB + C1) / (meanA ** 2 + meanB ** 2 + C1);
  return (means * (2 * common + C2)) / (spreads + C2);
}
