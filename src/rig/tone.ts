/** @file The colours of one face that its unseen parts are made from. */
import { clamp, quantile } from "../base/curves.js";
import type { Picture } from "../base/picture.js";

/** Red, green, blue, sRGB 0..255. */
export type Color = readonly [number, number, number];

/** The colours of one face. */
export interface Tone {
  /** Brightness of the cheeks, chin and forehead, 0..255. */
  readonly skinLuminance: number;
  /** Brightness of the face's lights (nose, forehead, cheekbones), 0..255. */
  readonly highlight: number;
  readonly skin: Color;
  readonly lip: Color;
}

const SKIN_POINTS = [50, 280, 205, 425, 101, 330, 36, 266, 187, 411];
const HIGHLIGHT_POINTS = [
  4, 5, 195, 197, 6, 151, 9, 8, 50, 280, 101, 330, 118, 347, 67, 297, 69, 299,
];
const LIP_POINTS = [17, 84, 314, 85, 315, 16, 86, 316];

/** Reads the tones at places that are plain skin and lip on every face. */
export function readTone(picture: Picture, landmarks: Float32Array): Tone {
  const skin = medianColor(picture, landmarks, SKIN_POINTS);
  return {
    skin,
    lip: medianColor(picture, landmarks, LIP_POINTS),
    skinLuminance: (skin[0] + skin[1] + skin[2]) / 3,
    highlight: quantile(
      HIGHLIGHT_POINTS.map((point) => {
        const [r, g, b] = medianColor(picture, landmarks, [point]);
        return (r + g + b) / 3;
      }),
      0.85,
    ),
  };
}

function medianColor(
  { data, width, height }: Picture,
  landmarks: Float32Array,
  points: readonly number[],
): Color {
  const colors = points.map((point) => {
    const x = Math.round(clamp(landmarks[3 * point] - 0.5, 1, width - 2));
    const y = Math.round(clamp(landmarks[3 * point + 1] - 0.5, 1, height - 2));
    const mean = [0, 0, 0];
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        const i = ((y + dy) * width + x + dx) * 4;
        for (let c = 0; c < 3; c++) mean[c] += data[i + c] / 9;
      }
    }
    return mean;
  });
  const median = (c: number) =>
    quantile(
      colors.map((color) => color[c]),
      0.5,
    );
  return [median(0), median(1), median(2)];
}
