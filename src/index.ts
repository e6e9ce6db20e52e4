/**
 * Ritratto: one portrait and one voice become a film in which the portrait speaks.
 *
 * @packageDocumentation
 */
export { CHANNEL_INDEX, CHANNELS, type Channel } from "./base/channels.js";
export { FAILURES, type Failure, type FailureCode, FilmError } from "./base/errors.js";
export type { Footage, FootageFrame, Span } from "./base/footage.js";
export { samplesOfPcm } from "./base/pcm.js";
export type { Picture } from "./base/picture.js";
export type { Plane } from "./base/plane.js";
export type { AssetName, Assets, Net, Nets } from "./base/ports.js";
export {
  type AllowSharedBufferSource,
  type EncodedSound,
  type Recording,
  recordingOf,
} from "./base/recording.js";
export type { CancelSignal, Progress, Run } from "./base/run.js";
export { VERSION } from "./base/version.js";
export { type Capture, type CaptureOptions, captureFace } from "./capture/capture.js";
export type { FilmClock } from "./capture/clock.js";
export { readLessons, writeLessons } from "./capture/lessons.js";
export type { MouthSums } from "./capture/manner.js";
export { type FilmLesson, learnFromFilm, makeStyle, type StyleScore } from "./capture/style.js";
export { type CaptureDirection, takeOfCapture } from "./capture/take.js";
export type { DrawingMachine, FrameSpan } from "./film/drawing.js";
export {
  type ActJob,
  actFilm,
  type Film,
  type FilmJob,
  type FilmMachine,
  type FilmSink,
  makeFilm,
  type RenderJob,
  renderFilm,
  type TrackDirection,
  trackFilm,
} from "./film/film.js";
export type { FilmCodec, FilmContainer, FilmQuality } from "./film/film-file.js";
export { checkFormat, type FilmFormat } from "./film/format.js";
export type { Declaration, FilmIdentity } from "./film/identity.js";
export { drawLive, type LivePictures, type LivePicturesOptions } from "./film/live-pictures.js";
export {
  cutFilm,
  type FilmSegment,
  joinSegments,
  renderSegment,
  type SegmentFile,
} from "./film/segments.js";
export type { SequenceSink } from "./film/sequence.js";
export type { FrameDrawer } from "./frames/drawer.js";
export { type Frame, renderFrames } from "./frames/frames.js";
export {
  CHANNEL_POSES,
  drawSheet,
  SHEET_POSES,
  type SheetOptions,
  type SheetPart,
  type SheetPose,
} from "./frames/sheet.js";
export type { FramePixels } from "./frames/yuv.js";
export { findFilmMark } from "./mark/film-mark.js";
export { type FindOptions, findMark } from "./mark/find-mark.js";
export { lumaOf, type MeanLuma, makeMeanLuma } from "./mark/luma.js";
export {
  checkMark,
  type FilmId,
  type FilmMark,
  type FoundMark,
  MARK_STRENGTH,
  type MarkPayload,
} from "./mark/mark.js";
export { markPicture } from "./mark/marker.js";
export { editTake } from "./performance/compose.js";
export { EDIT_LANES, EDIT_LIMITS, type Edit, type EditLane } from "./performance/edit.js";
export { editFileSchema, readEdit, writeEdit } from "./performance/edit-file.js";
export {
  EMOTIONS,
  type EmotionCue,
  type EmotionMix,
  type EmotionName,
  readEmotionCues,
  readEmotionMix,
} from "./performance/emotion.js";
export type { GazeGoal, GazeHabit } from "./performance/eyes.js";
export { writeFrameLines } from "./performance/frame-lines.js";
export { curveOfKeys, type FrameShape, type Key } from "./performance/keys.js";
export {
  CURVES,
  type CurveName,
  type Curves,
  type Keyframe,
  LAYERS,
  type Layer,
  type LayerName,
  type Layers,
} from "./performance/layers.js";
export { type LivePerformance, LOOK_AHEAD_SECONDS, performLive } from "./performance/live.js";
export { type DirectedPerformance, directLive } from "./performance/live-direct.js";
export { writeLiveLink } from "./performance/live-link.js";
export { type LiveQueue, queueLive } from "./performance/live-queue.js";
export { type Direction, perform, performAnew } from "./performance/performance.js";
export {
  type Habits,
  type MotionClip,
  openDefaultStyle,
  readStyle,
  type Style,
  type StyleSource,
  writeStyle,
} from "./performance/style.js";
export { FPS_MOST, type Take } from "./performance/take.js";
export { readTake, takeJsonSchema, writeTake } from "./performance/take-file.js";
export type { CanonicalFace } from "./portrait/canonical.js";
export { CROP_SHAPES, type Crop, type CropShape, faceIndexAt, findCrop } from "./portrait/crop.js";
export type { Face } from "./portrait/detect.js";
export type { Plate } from "./portrait/plate.js";
export { type Portrait, type PortraitOptions, readPortrait } from "./portrait/portrait.js";
export type { HeadPose } from "./portrait/pose.js";
export type { ClassMaps, PersonClass } from "./portrait/segment.js";
export { drawFilmSheet, type SheetRow, shrinkTo } from "./report/film-sheet.js";
export {
  MEASURES,
  type Measure,
  type MeasureName,
  type Moment as ReportMoment,
  type Verdict,
} from "./report/measure.js";
export { type PageImage, writePage } from "./report/page.js";
export { distanceToReference, type ReferenceDistance } from "./report/reference.js";
export { type FilmReport, type ReportJob, reportFilm } from "./report/report.js";
export { type Still, spreadOver, takeStills } from "./report/stills.js";
export { numberOf, timeCode } from "./report/wording.js";
export {
  type Background,
  USUAL_BLUR,
  withBackground,
  withoutBackground,
} from "./rig/background.js";
export type { Blendshape } from "./rig/basis.js";
export type { Eye } from "./rig/eyes.js";
export type { Lid } from "./rig/lids.js";
export type { LipFollowers } from "./rig/lips.js";
export type { Mouth, Point } from "./rig/mouth.js";
export type { Patch } from "./rig/patch.js";
export { buildRig, type Rig } from "./rig/rig.js";
export { RIG_VERSION, readRig, writeRig } from "./rig/rig-file.js";
export type { Skin, SparseRows } from "./rig/subdivide.js";
export type { MouthPalette, TeethStrip } from "./rig/teeth.js";
export type { Color, Tone } from "./rig/tone.js";
export {
  ABUSE_HOURS,
  type AbuseQueue,
  type AbuseReport,
  abuseSchema,
  type QueuedReport,
  takeReport,
} from "./trust/abuse.js";
export {
  type AuditCheck,
  type AuditCut,
  type AuditEntry,
  type AuditStore,
  checkAuditLog,
  cutAuditLog,
  logFilm,
} from "./trust/audit.js";
export { type ByteSource, bytesAsSource } from "./trust/byte-source.js";
export { anchorOf, makeSignerFiles, openSigner, type SignerFiles } from "./trust/certificates.js";
export { compareFingerprints, type FingerprintDistance } from "./trust/compare-fingerprints.js";
export {
  allowsGuardian,
  CONSENT_BASES,
  CONSENT_WORDS,
  type Consent,
  type ConsentBasis,
  checkConsent,
  consentSchema,
  isLabelled,
  LABEL_WISHES,
  type LabelWish,
} from "./trust/consent.js";
export type { Signer } from "./trust/cose.js";
export {
  type ClaimSigner,
  type CredentialsToolkit,
  canBeSigned,
  checkAnchor,
  type Ingredient,
  readCredentials,
  readKeptManifest,
  type SignedFile,
  signCredentials,
} from "./trust/credentials.js";
export { filmIdOf, type IdentityFacts, liveIdOf, sheetIdOf } from "./trust/film-id.js";
export {
  type Fingerprint,
  type FingerprintPair,
  type FingerprintPart,
  fingerprintFilm,
  fingerprintPartSchema,
  fingerprintPicture,
} from "./trust/fingerprint.js";
export {
  type Declared,
  type FilmFacts,
  type FilmInput,
  type Generator,
  INPUT_ROLES,
  type InputRole,
} from "./trust/manifest.js";
export type { MediaType } from "./trust/media-type.js";
export {
  hashPortrait,
  isOptedOut,
  OPT_OUT_BITS,
  type PortraitHashes,
  readOptOuts,
  writeOptOuts,
} from "./trust/opt-out.js";
export { type Origins, pictureSha256, soundSha256 } from "./trust/origins.js";
export type { CredentialsReading, CredentialsState, ReadIngredient } from "./trust/reading.js";
export {
  entryOf,
  type FilmRecord,
  type MadeFile,
  type Registry,
  type RegistryEntry,
  readEntry,
  registryOf,
  writeEntry,
} from "./trust/registry.js";
export { makeTimeStampRequest, readTimeStampAnswer } from "./trust/time-stamp.js";
export {
  type Findings,
  type OriginVerdict,
  PROVES_NOTHING,
  VERDICT_EXIT,
  type VerdictKind,
} from "./trust/verdict.js";
export {
  plainFindings,
  type Subject,
  type Verification,
  type VerifyOptions,
  verify,
} from "./trust/verify.js";
export type { CryptoKeyHandle, CryptoKeyPairHandle, WebCrypto } from "./trust/web-crypto.js";
export { type LipModel, type LipNet, type LipTensor, openLipModel } from "./voice/lip-model.js";
export { type LipModelDescription, readLipModelDescription } from "./voice/lip-model-file.js";
export type { VoiceMode } from "./voice/singing.js";
export { type AnalyzeOn, analyzeVoice, type Voice } from "./voice/voice.js";
