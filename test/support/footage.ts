/** @file Films in memory, as the report sees them, and ways to spoil their pictures. */
import { createHash } from "node:crypto";
import { clamp } from "../../src/base/curves.js";
import type { Footage } from "../../src/base/footage.js";
import { makePicture, type Picture } from "../../src/base/picture.js";
import { blurPlane } from "../../src/base/plane.js";
import type { Net, Nets } from "../../src/base/ports.js";
import { type Recording, recordingOf } from "../../src/base/recording.js";
import { VOICE_HZ } from "./inputs.js";

/** Frames a second of films in memory. */
export const FOOTAGE_FPS = 25;

/** A film of pictures, with sound if there is any. */
export function footageOf(
  pictures: readonly Picture[],
  sound?: Recording,
  soundStartSeconds = 0,
): Footage {
  const [{ width, height }] = pictures;
  const endSeconds = soundStartSeconds + (sound?.durationSeconds ?? 0);
  return {
    ...{ name: "film in memory", width, height, fps: FOOTAGE_FPS, sound },
    video: { startSeconds: 0, endSeconds: pictures.length / FOOTAGE_FPS },
    audio: sound && { startSeconds: soundStartSeconds, endSeconds },
    async *frames() {
      // One buffer for all, as films from files have.
      const picture = makePicture(width, height);
      for (const [index, { data }] of pictures.entries()) {
        picture.data.set(data);
        yield { index, timeSeconds: index / FOOTAGE_FPS, picture };
      }
    },
    close() {},
  };
}

/** Pieces of sound, one after the other; a number is as many seconds of silence. */
export function soundOf(...pieces: readonly (Float32Array | number)[]): Recording {
  const parts = pieces.map((piece) =>
    typeof piece === "number" ? new Float32Array(Math.round(piece * VOICE_HZ)) : piece,
  );
  const samples = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    samples.set(part, at);
    at += part.length;
  }
  return recordingOf([samples], VOICE_HZ);
}

/** Networks that remember their answers: films with the same pictures are looked at once. */
export function rememberingNets(nets: Nets): Nets {
  const answers = new Map<string, ReturnType<Net["run"]>>();
  return {
    async open(name) {
      const net = await nets.open(name);
      return {
        run(input, shape) {
          const bytes = new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
          const key = name + createHash("sha1").update(bytes).digest("hex");
          const known = answers.get(key) ?? net.run(input, shape);
          answers.set(key, known);
          return known;
        },
      };
    },
  };
}

/** A picture moved right and down by whole pixels, its edges drawn out. */
export function moved({ data, width, height }: Picture, right: number, down: number): Picture {
  const out = makePicture(width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = clamp(y - down, 0, height - 1) * width + clamp(x - right, 0, width - 1);
      out.data.set(data.subarray(4 * from, 4 * from + 4), 4 * (y * width + x));
    }
  }
  return out;
}

/** A picture half as high, as wide as before. */
export function squashed({ data, width, height }: Picture): Picture {
  const out = makePicture(width, height >> 1);
  for (let y = 0; y < out.height; y++) {
    for (let i = 0; i < 4 * width; i++) {
      const above = 8 * width * y + i;
      out.data[4 * width * y + i] = (data[above] + data[above + 4 * width]) / 2;
    }
  }
  return out;
}

/** A picture out of focus. @param sigma - px. */
export function blurred({ data, width, height }: Picture, sigma: number): Picture {
  const out = makePicture(width, height);
  out.data.fill(255);
  for (let c = 0; c < 3; c++) {
    const plane = Float32Array.from({ length: width * height }, (_, i) => data[4 * i + c]);
    blurPlane({ data: plane, width, height }, sigma).data.forEach((value, i) => {
      out.data[4 * i + c] = value;
    });
  }
  return out;
}

/** A picture of one colour. */
export function plain(width: number, height: number, color: readonly number[]): Picture {
  const out = makePicture(width, height);
  for (let i = 0; i < out.data.length; i += 4) out.data.set([...color, 255], i);
  return out;
}
