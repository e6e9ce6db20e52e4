/** @file What failures say in the studio: in Italian, and in English where their own hints name flags. */
import type { FailureCode } from "../index.js";

/** Failures of programs and services, which no page meets. */
export type Elsewhere =
  | "film_conflict"
  | "film_not_done"
  | "key_invalid"
  | "key_missing"
  | "lip_model_failed"
  | "lip_model_invalid"
  | "live_busy"
  | "live_over"
  | "not_found"
  | "origin_refused"
  | "port_unavailable"
  | "portrait_opted_out"
  | "quota_spent"
  | "rate_exceeded"
  | "request_invalid"
  | "request_slow"
  | "rig_invalid"
  | "rig_missing"
  | "scope_missing"
  | "storage_full"
  | "queue_unreachable"
  | "storage_damaged"
  | "storage_refused"
  | "storage_unreachable"
  | "store_missing"
  | "style_too_short"
  | "upload_missing"
  | "upload_too_large"
  | "token_invalid"
  | "webhook_failed"
  | "webhook_refused"
  | "worker_failed";

/** What can go wrong in the studio. */
export type StudioFailure = Exclude<FailureCode, Elsewhere>;

/** All of it, in Italian. */
export const IT_FAILURES: Readonly<Record<StudioFailure, string>> = {
  anchor_invalid: "Il certificato non si può leggere. Serve un file PEM.",
  audio_empty: "La registrazione non contiene suono. Prova un'altra registrazione.",
  audio_too_long: "La registrazione è troppo lunga. Dividila in parti.",
  audio_unreadable: "Il suono non si può leggere. Prova wav, mp3, m4a, ogg, opus o flac.",
  codec_missing:
    "Questo browser non può fare filmati di questo tipo. Prova MP4, o un altro browser.",
  consent_invalid: "Il motivo indicato non vale. Un tutore acconsente solo per un minore.",
  consent_missing: "Di' prima perché questo volto può parlare.",
  credentials_failed: "Il filmato non si può firmare. Riprova, o salva in WebM, che non è firmato.",
  edit_invalid: "Le modifiche non si possono leggere. Scegli un file salvato qui.",
  face_missing: "Non vedo un volto. Usa un'immagine, o un filmato, di un volto di fronte.",
  face_not_there: "Il volto scelto non c'è. Prova un'altra immagine.",
  face_too_small: "Il volto è troppo piccolo. Usa un'immagine più grande.",
  face_turned: "Il volto guarda di lato. Usa un'immagine che guarda verso di te.",
  faces_filmed: "Nel filmato ci sono più volti: ho guardato il più grande.",
  faces_several: "Ci sono più volti: ho preso il più grande.",
  file_unwritable: "Non si può scrivere in quella cartella. Scegline un'altra, o salva in ZIP.",
  file_missing: "Un file di questa pagina non si può caricare. Ricarica la pagina.",
  film_unreadable: "Il filmato non si può leggere. Prova mp4, mov, webm o mkv.",
  option_invalid: "Queste scelte non vanno insieme. Cambia formato, sfondo o fotogrammi.",
  picture_too_large: "L'immagine è troppo grande. Riducila prima di usarla.",
  picture_too_small: "L'immagine è troppo piccola: servono almeno 128 × 128 pixel.",
  picture_unreadable: "L'immagine non si può leggere. Prova JPEG, PNG, WebP o AVIF.",
  registry_invalid: "Una voce del registro di questo browser è danneggiata. Cancella il registro.",
  signer_invalid:
    "La chiave di questo browser è danneggiata. Cancellala: ne verrà creata una nuova.",
  speech_failed: "Il testo non si è potuto leggere. Riprova, o usa una registrazione.",
  speech_invalid: "Nel testo non c'è nulla da pronunciare.",
  speech_missing:
    "La voce non si è potuta caricare: serve la rete, una volta, o una registrazione.",
  store_unavailable:
    "Questo browser non conserva dati per questa pagina. Esci dalla finestra privata, o salva in WebM.",
  style_invalid: "Lo stile è danneggiato, o di un'altra versione.",
  segment_invalid:
    "Rendi di nuovo il segmento, con lo stesso rig, la stessa recita e le stesse opzioni.",
  take_invalid: "Il take è danneggiato, o di un'altra versione.",
  time_stamp_failed: "La marca temporale non è accettata.",
  zip_too_large: "È troppo per uno ZIP. Salva in una cartella, o riduci le dimensioni.",
};

/** What to do about some failures in English, where the program's own hint names its options. */
const EN_HINTS: Readonly<Partial<Record<FailureCode, string>>> = {
  speech_invalid: "Give a text with words in it.",
  codec_missing: "Save an MP4, or try another browser.",
  consent_invalid: "A guardian agrees only for a minor.",
  consent_missing: "Say first why this face may speak.",
  face_not_there: "Try another picture.",
  face_too_small: "Use a larger picture.",
  faces_filmed: "The largest was looked at.",
  faces_several: "The largest was taken.",
  file_missing: "Load the page again.",
  file_unwritable: "Choose another folder, or save a ZIP.",
  option_invalid: "Choose another format, background or number of frames.",
  picture_too_large: "Scale the picture down first.",
  registry_invalid: "Erase the registry under “Keys and registry”.",
  signer_invalid: "Erase the key under “Keys and registry”; another one is made.",
  take_invalid: "Save it again with this version.",
  time_stamp_failed: "Films need no time stamp.",
};

/** A failure for people. @param message - What was found, in English. */
export function sayFailure(
  language: "en" | "it",
  code: FailureCode,
  message: string,
  hint: string,
): string {
  const italian: Readonly<Partial<Record<FailureCode, string>>> = IT_FAILURES;
  if (language === "it") return italian[code] ?? `${message} ${hint}`;
  return `${message} ${EN_HINTS[code] ?? hint}`;
}
