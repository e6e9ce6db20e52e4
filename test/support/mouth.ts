/** @file How open the mouth of a picture is, read by the landmark network: no knowledge of rigs. */
import { buildPyramid, makePicture, type Picture } from "../../src/base/picture.js";
import type { Net } from "../../src/base/ports.js";
import { lookAtFace, roiOfLandmarks } from "../../src/portrait/landmarks.js";

/** Landmarks at the inner edges of the lips: above, below, both corners. */
const [UPPER, LOWER, RIGHT, LEFT] = [13, 14, 78, 308];

/**
 * Follows a face from picture to picture.
 *
 * @param landmarks - Where the face is at first, shape [478, 3].
 * @returns The opening between the lips, height over width: 0 = shut.
 */
export function makeMouthMeter(
  net: Net,
  landmarks: Float32Array,
): (picture: Picture) => Promise<number> {
  let roi = roiOfLandmarks(landmarks);
  return async (picture) => {
    const { points } = await lookAtFace(net, buildPyramid(picture), roi);
    roi = roiOfLandmarks(points);
    const distance = (a: number, b: number) =>
      Math.hypot(points[3 * a] - points[3 * b], points[3 * a + 1] - points[3 * b + 1]);
    return distance(UPPER, LOWER) / distance(RIGHT, LEFT);
  };
}

/** A decoded frame as a viewer's screen shows it. @param i420 - BT.709, limited range. */
export function toPicture(i420: Uint8Array, width: number, height: number): Picture {
  const picture = makePicture(width, height);
  const size = width * height;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const chroma = (y >> 1) * (width >> 1) + (x >> 1);
      const luma = (255 / 219) * (i420[y * width + x] - 16);
      const blue = (255 / 224) * (i420[size + chroma] - 128);
      const red = (255 / 224) * (i420[size + size / 4 + chroma] - 128);
      const rgb = [luma + 1.5748 * red, luma - 0.1873 * blue - 0.4681 * red, luma + 1.8556 * blue];
      picture.data.set([...rgb, 255], 4 * (y * width + x));
    }
  }
  return picture;
}
