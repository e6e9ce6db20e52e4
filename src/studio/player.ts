/** @file Sound and portrait in step: the sound's clock leads, and the portrait shows the frame of now. */
import { CHANNELS, type Rig, type Take } from "../index.js";
import { type LiveView, openLiveView } from "../platform/browser.js";
import type { LoopRange } from "./jobs.js";
import { type LiveShow, openLiveShow } from "./live-show.js";

/** How quickly what drawing takes is learned, a share of each frame. */
const LEAD_SHARE = 0.1;

/** What is played. */
export interface Player {
  readonly isPlaying: boolean;
  readonly durationSeconds: number;
  /** Where it is, seconds. */
  readonly seconds: number;
  /** Frames that were drawn since it was last begun, a second; 0 before the first second. */
  readonly framesPerSecond: number;
  /** Frames that were drawn in all. */
  readonly frameCount: number;
  loop: boolean;
  /** What is looped; all of it if there is none. */
  range: LoopRange | undefined;
  /** Puts a portrait in; at rest until it has a take. */
  wear(rig: Rig): Promise<void>;
  /** Puts a voice in, at its beginning. */
  hear(channels: readonly Float32Array<ArrayBuffer>[], sampleRateHz: number): void;
  /** Nothing moves any more. */
  rest(): Promise<void>;
  /** What the portrait does from now on. */
  act(take: Take): Promise<void>;
  /** Follows somebody who speaks, until that is ended and there is another take. */
  live(): LiveShow;
  /** How long after its sound a frame is seen while it follows, seconds. */
  readonly delaySeconds: number;
  play(): Promise<void>;
  pause(): void;
  seek(seconds: number): void;
}

/** Called for every picture of the screen while it plays, and whenever something changed. */
export type OnTick = () => void;

/** Opens a player. @param canvas - Its drawing goes to a worker for good. */
export function openPlayer(canvas: HTMLCanvasElement, onTick: OnTick): Player {
  let view: LiveView | undefined;
  let context: AudioContext | undefined;
  let sound: AudioBuffer | undefined;
  let source: AudioBufferSourceNode | undefined;
  /** Time of the sound's clock at which the recording's beginning was, or would have been. */
  let startedAt = 0;
  let restSeconds = 0;
  let loop = false;
  let range: LoopRange | undefined;
  let frameCount = 0;
  let since = { frames: 0, time: 0 };
  let isAsking = false;
  let isLate = false;
  /** What a frame takes until it is seen, seconds: so much ahead of the sound it is asked for. */
  let leadSeconds = 0;
  let delaySeconds = 0;

  const duration = () => sound?.duration ?? 0;
  const looped = (): LoopRange => {
    const to = Math.min(range?.to ?? duration(), duration());
    const from = range?.from ?? 0;
    return from < to ? { from, to } : { from: 0, to: duration() };
  };
  const now = () => {
    if (source === undefined || context === undefined) return restSeconds;
    const passed = context.currentTime - (context.outputLatency || 0) - startedAt;
    const { from, to } = looped();
    if (loop && passed >= to && to > 0) return from + ((passed - to) % (to - from));
    return Math.min(duration(), Math.max(restSeconds, passed));
  };
  /** One frame at a time is asked for; what comes late is left out. */
  const show = async () => {
    isLate = isAsking;
    if (view === undefined || isAsking) return;
    isAsking = true;
    do {
      isLate = false;
      const ahead = source === undefined ? 0 : leadSeconds;
      const { index, milliseconds } = await view.show(now() + ahead);
      if (index === undefined) continue;
      leadSeconds += LEAD_SHARE * (milliseconds / 1000 - leadSeconds);
      frameCount++;
    } while (isLate);
    isAsking = false;
  };
  const tick = () => {
    if (source === undefined) return;
    if (!loop && now() >= duration()) stop(0);
    void show();
    onTick();
    if (source !== undefined) requestAnimationFrame(tick);
  };
  const stop = (at: number) => {
    source?.stop();
    source?.disconnect();
    source = undefined;
    restSeconds = at;
    since = { frames: frameCount, time: 0 };
  };
  const start = () => {
    if (context === undefined || sound === undefined) return;
    const { from, to } = looped();
    if (loop && (restSeconds < from || restSeconds >= to)) restSeconds = from;
    source = new AudioBufferSourceNode(context, {
      ...{ buffer: sound, loop, loopStart: from, loopEnd: to },
    });
    source.connect(context.destination);
    source.start(0, restSeconds);
    startedAt = context.currentTime - restSeconds;
    since = { frames: frameCount, time: performance.now() };
    requestAnimationFrame(tick);
  };

  /** What plays goes on from where it is, with something changed. */
  const goOn = (change: () => void) => {
    const at = now();
    change();
    if (source === undefined) return;
    stop(at);
    start();
  };

  const act = async (take: Take) => {
    await view?.play(take);
    await show();
    onTick();
  };

  return {
    get isPlaying() {
      return source !== undefined;
    },
    get durationSeconds() {
      return duration();
    },
    get seconds() {
      return now();
    },
    get frameCount() {
      return frameCount;
    },
    get framesPerSecond() {
      const seconds = (performance.now() - since.time) / 1000;
      return since.time === 0 || seconds < 1 ? 0 : (frameCount - since.frames) / seconds;
    },
    get loop() {
      return loop;
    },
    set loop(wanted) {
      goOn(() => {
        loop = wanted;
      });
    },
    get range() {
      return range;
    },
    set range(wanted) {
      goOn(() => {
        range = wanted;
      });
    },
    async wear(rig) {
      if (view === undefined) {
        view = openLiveView(rig, canvas.transferControlToOffscreen());
        await view.play(takeAtRest());
      } else await view.wear(rig);
      await show();
    },
    hear(channels, sampleRateHz) {
      stop(0);
      const length = channels[0]?.length ?? 0;
      sound = new AudioBuffer({
        length,
        sampleRate: sampleRateHz,
        numberOfChannels: channels.length,
      });
      for (const [i, samples] of channels.entries()) sound.copyToChannel(samples, i);
      onTick();
    },
    live() {
      if (view === undefined) throw new Error("asked before there was a portrait");
      stop(0);
      since = { frames: frameCount, time: performance.now() };
      return openLiveShow(view, (seconds) => {
        delaySeconds = seconds;
        frameCount++;
        onTick();
      });
    },
    get delaySeconds() {
      return delaySeconds;
    },
    rest: () => act(takeAtRest()),
    act,
    async play() {
      if (sound === undefined || source !== undefined) return;
      context ??= new AudioContext({ latencyHint: "interactive" });
      await context.resume();
      if (restSeconds >= duration() - 0.05) restSeconds = 0;
      start();
      onTick();
    },
    pause() {
      stop(now());
      onTick();
    },
    seek(seconds) {
      const wasPlaying = source !== undefined;
      stop(Math.max(0, Math.min(duration(), seconds)));
      if (wasPlaying) start();
      void show();
      onTick();
    },
  };
}

/** One frame in which nothing moves. */
function takeAtRest(): Take {
  return {
    ...{ fps: 25, frameCount: 1, seed: 0, weights: new Float32Array(CHANNELS.length) },
    ...{ head: new Float32Array(6), gaze: new Float32Array(2), breath: new Float32Array(1) },
  };
}
