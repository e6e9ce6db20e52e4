/**
 * @file The studio: a portrait and a voice come in, the portrait is seen while it speaks, and what it does
 * is changed until it is liked. This file holds what is known and lets the parts of the page tell each other.
 */
import { type Consent, FilmError, type LayerName, type Take } from "../index.js";
import { fillIn, part } from "./dom.js";
import { openEdit, saveEdit } from "./edit-files.js";
import { changeThrough, feelAt, hasKeys, keyAt, mixAt, NO_EDIT, seenThrough } from "./edit-keys.js";
import { makeHistory } from "./history.js";
import type { HeardVoice, LoopRange, SeenPortrait, Settings, VoiceSource } from "./jobs.js";
import { openKeys, openSheet } from "./keeping.js";
import { openKeyBar } from "./key-bar.js";
import { openLive } from "./live.js";
import { openLook } from "./look.js";
import { openConsent, openPanel, USUAL } from "./panel.js";
import { openPlayer } from "./player.js";
import { offerRenewal } from "./renewal.js";
import { openReport } from "./report-panel.js";
import { openSaving } from "./saving.js";
import { openSources } from "./sources.js";
import { openTexts } from "./speech.js";
import { openStyles } from "./styles.js";
import { JobFailed, startStudioThread } from "./thread-calls.js";
import { openTimeline } from "./timeline.js";
import { openWords, type Word } from "./words.js";

const words = openWords(navigator.languages);
document.documentElement.lang = words.language;
fillIn(document, words);

const thread = startStudioThread();
const history = makeHistory<Settings>(USUAL);
const stage = part("stage");
const clock = part("clock");
const whole = part<HTMLInputElement>("whole");
let consent: Consent | undefined;
let voice: HeardVoice | undefined;
let take: Take | undefined;
let portraitFile: { readonly file: Blob; readonly name: string } | undefined;
let hasPortrait = false;
/** Seconds of an arrow key. */
const SKIP_SECONDS = 1;
/** Longer messages are of no use to readers, ms. */
const ALERT_MS = 9000;

const player = openPlayer(part<HTMLCanvasElement>("face"), () => showTime());
const settle = () => history.settle();
const timeline = openTimeline(words, USUAL, {
  seek: (seconds) => player.seek(seconds),
  peek: (seconds) => {
    if (!player.isPlaying) player.seek(seconds);
  },
  reroll,
  edit: (of, gesture) => change((settings) => ({ ...settings, edit: of(settings.edit) }), gesture),
  range: (range, gesture) => change((settings) => ({ ...settings, range }), gesture),
  settle,
  select: showSettings,
});
const keyBar = openKeyBar(words, {
  move: timeline.move,
  feel(place, mix) {
    change((settings) => ({ ...settings, edit: feelAt(settings.edit, place, mix) }));
  },
  remove: timeline.remove,
  settle,
  clear: () => change((settings) => ({ ...settings, edit: NO_EDIT })),
  save: () => saveEdit(history.now.edit, stemOf(portraitFile?.name ?? "film")),
  open(file) {
    void attempt(async () => {
      const edit = await openEdit(file);
      change((settings) => ({ ...settings, edit }));
    });
  },
});
const panel = openPanel(words, {
  // While a key of feelings is chosen, the feelings are those of that key.
  change(of, gesture) {
    change((settings) => changeThrough(settings, timeline.selected, of), gesture);
  },
  settle,
});
const styles = openStyles(thread, words, { change, failed: explain });
const question = openConsent(words, (declared) => {
  consent = declared;
  showReadiness();
  if (take !== undefined) void player.act(take).catch(explain);
});
const live = openLive(thread, words, {
  maySpeak: () => hasPortrait && consent !== undefined,
  settings: () => history.now,
  begin() {
    question.fold();
    return player.live();
  },
  voice: (source, name) => void attempt(() => hearVoice(source, name)),
  changed: showReadiness,
  problem: alertTo,
  failed: explain,
});
openSources(words, {
  portrait: (file, name) => void attempt(() => seePortrait(file, name)),
  voice: (source, name) => void attempt(() => hearVoice(source, name)),
  samples: (portrait, sound) => {
    void attempt(async () => {
      await seePortrait(portrait, "astronaut");
      await hearVoice({ file: sound }, "austen");
    });
  },
  problem: alertTo,
});
const nameNow = () => stemOf(portraitFile?.name ?? "film");
openTexts(words, {
  voice: (source, name) => void attempt(() => hearVoice(source, name)),
  failed: explain,
});
const saving = openSaving(thread, words, {
  begin: () => player.pause(),
  wish: () => ({ consent, name: nameNow(), look: look.look, atSeconds: player.seconds }),
  made: (film) => look.learn(film),
  failed: explain,
});
const look = openLook(words, (kind, folder) => saving.film(kind, folder));
openReport(thread, words, {
  begin: () => player.pause(),
  consent: () => (take === undefined ? undefined : consent),
  seek: (seconds) => player.seek(seconds),
});
openSheet(thread, words, nameNow);
openKeys(words, explain);

async function seePortrait(file: Blob, name: string): Promise<void> {
  part("welcome").hidden = true;
  if (!hasPortrait) stage.dataset.state = "work";
  const job = thread.ask("portrait", { file, whole: whole.checked }, showWork);
  showWork("open");
  const { rig, native, warnings }: SeenPortrait = await job.result;
  look.fit(native);
  if (hasPortrait && portraitFile?.file !== file) {
    player.pause();
    consent = undefined;
    question.forget();
    await player.rest();
  }
  portraitFile = { file, name };
  part("portrait-name").textContent = name;
  await player.wear(rig);
  hasPortrait = true;
  stage.dataset.state = "ready";
  const [warning] = warnings;
  if (warning) alertTo(words.failure(warning.code, warning.message, warning.hint));
}

async function hearVoice(source: VoiceSource, name: string): Promise<void> {
  const job = thread.ask("voice", source, showWork);
  showWork("voice");
  voice = await job.result;
  look.expect(voice.durationSeconds);
  part("voice-name").textContent = name;
  document.body.classList.add("heard");
  player.hear(voice.channels, voice.sampleRateHz);
  // Keys and loops belong to the voice that they were set in.
  const { edit, range } = history.now;
  if (hasKeys(edit) || range)
    change((settings) => ({ ...settings, edit: NO_EDIT, range: undefined }));
  await actNewest();
}

/** Does one thing after another, and says what went wrong. */
let busy: Promise<void> = Promise.resolve();
function attempt(does: () => Promise<void>): Promise<void> {
  busy = busy
    .then(does)
    .catch(explain)
    .finally(() => {
      part("work").hidden = true;
      stage.dataset.state = hasPortrait ? "ready" : "empty";
      part("welcome").hidden = hasPortrait;
      showReadiness();
    });
  return busy;
}

function change(of: (settings: Settings) => Settings, gesture?: string): void {
  history.set(of(history.now), gesture);
  showAndAct();
}

function reroll(layer: LayerName): void {
  change((settings) => {
    const before = settings.seeds[layer] ?? settings.seed;
    return { ...settings, seeds: { ...settings.seeds, [layer]: before + 1 } };
  });
}

function showSettings(): void {
  const { selected } = timeline;
  const { now } = history;
  timeline.set(now);
  keyBar.show(now.edit, player.durationSeconds, selected);
  panel.show(seenThrough(now, selected));
  const key = mixAt(now.edit, selected) && selected && keyAt(now.edit, selected);
  const feelings = key && words.say("feelingsAt", { seconds: key.seconds.toFixed(2) });
  part("feelings-said").textContent = feelings ?? words.say("feelings");
  loopOver(now.range);
  styles.show(now);
  part<HTMLButtonElement>("undo").disabled = !history.canUndo;
  part<HTMLButtonElement>("redo").disabled = !history.canRedo;
}

function showAndAct(): void {
  showSettings();
  void actNewest().catch(explain);
}

/** A loop that is drawn is played over and over; who clears it hears all of it once. */
function loopOver(range: LoopRange | undefined): void {
  if (player.range?.from === range?.from && player.range?.to === range?.to) return;
  player.range = range;
  if (player.loop === (range === undefined)) part("loop").click();
}

let isActing = false;
let acted: Settings | undefined;
/** Acts what the sliders say now; what they said in between is left out. */
async function actNewest(): Promise<void> {
  live.direct();
  if (voice === undefined || isActing || live.isOn) return;
  isActing = true;
  let heard: HeardVoice | undefined;
  try {
    do {
      acted = history.now;
      heard = voice;
      take = await thread.ask("act", acted).result;
      // Before it is said why it may, the face does not even move its lips.
      if (consent !== undefined) await player.act(take);
      timeline.show(voice, take);
    } while (acted !== history.now || heard !== voice);
  } finally {
    isActing = false;
  }
  document.body.dataset.acted = String(Number(document.body.dataset.acted ?? 0) + 1);
}

function showReadiness(): void {
  const isWhole = hasPortrait && voice !== undefined;
  const maySpeak = isWhole && consent !== undefined;
  live.showReadiness();
  document.body.classList.toggle("live", live.isOn);
  part<HTMLButtonElement>("play").disabled = !maySpeak || live.isOn;
  // Who speaks live moves sliders, too.
  const mayAct = hasPortrait && consent !== undefined;
  part<HTMLFieldSetElement>("performance").disabled = !mayAct;
  part<HTMLFieldSetElement>("export").disabled = !maySpeak;
  part<HTMLButtonElement>("sheet-open").disabled = take === undefined || !hasPortrait;
  const hint = part("hint");
  const missing: Word | undefined = !hasPortrait
    ? undefined
    : voice === undefined
      ? "askVoice"
      : consent === undefined
        ? "askConsent"
        : undefined;
  hint.hidden = missing === undefined;
  if (missing !== undefined) hint.textContent = words.say(missing);
  showTime();
}

function showWork(stageName: string, share?: number): void {
  const word = `stage_${stageName}`;
  part("work").hidden = false;
  part("hint").hidden = true;
  const known = word === "stage_portrait" || word === "stage_rig" || word === "stage_voice";
  part("work-said").textContent = `${words.say(known ? word : "stage_open")} …`;
  const progress = part<HTMLProgressElement>("work-share");
  if (share === undefined) progress.removeAttribute("value");
  else progress.value = share;
}

function showTime(): void {
  const { seconds, durationSeconds, isPlaying, framesPerSecond } = player;
  clock.textContent = `${timeOf(seconds)} / ${timeOf(durationSeconds)}`;
  timeline.at(seconds);
  const button = part<HTMLButtonElement>("play");
  if (button.classList.toggle("playing", isPlaying) !== (button.dataset.playing === "yes")) {
    button.dataset.playing = isPlaying ? "yes" : "no";
    button.setAttribute("aria-label", words.say(isPlaying ? "pause" : "play"));
  }
  part("rate").textContent = framesPerSecond > 0 ? `${framesPerSecond.toFixed(0)} fps` : "";
  document.body.dataset.frames = String(player.frameCount);
  document.body.dataset.delay = player.delaySeconds.toFixed(3);
}

function timeOf(seconds: number): string {
  const tenths = Math.floor(10 * seconds + 1e-6);
  const rest = ((tenths % 600) / 10).toFixed(1).padStart(4, "0");
  return `${Math.floor(tenths / 600)}:${rest}`;
}

function togglePlay(): void {
  if (part<HTMLButtonElement>("play").disabled) return;
  question.fold();
  if (player.isPlaying) player.pause();
  else void player.play().catch(explain);
}

// On a phone what is wanted is far below what asks for it.
part("hint").addEventListener("click", () => {
  const wanted = voice === undefined ? part("choose-voice") : part("consent");
  wanted.scrollIntoView({ behavior: "smooth", block: "center" });
  (wanted.querySelector("input") ?? wanted).focus({ preventScroll: true });
});
part("play").addEventListener("click", togglePlay);
part("loop").addEventListener("click", () => {
  player.loop = !player.loop;
  part("loop").setAttribute("aria-pressed", String(player.loop));
});
part("undo").addEventListener("click", () => travel("undo"));
part("redo").addEventListener("click", () => travel("redo"));
part("again").addEventListener("click", () => {
  change((settings) => ({ ...settings, seed: settings.seed + 1, seeds: {} }));
});
part("reset").addEventListener("click", () => {
  change(({ edit, range }) => ({ ...USUAL, edit, range }));
});
whole.addEventListener("change", () => {
  const seen = portraitFile;
  if (seen !== undefined) void attempt(() => seePortrait(seen.file, seen.name));
});

function travel(way: "undo" | "redo"): void {
  history[way]();
  showAndAct();
}

document.addEventListener("keydown", (event) => {
  const { key, target, ctrlKey, metaKey, shiftKey } = event;
  if ((ctrlKey || metaKey) && key.toLowerCase() === "z") {
    event.preventDefault();
    travel(shiftKey ? "redo" : "undo");
    return;
  }
  // Whatever has the focus keeps the keys that it knows.
  const isIn = (parts: string) => target instanceof Element && target.closest(parts) !== null;
  if (ctrlKey || metaKey || isIn("input, select, textarea, dialog")) return;
  if (key === " " && !isIn("button, summary, a")) togglePlay();
  else if (key === "ArrowLeft") player.seek(player.seconds - SKIP_SECONDS);
  else if (key === "ArrowRight") player.seek(player.seconds + SKIP_SECONDS);
  else if (key.toLowerCase() === "l") part("loop").click();
  else if (key.toLowerCase() === "r") live.toggle();
  else if (key.toLowerCase() === "i") timeline.mark("from");
  else if (key.toLowerCase() === "o") timeline.mark("to");
  else if (key === "Escape" && history.now.range) change((now) => ({ ...now, range: undefined }));
  else return;
  event.preventDefault();
});

function explain(error: unknown): void {
  if (error instanceof JobFailed || error instanceof FilmError) {
    const { code, message, hint } = error instanceof JobFailed ? error.failure : error;
    alertTo(words.failure(code, message, hint));
    return;
  }
  console.error(error);
  alertTo(words.say("crash"));
}

let alertTimer = 0;
function alertTo(text: string): void {
  const alert = part("alert");
  alert.textContent = text;
  alert.hidden = false;
  clearTimeout(alertTimer);
  alertTimer = setTimeout(() => {
    alert.hidden = true;
  }, ALERT_MS) as unknown as number;
}

void offerRenewal();

function stemOf(name: string): string {
  return name.replace(/\.[^.]*$/, "") || "film";
}

showReadiness();
if (!isSecureContext) alertTo(words.say("insecure"));
showSettings();
