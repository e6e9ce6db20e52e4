/** @file Mediabunny's frames → planes of Y, Cb, Cr and what their numbers mean. */
import type { VideoSample } from "mediabunny";
import { FilmError } from "../base/errors.js";
import {
  YUV_MATRICES,
  type YuvCoding,
  type YuvFrame,
  type YuvMatrix,
  type YuvPlane,
} from "../base/yuv-picture.js";

/** A frame and its colours. */
export interface ReadYuv {
  readonly frame: YuvFrame;
  readonly coding: YuvCoding;
}

/** Mediabunny's names of matrices; others are as good as none. */
const MATRICES: Readonly<Record<string, YuvMatrix>> = {
  bt709: YUV_MATRICES.bt709,
  bt470bg: YUV_MATRICES.bt601,
  smpte170m: YUV_MATRICES.bt601,
  "bt2020-ncl": YUV_MATRICES.bt2020,
};

/** Larger frames that do not say so are BT.709, as players take it. */
const SMALL = { width: 1279, height: 576 };

/**
 * Makes what copies frames out of their decoder; its buffer is used again.
 *
 * @param container - Colours by the container, for streams that do not tell.
 * @param name - What messages call the film.
 */
export function makeYuvReader(
  container: VideoColorSpaceInit,
  name: string,
): (sample: VideoSample) => Promise<ReadYuv> {
  let bytes = new Uint8Array(0);
  return async (sample) => {
    const form = formOf(sample, name);
    const size = sample.allocationSize();
    if (bytes.length < size) bytes = new Uint8Array(size);
    const layout = await sample.copyTo(bytes);
    const sampleBytes = form.depth > 8 ? 2 : 1;
    const data = sampleBytes === 2 ? new Uint16Array(bytes.buffer) : bytes;
    const plane = (index: number, step = 1, shift = 0): YuvPlane => {
      const { offset = 0, stride = 0 } = layout[index] ?? {};
      return { data, offset: offset / sampleBytes + shift, stride: stride / sampleBytes, step };
    };
    const { width, height } = sample.visibleRect;
    const chroma = form.isPaired ? [plane(1, 2), plane(1, 2, 1)] : [plane(1), plane(2)];
    const [u, v] = chroma as [YuvPlane, YuvPlane];
    const { shiftX, shiftY, depth } = form;
    return {
      frame: { width, height, planes: [plane(0), u, v], shiftX, shiftY, depth },
      coding: codingOf(sample, container),
    };
  };
}

/** @throws FilmError `film_unreadable` if the frame is none of Y, Cb and Cr. */
function formOf({ format }: VideoSample, name: string) {
  const [, digits, depth] = /^I(420|422|444)A?(?:P(\d+))?$/.exec(format ?? "") ?? [];
  if (digits === undefined && format !== "NV12") {
    const found = format ?? "a form without a name";
    const message = `“${name}” decodes to ${found}; YUV of 8, 10 or 12 bits can be looked at.`;
    throw new FilmError("film_unreadable", message);
  }
  return {
    shiftX: digits === "444" ? 0 : 1,
    shiftY: digits === "444" || digits === "422" ? 0 : 1,
    depth: Number(depth ?? 8),
    isPaired: format === "NV12",
  };
}

function codingOf({ colorSpace, visibleRect }: VideoSample, container: VideoColorSpaceInit) {
  const { width, height } = visibleRect;
  const isSmall = width <= SMALL.width && height <= SMALL.height;
  const guess = isSmall ? YUV_MATRICES.bt601 : YUV_MATRICES.bt709;
  const named = colorSpace.matrix ?? container.matrix ?? "";
  const isFullRange = colorSpace.fullRange ?? container.fullRange ?? false;
  return { matrix: MATRICES[named] ?? guess, isFullRange };
}
