/**
 * @file Takes as Live Link Face CSV, which Unreal, Blender and three.js tools import.
 *
 * One row per frame: timecode, blendshape count, the 52 channels, then head and eyes in radians.
 */
import { CHANNEL_COUNT, CHANNELS } from "../base/channels.js";
import { HEAD_SIZE, type Take } from "./take.js";

const ROTATIONS = [
  "HeadYaw",
  "HeadPitch",
  "HeadRoll",
  "LeftEyeYaw",
  "LeftEyePitch",
  "LeftEyeRoll",
  "RightEyeYaw",
  "RightEyePitch",
  "RightEyeRoll",
] as const;

/** The CSV's text. Timecodes are hours:minutes:seconds:frames.subframes at the take's rate. */
export function writeLiveLink(take: Take): string {
  const names = CHANNELS.map((name) => name[0].toUpperCase() + name.slice(1));
  const header = ["Timecode", "BlendshapeCount", ...names, ...ROTATIONS].join(",");
  const rows = Array.from({ length: take.frameCount }, (_, i) => {
    const weights = take.weights.subarray(i * CHANNEL_COUNT, (i + 1) * CHANNEL_COUNT);
    const [pitch, yaw, roll] = take.head.subarray(i * HEAD_SIZE, i * HEAD_SIZE + 3);
    const [eyeYaw, eyePitch] = take.gaze.subarray(2 * i, 2 * i + 2);
    const rotations = [yaw, pitch, roll, eyeYaw, eyePitch, 0, eyeYaw, eyePitch, 0];
    const numbers = [...weights, ...rotations].map((value) => value.toFixed(6));
    return [timecode(i, take.fps), CHANNEL_COUNT + ROTATIONS.length, ...numbers].join(",");
  });
  return `${[header, ...rows].join("\n")}\n`;
}

function timecode(index: number, fps: number): string {
  const whole = Math.round(fps);
  const seconds = Math.floor(index / whole);
  const two = (value: number) => String(value).padStart(2, "0");
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${clock.map(two).join(":")}:${two(index % whole)}.000`;
}
