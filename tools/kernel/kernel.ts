/**
 * @file The frame loop's innermost loops, in AssemblyScript: several times as fast as in JavaScript.
 *
 * Compiled by `npm run kernel` into src/frames/kernel-code.ts. Every machine gives the same bytes:
 * colours are computed in whole numbers, and single-precision floats are IEEE's everywhere.
 * Memory is laid out by src/frames/kernel.ts, which also documents what the calls do.
 */

export { foldLayer } from "./fold";
export { invertShifts } from "./grid";
export { setBackground } from "./mend";
export { moveCell } from "./move";
export { markRow } from "./rgba";
export { sampleLayer, setSource, setTable } from "./sample";
export { laySkin, rasterize } from "./skin";
export { copySpans } from "./spans";
export { moveSkin } from "./surface";
export { toI420 } from "./yuv";
