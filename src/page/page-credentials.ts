/** @file The toolkit of Content Credentials in a browser's worker, where it reads files by itself. */
import init, { WasmReader } from "@contentauth/c2pa-wasm";
import type { ByteSource } from "../trust/byte-source.js";
import type { CredentialsToolkit } from "../trust/credentials.js";

/** Only workers have it; TypeScript's DOM does not know it. */
declare class FileReaderSync {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}

/** The toolkit's WebAssembly, beside the page. */
const MODULE = "c2pa.wasm";

/** Loaded at once, so that the page needs no network from then on. */
const loaded = init({ module_or_path: new URL(MODULE, self.location.href) });
// Whoever needs it is told.
loaded.catch(() => undefined);

/** A file that is read piece by piece; workers only. */
export function blobAsSource(blob: Blob): ByteSource {
  const reader = new FileReaderSync();
  return {
    sizeBytes: blob.size,
    read: (from, to) => new Uint8Array(reader.readAsArrayBuffer(blob.slice(from, to))),
  };
}

/** Reads the credentials of one file, whatever source it is given. */
export function toolkitOf(blob: Blob): Pick<CredentialsToolkit, "read"> {
  return {
    async read(_source, format, settings) {
      await loaded.catch((error: unknown) => {
        throw new Error("what reads credentials could not be loaded", { cause: error });
      });
      try {
        const reader = await WasmReader.fromBlob(format, blob, settings);
        const json = reader.json();
        reader.free();
        return { json };
      } catch (error) {
        return String(error).includes("JumbfNotFound") ? "none" : "broken";
      }
    },
  };
}
