/** @file How hard somebody speaks: shouting opens the jaw, whispering moves the lips instead. */
import { gaussianSmooth, smoothstep } from "../base/curves.js";
import type { Sounds } from "../voice/voice.js";
import type { Phrasing } from "./phrases.js";

/** What jaw and lips are multiplied by, shape [hops] each. */
export interface Effort {
  readonly jaw: Float32Array;
  readonly lips: Float32Array;
}

/** Over this time effort changes: a Gaussian's sigma, hops. */
const SIGMA = 40;
/** Where little is said, so much of what is usual counts too, share of the time. */
const DOUBT = 0.05;
/** Voicing of speech, over that time, of a whisper and of an ordinary voice. */
const WHISPERED = [0.3, 0.12] as const;
/** Pitch over the speaker's middle at which a loud voice begins to shout, and does, semitones. */
const SHOUTED = [4, 9] as const;
const LOUD = [0.7, 1] as const;
/** What a shout and a whisper do to the jaw and to the lips. */
const SHOUT = { jaw: 0.3, lips: 0.1 } as const;
const WHISPER = { jaw: -0.2, lips: 0.1 } as const;

/**
 * Reads effort from loudness, pitch and voicing.
 *
 * @source Shouted speech lowers the jaw and hardly changes the lips, whispered vowels are spoken
 *   with lips and tongue: Schulman 1989, "Articulatory dynamics of loud and normal speech".
 */
export function readEffort({ voicing }: Sounds, { speech, loudness, pitch }: Phrasing): Effort {
  const spoken = gaussianSmooth(speech, SIGMA);
  const share = (usual: number, of: (hop: number) => number) =>
    gaussianSmooth(
      speech.map((value, hop) => value * of(hop)),
      SIGMA,
    ).map((sum, hop) => (sum + usual * DOUBT) / (spoken[hop] + DOUBT));
  const voiced = share(0.5, (hop) => voicing[hop]);
  const shout = share(
    0,
    (hop) =>
      smoothstep(SHOUTED[0], SHOUTED[1], pitch[hop]) * smoothstep(LOUD[0], LOUD[1], loudness[hop]),
  );
  const curve = (of: "jaw" | "lips") =>
    speech.map((_, hop) => {
      const whisper = smoothstep(WHISPERED[0], WHISPERED[1], voiced[hop]);
      return 1 + SHOUT[of] * shout[hop] + WHISPER[of] * whisper;
    });
  return { jaw: curve("jaw"), lips: curve("lips") };
}
