/**
 * @file The toolkit of Content Credentials on Node.
 *
 * It is made for browsers' workers and reads files by `Blob` and `FileReaderSync`. Here both are a few
 * lines over a `ByteSource`, so that a long film is read from its file, piece by piece.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { ByteSource } from "../trust/byte-source.js";
import type { CredentialsToolkit } from "../trust/credentials.js";
import { type C2paPackage, makeToolkit } from "./c2pa-toolkit.js";

let loaded: Promise<C2paPackage> | undefined;

/** Opens the toolkit; it is loaded at its first use, which takes 40 to 130 ms, and kept. */
export function openCredentialsToolkit(): CredentialsToolkit {
  return makeToolkit(load, asBlob);
}

async function load(): Promise<C2paPackage> {
  loaded ??= (async () => {
    const toolkit = await import("@contentauth/c2pa-wasm");
    const path = createRequire(import.meta.url).resolve("@contentauth/c2pa-wasm/c2pa.wasm");
    toolkit.initSync({ module: await readFile(path) });
    Object.assign(globalThis, { FileReaderSync: SourceReader });
    return toolkit;
  })();
  return loaded;
}

/** What the toolkit asks of a Blob. */
class SourceBlob {
  readonly type = "";
  readonly size: number;

  constructor(
    readonly source: ByteSource,
    readonly from: number,
    readonly to: number,
  ) {
    this.size = to - from;
  }

  slice(from: number, to: number): SourceBlob {
    const end = Math.min(this.to, this.from + to);
    return new SourceBlob(this.source, Math.min(end, this.from + from), end);
  }
}

/** What the toolkit asks of a FileReaderSync. */
class SourceReader {
  readAsArrayBuffer({ source, from, to }: SourceBlob): ArrayBuffer {
    return Uint8Array.from(source.read(from, to)).buffer;
  }
}

function asBlob(source: ByteSource): Blob {
  return new SourceBlob(source, 0, source.sizeBytes) as unknown as Blob;
}
