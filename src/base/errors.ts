/**
 * @file Operating errors: what can go wrong with somebody's files and wishes, as data.
 *
 * Our own mistakes are not here: they are `assert` (assert.ts) and crash.
 */

/** What to do about each failure. The codes are public API: renaming one is a breaking change. */
export const FAILURES = {
  anchor_invalid: "Give certificates as PEM: the root.pem beside a signer's key, or a chain.",
  audio_empty: "Give a recording, or a film, that holds sound.",
  audio_too_long: "Cut the recording into parts and make one film of each.",
  audio_unreadable: "Give a wav, mp3, m4a/aac, ogg, opus or flac file that plays elsewhere.",
  codec_missing:
    "Install the optional packages (npm install --include=optional), or use mp4 and wav.",
  consent_invalid:
    "Say on what grounds: self, subject, licensed, fictional or historical; a guardian agrees for a minor, with subject or licensed.",
  consent_missing:
    "Say on what grounds this face may speak: --consent self|subject|licensed|fictional|historical, see docs/trust.md.",
  credentials_failed: "Try again; if it repeats, report it with the film's format and length.",
  edit_invalid: "Correct the named field, or save the edit again in the studio.",
  face_missing: "Use a picture, or a film, that shows one human face from the front.",
  face_not_there: "Choose a smaller number, or none to take the largest face.",
  face_too_small: "Use a larger picture, or take the head alone with --crop face.",
  face_turned: "Use a picture that looks towards the camera.",
  faces_filmed:
    "Choose another with --face N (for `act` --driver-face N), counted from the largest.",
  faces_several: "Choose another with --face N, counted from the largest.",
  file_missing: "Check the path.",
  file_unwritable: "Choose a folder that exists and that you may write to.",
  film_conflict: "Take another id, or send exactly what was sent before.",
  film_not_done: "Ask for its state, or listen to its events; `details.state` says where it is.",
  film_unreadable: "Give a whole mp4, mov, webm or mkv film that plays elsewhere.",
  key_invalid: "Ask whoever runs this service for a key that holds.",
  key_missing: "Send a key: Authorization: Bearer KEY.",
  lip_model_failed:
    "Compare the network with its description: rates, layouts, channels, constants, scale, window.",
  lip_model_invalid:
    "Give an ONNX file from sound to ARKit channels and, beside it, a JSON file that describes it.",
  live_busy:
    "Try again when another session has ended; `details.limit` says how many there may be.",
  live_over: "Begin another session.",
  not_found: "See /openapi.json for what is there.",
  option_invalid: "See --help for what is allowed.",
  origin_refused: "Call this service from a program, or from its own pages.",
  picture_too_large:
    "Scale the picture down first; films are rendered at up to --size pixels anyway.",
  picture_too_small: "Use a picture of at least 128 × 128 pixels.",
  picture_unreadable: "Give a JPEG, PNG, WebP or AVIF that opens elsewhere.",
  portrait_opted_out:
    "Whoever is shown does not want this picture to speak; take another portrait.",
  queue_unreachable:
    "Check the address and that Redis runs; what waits in it is kept. Workers go on when it is back.",
  quota_spent: "Wait until tomorrow (UTC), or ask for a larger quota.",
  rate_exceeded: "Wait as long as Retry-After says.",
  port_unavailable: "Choose another with --port, or 0 for any that is free.",
  registry_invalid: "Remove the entry, or put it back from a copy; films can still be looked at.",
  request_invalid: "See /openapi.json for what a request looks like.",
  request_slow: "Send faster; see docs/service.md for the limits.",
  rig_missing: "Make it first: POST /rigs; rigs expire.",
  rig_invalid: "Build it again with `ritratto rig`.",
  scope_missing: "Ask whoever runs this service for a key with this scope.",
  segment_invalid: "Render the segment again, with the same rig, take and options as the others.",
  signer_invalid:
    "Give a chain of certificates (PEM) and its key (PKCS#8, EC P-256) to --c2pa-cert and --c2pa-key.",
  store_unavailable: "Let this site keep data, or leave the private window; webm needs no key.",
  storage_full:
    "Erase films and uploads that are no longer needed, or ask whoever runs this service.",
  storage_damaged: "Send the file again: what the storage keeps of it is not what was sent.",
  storage_refused:
    "Look at the address of --storage, at AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and what they may do.",
  storage_unreachable: "Try again later; the service's storage, or the line to it, is down.",
  speech_failed: "Try again; if it fails again, report it with the text.",
  speech_invalid:
    "Give a text with words in it, and a language that is known (speak --help lists them).",
  speech_missing:
    "Install it (npm install @echogarden/espeak-ng-emscripten), or give a recording; a page needs the network for it once.",
  store_missing: "Install the optional packages: npm install --include=optional.",
  style_invalid: "Learn it again with this version.",
  style_too_short:
    "Add films in which one face is seen from the front while it speaks, with its own sound.",
  take_invalid: "Build it again with `ritratto listen`, or correct the named field.",
  time_stamp_failed: "Check the address of --tsa, or leave it out: films need no time stamp.",
  token_invalid: "Ask for another with POST /live/tokens; each is good for one session, and soon.",
  upload_missing: "Send the file first: POST /portraits, POST /voices; files expire.",
  upload_too_large: "Send a smaller file; `details.limit` is in bytes.",
  webhook_failed: "Look after the webhook: it must answer with 2xx in 15 seconds.",
  webhook_refused:
    "Give an http or https address of the public internet, without a password in it.",
  worker_failed: "Try it again; if it fails again, take a smaller picture or a shorter voice.",
  zip_too_large: "Save into a folder, make the film smaller, or cut the recording into parts.",
} as const;

/** Stable name of a failure. */
export type FailureCode = keyof typeof FAILURES;

/** A failure as plain data: what crosses a worker or `--json`; never a stack. */
export interface Failure {
  readonly code: FailureCode;
  /** What was found, with numbers. */
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
  readonly details: Readonly<Record<string, number | string>>;
}

/** Makes a failure with the hint that belongs to its code; also used for warnings. */
export function failure(
  code: FailureCode,
  message: string,
  details: Failure["details"] = {},
): Failure {
  return { code, message, hint: FAILURES[code], details };
}

/** An operating error. Decide by `code`, never by text. */
export class FilmError extends Error implements Failure {
  override readonly name = "FilmError";
  readonly hint: string;

  /** @param message - What was found, with numbers: "The head is turned 34°, at most 25° work." */
  constructor(
    readonly code: FailureCode,
    message: string,
    readonly details: Failure["details"] = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.hint = FAILURES[code];
  }

  toJSON(): Failure {
    return { code: this.code, message: this.message, hint: this.hint, details: this.details };
  }
}
