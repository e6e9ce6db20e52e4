/** @file Plain ASCII text to bytes and back; our tables and headers hold nothing else. */

/** @param bytes - ASCII; others give their Latin-1 letter. */
export function textOf(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 4096) {
    text += String.fromCharCode(...bytes.subarray(i, i + 4096));
  }
  return text;
}

/** @param text - ASCII. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
