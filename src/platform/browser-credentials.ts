/** @file The toolkit of Content Credentials in a browser's worker; windows cannot read files at once. */
import type { ByteSource } from "../trust/byte-source.js";
import type { CredentialsToolkit } from "../trust/credentials.js";
import { type C2paPackage, makeToolkit } from "./c2pa-toolkit.js";

/** Only workers have it; TypeScript's DOM does not know it. */
declare class FileReaderSync {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}

/** A blob that is read piece by piece. */
interface BlobSource extends ByteSource {
  readonly blob: Blob;
}

/** The toolkit's WebAssembly, beside the worker's script; 9 MB. */
const MODULE = "c2pa.wasm";

/** A blob as bytes that are read when they are asked for; workers only. */
export function blobAsSource(blob: Blob): ByteSource {
  const reader = new FileReaderSync();
  const source: BlobSource = {
    blob,
    sizeBytes: blob.size,
    read: (from, to) => new Uint8Array(reader.readAsArrayBuffer(blob.slice(from, to))),
  };
  return source;
}

/** Opens the toolkit, workers only. It is fetched now, so that no network is needed from then on. */
export function openBrowserToolkit(): CredentialsToolkit {
  let loading = load();
  // Whoever needs it is told, and what could not be had is asked for again.
  loading.catch(() => undefined);
  return makeToolkit(() => {
    loading = loading.catch(load);
    return loading;
  }, asBlob);
}

async function load(): Promise<C2paPackage> {
  try {
    const toolkit = await import("@contentauth/c2pa-wasm");
    await toolkit.default({ module_or_path: new URL(MODULE, self.location.href) });
    return toolkit;
  } catch (error) {
    throw new Error("what reads credentials could not be loaded", { cause: error });
  }
}

function asBlob(source: ByteSource): Blob {
  if (isBlobSource(source)) return source.blob;
  return new Blob([Uint8Array.from(source.read(0, source.sizeBytes))]);
}

function isBlobSource(source: ByteSource): source is BlobSource {
  return "blob" in source;
}
