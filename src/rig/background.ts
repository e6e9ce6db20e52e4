/**
 * @file Rigs with another background, or none: everything else of them stays.
 *
 * The renderer exchanges backgrounds by difference (frames/warp.ts), so a rig whose picture and
 * plate hold the new one is all it takes.
 */

import { clamp, mix } from "../base/curves.js";
import { FilmError } from "../base/errors.js";
import { buildPyramid, makePicture, type Picture } from "../base/picture.js";
import {
  blockMeans,
  boxMean,
  cutPlane,
  grow,
  makePlane,
  mapPlane,
  resizePlane,
  samplePlane,
} from "../base/plane.js";
import { randomOf } from "../base/random.js";
import { foregroundOf } from "./foreground.js";
import type { Rig } from "./rig.js";
import type { Color } from "./tone.js";

/** What is to be seen behind the person. */
export type Background =
  /** A picture; it fills the frame, and what is too much of it is cut off evenly. */
  | { readonly picture: Picture }
  /** One colour, sRGB, 0..255. */
  | { readonly color: Color }
  /** What was there, out of focus: the blur's radius as a share of the picture's height, to 0.5. */
  | { readonly blur: number };

/** A background out of focus as portraits have it: a share of the picture's height. */
export const USUAL_BLUR = 0.03;

/** More would be one colour. */
const BLUR_MOST = 0.5;

/** How far the frame's filter reaches, px: so far around the person the picture is not plain background. */
const REACH_PX = 2;

/**
 * The same rig before another background.
 *
 * @throws FilmError `option_invalid` for a blur or a colour out of range.
 */
export function withBackground(rig: Rig, background: Background): Rig {
  checkBackground(background);
  const person = foregroundOf(rig);
  const plate = drawPlate(rig, background);
  const picture = makePicture(plate.width, plate.height);
  for (let i = 0; i < picture.data.length; i += 4) {
    const opacity = person.data[i + 3] / 255;
    for (let c = 0; c < 3; c++) {
      picture.data[i + c] = mix(plate.data[i + c], person.data[i + c], opacity);
    }
    picture.data[i + 3] = 255;
  }
  return { ...rig, picture, plate, ...outlineOf(person) };
}

/**
 * The same rig before nothing: its frames have straight (not premultiplied) opacity in their fourth
 * channel. They can only be written into films and pictures that hold it.
 */
export function withoutBackground(rig: Rig): Rig {
  const person = foregroundOf(rig);
  const outline = outlineOf(person);
  const { width, height, data } = person;
  const plate = makePicture(width, height);
  const [red, green, blue] = meanColor(person);
  // One colour everywhere, so that exchanging it (frames/warp.ts) changes nothing.
  for (let i = 0; i < plate.data.length; i += 4) plate.data.set([red, green, blue, 0], i);
  for (let i = 0; i < outline.hole.length; i++) {
    if (outline.hole[i] === 0) data.set([red, green, blue, 0], 4 * i);
  }
  return { ...rig, picture: person, plate, ...outline };
}

/** Where there is any of the person, and how much: the new picture is background everywhere else. */
function outlineOf({ data, width, height }: Picture): Pick<Rig, "hole" | "matte"> {
  const matte = new Uint8Array(width * height);
  const trace = makePlane(width, height);
  for (let i = 0; i < matte.length; i++) {
    matte[i] = data[4 * i + 3];
    trace.data[i] = matte[i] > 0 ? 1 : 0;
  }
  return { matte, hole: Uint8Array.from(grow(trace, REACH_PX).data) };
}

/** @throws FilmError `option_invalid` for a blur or a colour out of range. */
export function checkBackground(background: Background): void {
  if ("blur" in background && !(background.blur > 0 && background.blur <= BLUR_MOST)) {
    const message = `A background's blur is above 0 and at most ${BLUR_MOST} of the height, not ${background.blur}.`;
    throw new FilmError("option_invalid", message, { blur: background.blur });
  }
  if ("color" in background && !background.color.every((value) => value >= 0 && value <= 255)) {
    const message = `A background's colour is three numbers from 0 to 255, not ${background.color}.`;
    throw new FilmError("option_invalid", message);
  }
}

/** The background alone, at the rig's size. */
function drawPlate(rig: Rig, background: Background): Picture {
  const { width, height } = rig.picture;
  if ("picture" in background) return cover(background.picture, width, height);
  if ("blur" in background) return blurPicture(rig.plate, background.blur * height);
  const plate = makePicture(width, height);
  const [red, green, blue] = background.color;
  for (let i = 0; i < plate.data.length; i += 4) plate.data.set([red, green, blue, 255], i);
  return plate;
}

/** The middle of a picture that fills a frame, opaque, at the frame's size. */
function cover(picture: Picture, width: number, height: number): Picture {
  const scaleOf = (level: Picture) => Math.min(level.width / width, level.height / height);
  const levels = buildPyramid(picture);
  const level = levels.find((next) => scaleOf(next) < 2) ?? levels[levels.length - 1];
  const part = {
    width: Math.max(1, Math.round(width * scaleOf(level))),
    height: Math.max(1, Math.round(height * scaleOf(level))),
  };
  const x = (level.width - part.width) >> 1;
  const y = (level.height - part.height) >> 1;
  const out = makePicture(width, height);
  for (let c = 0; c < 3; c++) {
    const whole = makePlane(level.width, level.height);
    for (let i = 0; i < whole.data.length; i++) whole.data[i] = level.data[4 * i + c];
    const sized = resizePlane(cutPlane(whole, { x, y, ...part }), width, height);
    for (let i = 0; i < sized.data.length; i++) out.data[4 * i + c] = sized.data[i];
  }
  return opaque(out);
}

/** In place. */
function opaque(picture: Picture): Picture {
  for (let i = 3; i < picture.data.length; i += 4) picture.data[i] = 255;
  return picture;
}

/** As many box filters come near enough to a round one. */
const BLUR_ROUNDS = 3;
/** Blocks that a blur is made of: so many to its radius. */
const BLOCKS_IN_RADIUS = 6;

/**
 * A picture out of focus: means of squares, so that lights stay light, as in a lens. Dithered, for
 * what is so smooth shows the steps of eight bits.
 *
 * @param radius - px; half the width of the blur.
 */
function blurPicture(picture: Picture, radius: number): Picture {
  const { width, height, data } = picture;
  const out = makePicture(width, height);
  const chance = randomOf(1, "background dither");
  const block = Math.max(1, Math.floor(radius / BLOCKS_IN_RADIUS));
  const box = Math.round(radius / block / Math.sqrt(BLUR_ROUNDS));
  for (let c = 0; c < 3; c++) {
    const squares = mapPlane(makePlane(width, height), (_, i) => data[4 * i + c] ** 2);
    let plane = blockMeans(squares, block);
    for (let round = 0; round < BLUR_ROUNDS; round++) plane = boxMean(plane, box);
    for (let y = 0, i = c; y < height; y++) {
      for (let x = 0; x < width; x++, i += 4) {
        const value = samplePlane(plane, (x + 0.5) / block, (y + 0.5) / block);
        out.data[i] = Math.sqrt(Math.max(0, value)) + chance.uniform() - 0.5;
      }
    }
  }
  return opaque(out);
}

/** Mean colour of what is person. */
function meanColor({ data }: Picture): Color {
  const sum = [0, 0, 0];
  let weight = LITTLE;
  for (let i = 0; i < data.length; i += 4) {
    weight += data[i + 3];
    for (let c = 0; c < 3; c++) sum[c] += data[i + 3] * data[i + c];
  }
  const [red, green, blue] = sum.map((value) => clamp(Math.round(value / weight), 0, 255));
  return [red, green, blue];
}

/** Against division by nothing. */
const LITTLE = 1e-9;
