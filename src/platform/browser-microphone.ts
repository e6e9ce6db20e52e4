/** @file A microphone: sound in blocks while it comes, and a recording of it all at the end. */
import { joinBlocks } from "../base/join.js";
import { type Recording, recordingOf } from "../base/recording.js";

/** A microphone that is listened to. */
export interface Microphone {
  /** Of what is heard. */
  readonly sampleRateHz: number;
  /** Lets go of the microphone. @returns All that was heard. */
  stop(): Promise<Recording>;
}

/** Of a voice there is one channel, as it is: what makes calls clear makes acting flat. */
const VOICE: MediaTrackConstraints = {
  channelCount: 1,
  echoCancellation: false,
  noiseSuppression: false,
  autoGainControl: false,
};

/**
 * Asks for a microphone, and listens. For windows only: workers have no microphones.
 *
 * @param onSound - Takes each block, mono, −1..1, as `performLive` does; it is the caller's to keep.
 * @param onLost - Hears if it is unplugged, or its permission taken back.
 * @throws DOMException `NotAllowedError`, `NotFoundError` as the browser says.
 */
export async function openMicrophone(
  onSound: (samples: Float32Array) => void = () => undefined,
  onLost: () => void = () => undefined,
): Promise<Microphone> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: VOICE });
  stream.getAudioTracks()[0]?.addEventListener("ended", () => onLost());
  const context = new AudioContext();
  const release = async () => {
    for (const track of stream.getTracks()) track.stop();
    await context.close();
  };
  try {
    await context.audioWorklet.addModule(
      new URL("./browser-microphone-worklet.js", import.meta.url),
    );
    await context.resume();
  } catch (error) {
    await release();
    throw error;
  }
  const listener = new AudioWorkletNode(context, "ritratto-microphone", { numberOfOutputs: 0 });
  const heard: Float32Array[] = [];
  listener.port.onmessage = ({ data }: MessageEvent<Float32Array>) => {
    heard.push(data.slice());
    onSound(data);
  };
  const source = context.createMediaStreamSource(stream);
  source.connect(listener);
  return {
    sampleRateHz: context.sampleRate,
    async stop() {
      source.disconnect();
      await release();
      listener.port.close();
      return recordingOf([joinBlocks(heard)], context.sampleRate);
    },
  };
}
