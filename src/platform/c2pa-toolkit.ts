/**
 * @file The toolkit of Content Credentials: c2pa-rs as WebAssembly, behind the port that trust asks for.
 *
 * It takes files as `Blob` and reads them with `FileReaderSync`; how a machine has these, it says itself.
 */
import * as z from "zod";
import type { ByteSource } from "../trust/byte-source.js";
import type { CredentialsToolkit } from "../trust/credentials.js";

/** What the package exports. */
export type C2paPackage = typeof import("@contentauth/c2pa-wasm");

/** A file, as the package asks for it. */
type PackageBlob = Parameters<C2paPackage["WasmReader"]["fromBlob"]>[1];

const signedSchema = z.object({
  asset: z.instanceof(Uint8Array),
  manifest: z.instanceof(Uint8Array),
});

/**
 * The toolkit of this machine.
 *
 * @param load - Gives the package, ready to be used; asked each time.
 * @param asBlob - Gives a source as the package reads it, piece by piece.
 */
export function makeToolkit(
  load: () => Promise<C2paPackage>,
  asBlob: (source: ByteSource) => PackageBlob,
): CredentialsToolkit {
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
