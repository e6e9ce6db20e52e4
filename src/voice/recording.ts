/**
 * @file A media file → a recording: its sound in blocks from t = 0 on, and as it was compressed.
 *
 * Containers start sound late, early (the encoder's run-in), or with holes. Here all of that is
 * resolved once: block samples count from the film's beginning, silence fills what is missing.
 * Which codecs can be decoded is the machine's affair (platform/node-codecs).
 */
import {
  ADTS,
  AudioSampleSink,
  EncodedPacketSink,
  FLAC,
  Input,
  InputDisposedError,
  MATROSKA,
  MP3,
  MP4,
  MPEG_TS,
  OGG,
  QTFF,
  type Source,
  UnsupportedInputFormatError,
  WAVE,
  WEBM,
} from "mediabunny";
import { FilmError } from "../base/errors.js";
import type { Recording } from "../base/recording.js";
import { MAX_CHANNELS } from "./fold-channels.js";
import { type ReadBytes, readGapless } from "./mp3-gapless.js";
import { opusPacketSeconds } from "./opus-packet.js";
import { MISSING_SECONDS, type Placement, playSound } from "./play-sound.js";
import { copySound, decodedShift, type Sound } from "./sound-packets.js";
import { promisedWavSeconds } from "./wav-length.js";

/** The longest recording that is taken. */
export const MAX_RECORDING_SECONDS = 60 * 60;

/** All that mediabunny reads but playlists, which name other files and addresses. */
const FORMATS = [MP4, QTFF, MATROSKA, WEBM, WAVE, OGG, FLAC, MP3, ADTS, MPEG_TS];

/**
 * Opens the first sound of a media file: wav, mp3, m4a, aac, ogg, opus, flac, or a video's.
 *
 * @param name - What messages call the file.
 * @param read - Raw bytes of the same file. With them mp3s lose the silence that their encoder put
 *   in front, and wavs that are cut short are refused: mediabunny keeps to itself what says so.
 * @throws FilmError `audio_unreadable`, `audio_empty`, `audio_too_long`, `codec_missing`.
 */
export async function openRecording(
  source: Source,
  name: string,
  read?: ReadBytes,
): Promise<Recording> {
  const input = new Input({ formats: FORMATS, source });
  try {
    const sound = await findSound(input, name);
    const placement = await placeSound(sound, name, read);
    const { sampleRateHz, totalSamples, channelCount } = placement;
    const encoded = await copySound(sound);
    return {
      sampleRateHz,
      channelCount: Math.min(2, channelCount),
      durationSeconds: totalSamples / sampleRateHz,
      blocks: () => namingFailures(playSound(sound.track, placement), name, sampleRateHz),
      ...(encoded === undefined ? {} : { encoded }),
      close: () => input.dispose(),
    };
  } catch (error) {
    input.dispose();
    if (error instanceof FilmError) throw error;
    const message = `“${name}” is damaged or cut short: ${messageOf(error)}`;
    throw new FilmError("audio_unreadable", message, {}, { cause: error });
  }
}

async function findSound(input: Input, name: string): Promise<Sound> {
  const format = await input.getFormat().catch((error) => {
    if (!(error instanceof UnsupportedInputFormatError)) throw error;
    throw new FilmError("audio_unreadable", `“${name}” is not a sound or video file.`);
  });
  const track = await input.getPrimaryAudioTrack();
  if (track === null) {
    const kinds = new Set((await input.getTracks()).map(({ type }) => type));
    const found = kinds.size === 0 ? "nothing" : `${[...kinds].join(" and ")} but no sound`;
    throw new FilmError("audio_unreadable", `“${name}” (${format.name}) holds ${found}.`);
  }
  const codec = await track.getCodec();
  const config = await track.getDecoderConfig();
  if (codec === null || config === null) {
    const id = String(await track.getInternalCodecId());
    throw new FilmError("codec_missing", `“${name}” holds sound in an unknown codec (${id}).`);
  }
  if (!(await track.canDecode())) {
    const message = `“${name}” holds ${codec} sound, which cannot be decoded on this machine.`;
    throw new FilmError("codec_missing", message, { codec });
  }
  return { track, format, codec, config };
}

/** Where the decoded samples belong. Refuses what is too long before much is read. */
async function placeSound(
  sound: Sound,
  name: string,
  read: ReadBytes | undefined,
): Promise<Placement> {
  const { track, format } = sound;
  const promised = (await track.getDurationFromMetadata()) ?? 0;
  refuseLong(name, promised);
  const { sampleRateHz, channelCount, blockSeconds } = await probe(sound, name, promised);
  const seconds = (await track.computeDuration()) + (await unknownEnd(sound, blockSeconds));
  refuseLong(name, seconds);
  // Only FLAC and wav promise the length of just this sound, and exactly.
  const wav = format === WAVE && read !== undefined ? await promisedWavSeconds(read) : undefined;
  const exact = format === FLAC ? promised : (wav ?? 0);
  if (exact - seconds > MISSING_SECONDS) throw cutShort(name, seconds, exact);
  const gapless = format === MP3 && read !== undefined ? await readGapless(read) : undefined;
  const { leadSamples = 0, tailSamples = 0 } = gapless ?? {};
  const totalSamples = Math.round(seconds * sampleRateHz) - leadSamples - tailSamples;
  if (totalSamples <= 0) throw empty(name);
  const shift = (await decodedShift(sound)) - leadSamples / sampleRateHz;
  return { sampleRateHz, channelCount, shift, totalSamples };
}

function refuseLong(name: string, seconds: number): void {
  if (seconds <= MAX_RECORDING_SECONDS) return;
  const minutes = (seconds / 60).toFixed(1);
  const message = `“${name}” lasts ${minutes} minutes, at most ${MAX_RECORDING_SECONDS / 60} work.`;
  throw new FilmError("audio_too_long", message, { seconds, limit: MAX_RECORDING_SECONDS });
}

/** Decodes the first samples: containers are wrong about the rate (HE-AAC) and the channels. */
async function probe({ track, codec }: Sound, name: string, promised: number) {
  for await (const sample of new AudioSampleSink(track).samples()) {
    const { sampleRate: sampleRateHz, numberOfChannels: channelCount } = sample;
    const blockSeconds = sample.duration;
    sample.close();
    if (channelCount <= MAX_CHANNELS) return { sampleRateHz, channelCount, blockSeconds };
    const message = `“${name}” has ${channelCount} channels, at most ${MAX_CHANNELS} work.`;
    throw new FilmError("audio_unreadable", message, { channelCount, limit: MAX_CHANNELS });
  }
  if ((await new EncodedPacketSink(track).getFirstPacket()) === null) {
    throw promised > MISSING_SECONDS ? cutShort(name, 0, promised) : empty(name);
  }
  throw new FilmError("audio_unreadable", `“${name}”: none of its ${codec} sound can be decoded.`);
}

/** How long the last packet is if its container does not say: as in simple Matroska files. */
async function unknownEnd({ track, codec }: Sound, blockSeconds: number): Promise<number> {
  const last = await new EncodedPacketSink(track).getPacket(Number.POSITIVE_INFINITY);
  if (last === null || last.duration > 0) return 0;
  return codec === "opus" ? opusPacketSeconds(last.data) : blockSeconds;
}

function cutShort(name: string, seconds: number, promised: number): FilmError {
  const found = `${seconds.toFixed(2)} s of the ${promised.toFixed(2)} s that it promises`;
  return new FilmError("audio_unreadable", `“${name}” holds ${found}.`, { seconds, promised });
}

function empty(name: string): FilmError {
  return new FilmError("audio_empty", `“${name}” holds a sound of 0 samples.`);
}

/** The same blocks; a decoder's failure says in which file and after how many seconds. */
async function* namingFailures(
  blocks: AsyncIterable<readonly Float32Array[]>,
  name: string,
  sampleRateHz: number,
): AsyncGenerator<readonly Float32Array[]> {
  let samples = 0;
  try {
    for await (const block of blocks) {
      samples += block[0].length;
      yield block;
    }
  } catch (error) {
    if (error instanceof InputDisposedError) throw error;
    const seconds = samples / sampleRateHz;
    const message = `“${name}” breaks off at ${seconds.toFixed(2)} s: ${messageOf(error)}`;
    throw new FilmError("audio_unreadable", message, { seconds }, { cause: error });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
