/** @file What a film says of itself: its identity, what it was made from, what was declared. */

import type { Recording } from "../base/recording.js";
import { VERSION } from "../base/version.js";
import type { FilmId } from "../mark/mark.js";
import type { Take } from "../performance/take.js";
import { writeTake } from "../performance/take-file.js";
import type { Rig } from "../rig/rig.js";
import { type Consent, checkConsent, isLabelled } from "../trust/consent.js";
import { filmIdOf } from "../trust/film-id.js";
import { type Origins, pictureSha256, soundSha256 } from "../trust/origins.js";
import { sha256 } from "../trust/sha256.js";
import { codecOf, type FilmFormat } from "./format.js";

/** What is declared of a film, and known of its inputs. */
export interface Declaration {
  /** On what grounds the person portrayed is made to speak, see docs/trust.md. */
  readonly consent: Consent;
  /**
   * Hashes of the files that portrait and sound came from. What is not given is the hash of the
   * values: of pixels and samples.
   */
  readonly origins?: Partial<Origins> | undefined;
}

/** What credentials, mark and registry are told of a film. */
export interface FilmIdentity extends Origins {
  readonly id: FilmId;
  readonly consent: Consent;
  /** Whether the film begins with the visible tag. */
  readonly labelled: boolean;
}

/** What an identity is made of. */
export interface IdentityJob extends FilmFormat, Declaration {
  readonly rig: Rig;
  readonly take: Take;
  readonly sound?: Recording | undefined;
}

/** Identifies a film before a frame of it is drawn; the same job gives the same identity. */
export async function identify(job: IdentityJob): Promise<FilmIdentity> {
  const { rig, take, sound, origins, container = "mp4", quality = "good", alpha = false } = job;
  const consent = checkConsent(job.consent);
  const labelled = isLabelled(consent, job.label);
  const portraitSha256 =
    origins?.portraitSha256 ?? rig.portraitSha256 ?? (await pictureSha256(rig.picture));
  const audioSha256 = sound && (origins?.audioSha256 ?? (await soundSha256(sound)));
  const { width, height } = rig.picture;
  const format = {
    ...{ container, codec: codecOf(job), quality, alpha, width, height },
    background: await tellBackground(job),
  };
  const known = { portraitSha256, audioSha256, consent, labelled };
  const takeSha256 = await sha256(writeTake(take));
  const id = await filmIdOf({ ...known, takeSha256, format, version: VERSION });
  return { ...known, id };
}

async function tellBackground({ background }: FilmFormat): Promise<string | undefined> {
  if (background === undefined) return undefined;
  return "picture" in background ? pictureSha256(background.picture) : JSON.stringify(background);
}
