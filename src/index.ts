/**
 * Ritratto: one portrait and one voice become a film in which the portrait speaks.
 *
 * @packageDocumentation
 */
export { CHANNEL_INDEX, CHANNELS, type Channel } from "./base/channels.js";
export { FAILURES, type Failure, type FailureCode, FilmError } from "./base/errors.js";
export type { Picture } from "./base/picture.js";
export type { AssetName, Assets, Net, Nets } from "./base/ports.js";
export { type Recording, recordingOf } from "./base/recording.js";
export type { CancelSignal, Progress, Run } from "./base/run.js";
export {
  type Film,
  type FilmFormat,
  type FilmJob,
  type FilmMachine,
  type FilmSink,
  makeFilm,
  type RenderJob,
  renderFilm,
} from "./film/film.js";
export type { FrameDrawer } from "./frames/drawer.js";
export { type Frame, renderFrames } from "./frames/frames.js";
export { drawSheet } from "./frames/sheet.js";
export { writeLiveLink } from "./performance/live-link.js";
export { type Direction, perform } from "./performance/performance.js";
export type { Take } from "./performance/take.js";
export { readTake, writeTake } from "./performance/take-file.js";
export { type Portrait, type PortraitOptions, readPortrait } from "./portrait/portrait.js";
export { buildRig, type Rig } from "./rig/rig.js";
export { readRig, writeRig } from "./rig/rig-file.js";
export { analyzeVoice, type Voice } from "./voice/voice.js";
