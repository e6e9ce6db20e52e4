/**
 * @file The toolkit of Content Credentials on Node: c2pa-rs as WebAssembly.
 *
 * It is made for browsers' workers and reads files by `Blob` and `FileReaderSync`. Here both are a few
 * lines over a `ByteSource`, so that a long film is read from its file, piece by piece.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import * as z from "zod";
import type { ByteSource } from "../trust/byte-source.js";
import type { CredentialsToolkit } from "../trust/credentials.js";

type Toolkit = typeof import("@contentauth/c2pa-wasm");

const signedSchema = z.object({
  asset: z.instanceof(Uint8Array),
  manifest: z.instanceof(Uint8Array),
});

let loaded: Promise<Toolkit> | undefined;

/** Opens the toolkit; it is loaded at its first use, which takes 40 to 130 ms, and kept. */
export function openCredentialsToolkit(): CredentialsToolkit {
  return {
    async sign({ manifest, settings, ingredients, signer, format, source }) {
      const { WasmBuilder } = await load();
      const builder = WasmBuilder.fromJson(manifest, settings);
      try {
        for (const { definition, format, source } of ingredients) {
          await builder.addIngredientFromBlob(definition, format, asBlob(source));
        }
        const { reserveSize } = signer;
        const sign = async (claim: Uint8Array) => Uint8Array.from(await signer.sign(claim));
        const by = { alg: "es256", reserveSize, sign } as const;
        const blob = asBlob(source);
        const signed: unknown = await builder.signAndGetManifestBytes(by, [], format, blob);
        const { asset: bytes, manifest } = signedSchema.parse(signed);
        return { bytes, manifest };
      } finally {
        builder.free();
      }
    },
    async read(source, format, settings) {
      const { WasmReader } = await load();
      try {
        const reader = await WasmReader.fromBlob(format, asBlob(source), settings);
        const json = reader.json();
        reader.free();
        return { json };
      } catch (error) {
        return String(error).includes("JumbfNotFound") ? "none" : "broken";
      }
    },
  };
}

async function load(): Promise<Toolkit> {
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
