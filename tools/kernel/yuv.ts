/** @file sRGB → I420, BT.709, limited range; see src/frames/yuv.ts. */

/** Even width and height; rows of the picture are `rowPixels` long. */
export function toI420(rgba: usize, rowPixels: i32, width: i32, height: i32, out: usize): void {
  let cb = out + <usize>(width * height);
  let cr = cb + <usize>((width * height) >> 2);
  for (let y = 0; y < height; y += 2) {
    let a = rgba + <usize>(y * rowPixels * 4);
    let b = a + <usize>(rowPixels * 4);
    let top = out + <usize>(y * width);
    let bottom = top + <usize>width;
    for (let x = 0; x < width; x += 2) {
      const p0 = load<u32>(a);
      const p1 = load<u32>(a, 4);
      const p2 = load<u32>(b);
      const p3 = load<u32>(b, 4);
      store<u8>(top, luma(p0));
      store<u8>(top, luma(p1), 1);
      store<u8>(bottom, luma(p2));
      store<u8>(bottom, luma(p3), 1);
      // Red and blue are summed in the halves of one word.
      const rb = (p0 & 0xff00ff) + (p1 & 0xff00ff) + (p2 & 0xff00ff) + (p3 & 0xff00ff) + 0x20002;
      const greens = ((p0 >> 8) & 255) + ((p1 >> 8) & 255) + ((p2 >> 8) & 255) + ((p3 >> 8) & 255);
      const green = <i32>((greens + 2) >> 2);
      const red = <i32>((rb & 0xffff) >> 2);
      const blue = <i32>(rb >> 18);
      store<u8>(cb++, <u8>(128 + ((-6596 * red - 22189 * green + 28785 * blue + 32768) >> 16)));
      store<u8>(cr++, <u8>(128 + ((28784 * red - 26145 * green - 2639 * blue + 32768) >> 16)));
      a += 8;
      b += 8;
      top += 2;
      bottom += 2;
    }
  }
}

// @ts-expect-error: AssemblyScript's decorator
@inline
function luma(p: u32): u8 {
  const r = <i32>(p & 255);
  const g = <i32>((p >> 8) & 255);
  const b = <i32>((p >> 16) & 255);
  return <u8>(16 + ((11966 * r + 40254 * g + 4064 * b + 32768) >> 16));
}
