/**
 * @file `toMatchGolden`: a picture against a stored one, region by region.
 *
 * A missing golden fails. Only UPDATE_GOLDEN=1 writes, and whoever does looks at each picture.
 */
import { existsSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { expect } from "vitest";
import { makePicture, type Picture } from "../../src/base/picture.js";
import type { Box } from "../../src/base/plane.js";

interface Tolerance {
  /** What is stored and compared; the whole picture if not given. */
  readonly region?: Box;
  /** Mean and largest difference of any colour, 8-bit steps. */
  readonly meanError: number;
  readonly maxError: number;
}

declare module "vitest" {
  interface Matchers<T> {
    toMatchGolden(name: string, tolerance: Tolerance): Promise<T>;
  }
}

const folder = fileURLToPath(new URL("../golden/", import.meta.url));
const failures = fileURLToPath(new URL("../golden-failures/", import.meta.url));

async function write(picture: Picture, path: string): Promise<void> {
  const { data, width, height } = picture;
  const raw = { width, height, channels: 4 as const };
  await sharp(Buffer.from(data), { raw }).removeAlpha().png().toFile(path);
}

function cut({ data, width }: Picture, box: Box): Picture {
  const part = makePicture(box.width, box.height);
  for (let row = 0; row < box.height; row++) {
    const from = ((box.y + row) * width + box.x) * 4;
    part.data.set(data.subarray(from, from + box.width * 4), row * box.width * 4);
  }
  return part;
}

expect.extend({
  async toMatchGolden(actual: Picture, name: string, { region, ...limits }: Tolerance) {
    const path = `${folder}${name}.png`;
    const part = region === undefined ? actual : cut(actual, region);
    if (process.env.UPDATE_GOLDEN === "1") await write(part, path);
    const say = (message: string) => ({ pass: false, message: () => message });
    if (!existsSync(path)) return say(`no golden ${name}; look at it and run UPDATE_GOLDEN=1`);
    const { data, info } = await sharp(path)
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (info.width !== part.width || info.height !== part.height) {
      return say(`golden ${name} is ${info.width} × ${info.height}`);
    }
    const errors = part.data
      .map((value, i) => Math.abs(value - data[i]))
      .filter((_, i) => i % 4 < 3);
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    const most = errors.reduce((a, b) => Math.max(a, b), 0);
    if (mean <= limits.meanError && most <= limits.maxError) {
      return { pass: true, message: () => `golden ${name} is matched` };
    }
    mkdirSync(failures, { recursive: true });
    await write(part, `${failures}${name}.png`);
    return say(
      `golden ${name}: mean error ${mean.toFixed(3)}, largest ${most}; see golden-failures/`,
    );
  },
});
