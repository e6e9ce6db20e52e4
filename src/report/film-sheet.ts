/** @file Films in rows: one picture in which they can be compared. */
import { letter } from "../base/lettering.js";
import { buildPyramid, makePicture, type Picture } from "../base/picture.js";
import { resizePlane } from "../base/plane.js";
import type { Still } from "./stills.js";
import { timeCode } from "./wording.js";

/** One film of a sheet. */
export interface SheetRow {
  readonly name: string;
  readonly stills: readonly Still[];
}

const TILE_PX = 240;
const TITLE_PX = 24;

/** Draws a row of frames for each film, with its name above and their times below. */
export function drawFilmSheet(rows: readonly SheetRow[]): Picture {
  const columns = Math.max(1, ...rows.map(({ stills }) => stills.length));
  const heights = rows.map(({ stills }) => {
    const { width, height } = stills[0]?.picture ?? { width: 1, height: 1 };
    return Math.max(1, Math.round((TILE_PX * height) / width));
  });
  const total = heights.reduce((sum, height) => sum + height + TITLE_PX, 0);
  const sheet = makePicture(columns * TILE_PX, Math.max(1, total));
  for (let i = 3; i < sheet.data.length; i += 4) sheet.data[i] = 255;
  let y = 0;
  rows.forEach(({ name, stills }, row) => {
    letter(sheet, name, 6, y + 5, 2);
    stills.forEach(({ picture, seconds }, column) => {
      const tile = shrinkTo(picture, TILE_PX, heights[row]);
      paste(tile, sheet, column * TILE_PX, y + TITLE_PX);
      letter(sheet, timeCode(seconds), column * TILE_PX + 4, y + TITLE_PX + heights[row] - 12, 1);
    });
    y += heights[row] + TITLE_PX;
  });
  return sheet;
}

/** A picture at another size, not larger, without aliasing. */
export function shrinkTo(picture: Picture, width: number, height: number): Picture {
  const levels = buildPyramid(picture);
  const fitting = levels.filter((level) => level.width >= width && level.height >= height);
  const from = fitting.at(-1) ?? picture;
  const out = makePicture(width, height);
  out.data.fill(255);
  for (let c = 0; c < 3; c++) {
    const plane = {
      width: from.width,
      height: from.height,
      data: Float32Array.from({ length: from.width * from.height }, (_, i) => from.data[4 * i + c]),
    };
    resizePlane(plane, width, height).data.forEach((value, i) => {
      out.data[4 * i + c] = value;
    });
  }
  return out;
}

function paste(tile: Picture, sheet: Picture, x: number, y: number): void {
  for (let row = 0; row < tile.height; row++) {
    const from = row * tile.width * 4;
    const to = ((y + row) * sheet.width + x) * 4;
    sheet.data.set(tile.data.subarray(from, from + tile.width * 4), to);
  }
}
