/** @file The toolkit of Content Credentials in a browser's worker, where it reads files by itself. */
import init, { WasmReader } from "@contentauth/c2pa-wasm";
import type { ByteSource } from "../trust/byte-source.js";
import type { CredentialsToolkit } from "../trust/credentials.js";

/** Only workers have it; TypeScript's DOM does not know it. */
declare class FileReaderSync {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}

let loaded: Promise<unknown> | undefined;

/** The toolkit's WebAssembly, beside the page. */
const MODULE = "c2pa.wasm";

/** A file that is read piece by piece; workers only. */
export function fileAsSource(file: File): ByteSource {
  const reader = new FileReaderSync();
  return {
    sizeBytes: file.size,
    read: (from, to) => new Uint8Array(reader.readAsArrayBuffer(file.slice(from, to))),
  };
}

/** Reads the credentials of one file. */
export function toolkitOf(file: File): Pick<CredentialsToolkit, "read"> {
  return {
    async read(_source, format, settings) {
      loaded ??= init({ module_or_path: new URL(MODULE, self.location.href) });
      await loaded;
      try {
        const reader = await WasmReader.fromBlob(format, file, settings);
        const json = reader.json();
        reader.free();
        return { json };
      } catch (error) {
        return String(error).includes("JumbfNotFound") ? "none" : "broken";
      }
    },
  };
}
