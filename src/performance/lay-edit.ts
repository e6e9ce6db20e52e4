/** @file An edit, laid over a take: which lane moves which channels, and how. */
import {
  CHANNEL_COUNT,
  CHANNEL_INDEX,
  CHANNELS,
  type ChannelWeights,
  setChannels,
} from "../base/channels.js";
import { clamp } from "../base/curves.js";
import { EDIT_LANES, EDIT_LIMITS, type Edit, type EditLane } from "./edit.js";
import { HELD_PITCH, HELD_YAW, lookFrame } from "./eyes.js";
import { curveOfKeys } from "./keys.js";
import { SHUT_JAW } from "./mouth.js";
import { HEAD_SIZE, type Take } from "./take.js";

/** What a lane brings the face to: at 1, and at −1. Channels that are 0 there are taken away. */
const POSES: Readonly<Record<string, readonly [up: ChannelWeights, down: ChannelWeights]>> = {
  mouth: [
    { jawOpen: 0.7, mouthLowerDown: 0.3, mouthUpperUp: 0.12 },
    { jawOpen: 0, mouthLowerDown: 0, mouthUpperUp: 0, mouthFunnel: 0, mouthStretch: 0 },
  ],
  smile: [
    { mouthSmile: 0.7, cheekSquint: 0.45, eyeSquint: 0.2, mouthFrown: 0 },
    { mouthFrown: 0.6, mouthShrugLower: 0.2, mouthSmile: 0, cheekSquint: 0 },
  ],
  lids: [
    { eyeBlink: 1, eyeWide: 0 },
    { eyeWide: 0.7, eyeBlink: 0, eyeSquint: 0 },
  ],
  brows: [
    { browInnerUp: 0.8, browOuterUp: 0.75, browDown: 0 },
    { browDown: 0.85, browInnerUp: 0, browOuterUp: 0 },
  ],
};
const HEAD_LANES = ["head.pitch", "head.yaw", "head.roll"] as const satisfies readonly EditLane[];
const DEGREE = Math.PI / 180;
const { jawOpen: JAW, mouthClose: CLOSE } = CHANNEL_INDEX;

/**
 * Lays an edit over a take, in place: what it does not reach keeps every bit.
 *
 * A push x between 0 and 1 brings a channel c to c + x · (pose − c), up to the pose and never back from beyond
 * it; so weights stay within 0..1 whatever was acted, and more push is never less.
 *
 * @returns `take`.
 */
export function layEdit(take: Take, { lanes }: Edit): Take {
  const curveOf = (lane: EditLane) => {
    const keys = lanes[lane];
    const limit = EDIT_LIMITS[lane];
    const curve = keys && curveOfKeys(keys, take);
    return curve?.map((value) => clamp(value, -limit, limit));
  };
  for (const lane of EDIT_LANES) {
    const poses = POSES[lane];
    const push = poses && curveOf(lane);
    if (push !== undefined) pushFace(take, push, poses);
  }
  const turns = HEAD_LANES.map(curveOf);
  const looks = [curveOf("gaze.yaw"), curveOf("gaze.pitch")];
  for (let frame = 0; frame < take.frameCount; frame++) {
    const [pitch, yaw, roll] = turns.map((curve) => DEGREE * (curve?.[frame] ?? 0));
    const across = DEGREE * (looks[0]?.[frame] ?? 0) - HELD_YAW * yaw;
    const along = DEGREE * (looks[1]?.[frame] ?? 0) - HELD_PITCH * pitch;
    [pitch, yaw, roll].forEach((turn, axis) => {
      if (turn !== 0) take.head[frame * HEAD_SIZE + axis] += turn;
    });
    if (across === 0 && along === 0) continue;
    lookFrame(take, frame, take.gaze[2 * frame] + across, take.gaze[2 * frame + 1] + along);
  }
  return take;
}

/** Brings the face to a lane's poses, in place. @param push - −1..1, shape [frames]. */
function pushFace(
  { weights, frameCount }: Take,
  push: Float32Array,
  poses: (typeof POSES)[string],
): void {
  const [up, down] = poses.map(targetsOf);
  for (let frame = 0; frame < frameCount; frame++) {
    if (push[frame] === 0) continue;
    const row = weights.subarray(frame * CHANNEL_COUNT, (frame + 1) * CHANNEL_COUNT);
    const shut = clamp(row[CLOSE] / Math.max(row[JAW], SHUT_JAW), 0, 1);
    const jaw = row[JAW];
    const size = Math.abs(push[frame]);
    for (const { channel, goal } of push[frame] > 0 ? up : down) {
      const way = goal === 0 ? -row[channel] : Math.max(0, goal - row[channel]);
      row[channel] += size * way;
    }
    if (row[JAW] !== jaw) row[CLOSE] = shut * Math.max(row[JAW], SHUT_JAW);
  }
}

function targetsOf(pose: ChannelWeights): { readonly channel: number; readonly goal: number }[] {
  const goals = setChannels(new Float32Array(CHANNEL_COUNT).fill(Number.NaN), pose);
  return CHANNELS.flatMap((_, channel) => {
    return Number.isNaN(goals[channel]) ? [] : [{ channel, goal: goals[channel] }];
  });
}
