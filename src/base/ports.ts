/**
 * @file What the core asks of the machine it runs on. `ritratto/node` lends one; a browser another.
 *
 * Nothing in the core opens a path or a URL: bytes come through these doors.
 */

/** File names in `assets/`, see assets/manifest.json. */
export type AssetName =
  | "articulation.onnx"
  | "canonical-face.json"
  | "default.style"
  | "expression-basis.json"
  | "face-detection-full.onnx"
  | "face-detection-short.onnx"
  | "face-identity.onnx"
  | "face-landmarks.onnx"
  | "person-classes.onnx";

/** The weights and tables that ship with Ritratto. */
export interface Assets {
  read(name: AssetName): Promise<Uint8Array>;
}

/** One network, loaded. */
export interface Net {
  /**
   * @param input - Values in the layout of the network's only input.
   * @param shape - Its dimensions.
   * @returns The outputs by name.
   */
  run(
    input: Float32Array,
    shape: readonly number[],
  ): Promise<Readonly<Record<string, Float32Array>>>;
}

/** Networks by asset; loaded at first use and kept. */
export interface Nets {
  open(name: AssetName): Promise<Net>;
}
