/**
 * @file The person alone: how opaque each pixel is, and which colour it would have without the
 * background that shines through it.
 *
 * Hair and soft edges hold some of the old background's colour. Over another background that
 * would be a halo, so the colour is estimated, and continued beyond the edge, where films are
 * filtered and compressed. Estimates are smooth and made at reduced size; the picture's own detail
 * is added at full size.
 */
import { clamp } from "../base/curves.js";
import { makePicture, type Picture } from "../base/picture.js";
import { blockMeans, boxMean, makePlane, type Plane, samplePlane } from "../base/plane.js";
import { mendMatte } from "./matte-mend.js";
import type { Rig } from "./rig.js";

/** Long side at which neighbourhoods are looked at, px. */
const LOOK_PX = 640;
/** Radii of the two estimates, shares of the long side: a wide one, then a near one. */
const RADII = [0.09, 0.006] as const;
const RADIUS_LEAST_PX = 2;
/** Against division by nothing. */
const LITTLE = 1e-5;

/**
 * The person of a rig's picture, straight (not premultiplied): colour without background, and
 * opacity in the fourth channel.
 *
 * Two rounds of blur fusion: what is near and person gives the colour, what is near and background
 * the background; then each pixel's own rest is added as far as it is person.
 *
 * @source Forte 2021, "Approximate Fast Foreground Colour Estimation", ICIP.
 */
export function foregroundOf(rig: Rig): Picture {
  const { data, width, height } = rig.picture;
  const block = Math.max(1, Math.ceil(Math.max(width, height) / LOOK_PX));
  const opacity = mendMatte(rig, block);
  const around = neighbours(rig.picture, opacity, block);
  const out = makePicture(width, height);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const a = opacity.data[i];
      for (let c = 0; c < 3; c++) {
        const own = data[4 * i + c];
        if (a >= 1) {
          out.data[4 * i + c] = own;
          continue;
        }
        const u = (x + 0.5) / block;
        const v = (y + 0.5) / block;
        const front = samplePlane(around.person[c], u, v);
        const back = samplePlane(around.behind[c], u, v);
        out.data[4 * i + c] = front + a * (own - a * front - (1 - a) * back);
      }
      out.data[4 * i + 3] = 255 * a;
    }
  }
  return out;
}

/** What is seen around each block: the person's colour and the background's, by channel. */
interface Neighbours {
  readonly person: readonly Plane[];
  readonly behind: readonly Plane[];
}

function neighbours({ data, width, height }: Picture, opacity: Plane, block: number): Neighbours {
  const cover = blockMeans(opacity, block);
  const radii = RADII.map((share) =>
    Math.max(RADIUS_LEAST_PX, Math.round(share * Math.max(cover.width, cover.height))),
  );
  const covers = radii.map((radius) => boxMean(cover, radius));
  const person: Plane[] = [];
  const behind: Plane[] = [];
  for (let c = 0; c < 3; c++) {
    const channel = makePlane(width, height);
    for (let i = 0; i < channel.data.length; i++) channel.data[i] = data[4 * i + c];
    const image = blockMeans(channel, block);
    let front = image;
    let back = image;
    let colors = image;
    radii.forEach((radius, round) => {
      const share = covers[round];
      front = meanWhere(colors, cover.data, radius, share.data);
      back = meanWhere(
        back,
        cover.data.map((a) => 1 - a),
        radius,
        share.data.map((a) => 1 - a),
      );
      const rest = makePlane(image.width, image.height);
      for (let i = 0; i < rest.data.length; i++) {
        const a = cover.data[i];
        const own = image.data[i] - a * front.data[i] - (1 - a) * back.data[i];
        rest.data[i] = clamp(front.data[i] + a * own, 0, 255);
      }
      colors = rest;
    });
    person.push(front);
    behind.push(back);
  }
  return { person, behind };
}

/** Weighted mean around each sample. @param share - Mean of the weights there. */
function meanWhere(
  plane: Plane,
  weights: Float32Array,
  radius: number,
  share: Float32Array,
): Plane {
  const product = makePlane(plane.width, plane.height);
  for (let i = 0; i < weights.length; i++) product.data[i] = plane.data[i] * weights[i];
  const mean = boxMean(product, radius);
  for (let i = 0; i < weights.length; i++) mean.data[i] /= share[i] + LITTLE;
  return mean;
}
