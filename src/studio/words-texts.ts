/** @file Words about texts that are spoken. */

/** In English. */
export const TEXTS_EN = {
  textTitle: "Or write what it says",
  text: "Text",
  textLanguage: "Language",
  textTimbre: "Voice",
  timbre_low: "Lower",
  timbre_high: "Higher",
  textPace: "Words a minute",
  textSpeak: "Speak it",
  textSpeaking: "Speaking …",
  textVoice: "Text",
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
  textPace: "Parole al minuto",
  textSpeak: "Pronuncia",
  textSpeaking: "Parlo …",
  textVoice: "Testo",
  textNote: "Chiaramente la voce di un robot: eSpeak NG. I suoi 24 MB arrivano con il primo testo.",
};
