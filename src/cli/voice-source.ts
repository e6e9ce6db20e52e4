/** @file Where a command's voice comes from: a recording, or a text that is spoken. */
import { FilmError, type Recording } from "../index.js";
import {
  hashFile,
  orderSpeech,
  readAudio,
  readVoiceName,
  type SpeechWish,
  speakText,
} from "../platform/node.js";
import type { OptionValues } from "./options.js";

/** A recording's path, or what is to be spoken. */
export type CommandVoice = { readonly path: string } | { readonly wish: SpeechWish };

/** Spoken if no language is named. */
const USUAL_VOICE = "en";

/** Checks it before any work. @throws FilmError `option_invalid` for none and for both; `speech_invalid`. */
export function voiceSourceOf(
  path: string | undefined,
  { text, voice, pace }: Pick<OptionValues, "text" | "voice" | "pace">,
): CommandVoice {
  if (text === undefined) {
    if (path === undefined) {
      throw new FilmError("option_invalid", "missing required argument 'voice', or --text.");
    }
    if (voice === undefined && pace === undefined) return { path };
    throw new FilmError("option_invalid", "--voice and --pace go with --text.");
  }
  if (path !== undefined) {
    const message = "A recording and --text exclude each other.";
    throw new FilmError("option_invalid", message, { voice: path });
  }
  const wish = { text, ...readVoiceName(voice ?? USUAL_VOICE), wordsPerMinute: pace };
  orderSpeech(wish);
  return { wish };
}

/** The sound, and the hash of its file if it has one. @throws FilmError as `readAudio` and `speakText`. */
export async function openVoice(
  source: CommandVoice,
  { signal }: { readonly signal: AbortSignal },
): Promise<{ readonly voice: Recording; readonly audioSha256: string | undefined }> {
  if ("wish" in source) {
    return { voice: await speakText(source.wish, { signal }), audioSha256: undefined };
  }
  const voice = await readAudio(source.path);
  return { voice, audioSha256: await hashFile(source.path, "audio_unreadable") };
}
