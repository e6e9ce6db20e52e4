/** @file The inside of a microphone: sound comes in pieces of 128 samples, and goes out in larger ones. */

// What sound's own thread has; the DOM's types leave it out.
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: typeof AudioWorkletProcessor): void;

/** Of what is handed on, samples: 21 ms at 48 kHz. */
const BLOCK_SAMPLES = 1024;

class Listener extends AudioWorkletProcessor {
  #block = new Float32Array(BLOCK_SAMPLES);
  #filled = 0;

  /** @returns True to be asked again. */
  process([channels]: readonly (readonly Float32Array[])[]): boolean {
    const samples = channels?.[0] ?? new Float32Array(0);
    for (let from = 0; from < samples.length; ) {
      const piece = samples.subarray(from, from + BLOCK_SAMPLES - this.#filled);
      this.#block.set(piece, this.#filled);
      this.#filled += piece.length;
      from += piece.length;
      if (this.#filled === BLOCK_SAMPLES) this.#handOn();
    }
    return true;
  }

  #handOn(): void {
    this.port.postMessage(this.#block, [this.#block.buffer]);
    this.#block = new Float32Array(BLOCK_SAMPLES);
    this.#filled = 0;
  }
}

registerProcessor("ritratto-microphone", Listener);
