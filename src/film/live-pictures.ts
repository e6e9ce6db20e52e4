/** @file Pictures of somebody who is speaking just now, with the mark and the tag that films have. */
import type { Picture } from "../base/picture.js";
import { makePicture } from "../base/picture.js";
import { makeLiveDrawer } from "../frames/live-drawer.js";
import type { FilmMark } from "../mark/mark.js";
import { drawMark, markColors } from "../mark/marker.js";
import type { Take } from "../performance/take.js";
import type { Rig } from "../rig/rig.js";
import { type Consent, checkConsent, isLabelled, type LabelWish } from "../trust/consent.js";
import { makeLabel } from "./label.js";

/** Pictures of a take that grows. */
export interface LivePictures {
  readonly width: number;
  readonly height: number;
  /** Whether the first seconds have the visible tag. */
  readonly labelled: boolean;
  /** Adds frames behind those that are known: what `performLive` gives. */
  append(take: Take): void;
  /**
   * Draws a frame that is known; going back is not possible for long.
   *
   * @param index - Counted from the first frame that was given.
   * @returns Reused by the next one; nothing if it was drawn just before.
   */
  draw(index: number): Picture | undefined;
}

/** What live pictures are drawn with. */
export interface LivePicturesOptions {
  readonly fps: number;
  /** On what grounds the person portrayed is made to speak, see docs/trust.md. */
  readonly consent: Consent;
  readonly mark: FilmMark;
  readonly label?: LabelWish | undefined;
}

/** Begins without a take. @throws FilmError `consent_missing`, `consent_invalid`. */
export function drawLive(rig: Rig, options: LivePicturesOptions): LivePictures {
  const { fps, mark, label } = options;
  const consent = checkConsent(options.consent);
  const drawer = makeLiveDrawer(rig);
  const { width, height } = rig.picture;
  const steps = drawMark(rig.picture, rig.picture, mark);
  const labelled = isLabelled(consent, label);
  const tag = labelled ? makeLabel(width, height, "rgba") : undefined;
  const out = makePicture(width, height);
  const bytes = new Uint8Array(out.data.buffer);
  return {
    ...{ width, height, labelled },
    append: (take) => drawer.append(take),
    draw(index) {
      const frame = drawer.draw((index + 0.5) / fps);
      if (frame === undefined) return undefined;
      out.data.set(frame.picture.data);
      markColors(steps, out.data);
      tag?.(bytes, index / fps);
      return out;
    },
  };
}
