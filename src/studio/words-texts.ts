/** @file Words about voices and manners. */

/** In English. */
export const TEXTS_EN = {
  textTitle: "Or write what it says",
  text: "Text",
  textLanguage: "Language",
  textTimbre: "Voice",
  timbre_low: "Lower",
  timbre_high: "Higher",
  textPace: "Speed",
  textSpeak: "Speak it",
  textSpeaking: "Speaking …",
  textVoice: "Text",
  style: "Manner",
  style_usual: "Several people's",
  styleLoad: "Load a style",
  microphoneRefused:
    "The microphone was refused. Allow it in the browser's settings for this page.",
  microphoneMissing: "There is no microphone. Connect one, or choose a recording.",
  microphoneBusy: "The microphone is in use elsewhere. Close what uses it, and try again.",
  textNote: "Clearly a robot's voice: eSpeak NG. Its 24 MB are fetched with the first text.",
};

/** In Italian. */
export const TEXTS_IT: Readonly<Record<keyof typeof TEXTS_EN, string>> = {
  textTitle: "O scrivi che cosa dice",
  text: "Testo",
  textLanguage: "Lingua",
  textTimbre: "Voce",
  timbre_low: "Più bassa",
  timbre_high: "Più alta",
  textPace: "Velocità",
  textSpeak: "Pronuncia",
  textSpeaking: "Parlo …",
  textVoice: "Testo",
  style: "Maniera",
  style_usual: "Di più persone",
  styleLoad: "Carica uno stile",
  microphoneRefused:
    "Il microfono è stato negato. Permettilo nelle impostazioni del browser per questa pagina.",
  microphoneMissing: "Non c'è alcun microfono. Collegane uno, o scegli una registrazione.",
  microphoneBusy: "Il microfono è usato altrove. Chiudi chi lo usa e riprova.",
  textNote: "Chiaramente la voce di un robot: eSpeak NG. I suoi 24 MB arrivano con il primo testo.",
};
