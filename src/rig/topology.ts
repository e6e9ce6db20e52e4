/**
 * @file Which landmark is what: rings of the lips, margins of the lids, brows, the face's oval.
 *
 * Numbers are MediaPipe's. Rows run from the subject's right (left in the picture) to its left.
 */

/** Rings of the upper lip, from the skin to the inside, corner to corner; 11 points each. */
export const UPPER_LIP = [
  [61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291],
  [76, 184, 74, 73, 72, 11, 302, 303, 304, 408, 306],
  [62, 183, 42, 41, 38, 12, 268, 271, 272, 407, 292],
  [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308],
] as const;

/** Rings of the lower lip, facing `UPPER_LIP` point by point. */
export const LOWER_LIP = [
  [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291],
  [76, 77, 90, 180, 85, 16, 315, 404, 320, 307, 306],
  [62, 96, 89, 179, 86, 15, 316, 403, 319, 325, 292],
  [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308],
] as const;

/** Upper edge of the mouth's opening; ends are the corners. */
export const INNER_UPPER: readonly number[] = UPPER_LIP[3];
/** Lower edge, likewise. */
export const INNER_LOWER: readonly number[] = LOWER_LIP[3];

/** One eye's margins, canthus to canthus, and its opening as a ring. */
export interface EyeRows {
  /** Upper and lower margin face each other point by point; 9 points, shared ends. */
  readonly upper: readonly number[];
  readonly lower: readonly number[];
  readonly ring: readonly number[];
  /** The row next above the upper margin, near the lid's crease. */
  readonly crease: readonly number[];
  /** Skin beneath the brow, and below the eye. */
  readonly beneathBrow: readonly number[];
  readonly below: readonly number[];
  /** First of the iris's five points. */
  readonly iris: number;
}

function eyeRows(rows: Omit<EyeRows, "ring">): EyeRows {
  return { ...rows, ring: [...rows.upper, ...rows.lower.slice(1, -1).reverse()] };
}

/** Rows run from the outer to the inner canthus. */
export const RIGHT_EYE = eyeRows({
  upper: [33, 246, 161, 160, 159, 158, 157, 173, 133],
  lower: [33, 7, 163, 144, 145, 153, 154, 155, 133],
  crease: [130, 247, 30, 29, 27, 28, 56, 190, 243],
  beneathBrow: [225, 224, 223, 222],
  below: [228, 229, 230, 231, 119, 118],
  iris: 468,
});
/** The subject's left eye (right in the picture). */
export const LEFT_EYE = eyeRows({
  upper: [263, 466, 388, 387, 386, 385, 384, 398, 362],
  lower: [263, 249, 390, 373, 374, 380, 381, 382, 362],
  crease: [359, 467, 260, 259, 257, 258, 286, 414, 463],
  beneathBrow: [445, 444, 443, 442],
  below: [448, 449, 450, 451, 348, 347],
  iris: 473,
});

/** Outline of the face, clockwise in the picture from the top of the forehead. */
export const OVAL: readonly number[] = [
  10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148,
  176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
];

/** Both brows. */
export const BROWS: readonly number[] = [
  70, 63, 105, 66, 107, 55, 65, 52, 53, 46, 300, 293, 334, 296, 336, 285, 295, 282, 283, 276,
];

/** Along the right and the left brow: in its hair, on the forehead above, and beneath. */
export const BROW_ROWS = [
  { brow: [63, 105, 66, 53, 52, 65], above: [104, 69, 68], beneath: [222, 223, 224] },
  { brow: [293, 334, 296, 283, 282, 295], above: [333, 299, 298], beneath: [442, 443, 444] },
] as const;

/** Single points by their place on the face. */
export const POINT = {
  forehead: 10,
  chin: 152,
  noseBase: 2,
  noseTip: 4,
  nasion: 168,
  browTop: 151,
  mouthRight: 61,
  mouthLeft: 291,
  innerRight: 78,
  innerLeft: 308,
  upperLipInner: 13,
  lowerLipInner: 14,
} as const;

/** The opening of the mouth as a ring. */
export const MOUTH_RING: readonly number[] = [
  ...INNER_UPPER,
  ...INNER_LOWER.slice(1, -1).reverse(),
];
