/**
 * @file What anatomy says of the 51 expressions: the shapes one starts from where nothing was filmed.
 *
 * By formula on the canonical face, head frame, cm at weight 1; sizes are rough. The left side is
 * written down, the right one is its mirror image.
 */
import { CHANNELS, type Channel } from "../../src/base/channels.js";
import { clamp, smoothstep } from "../../src/base/curves.js";
import { LEFT_EYE, LOWER_LIP, UPPER_LIP } from "../../src/rig/topology.js";
import { type FaceMap, mirrored } from "./face-map.js";

type Vec = readonly [x: number, y: number, z: number];
/** A shape as a rule: how it moves a vertex. */
type Rule = (vertex: number, at: Vec) => Vec;

const NONE: Vec = [0, 0, 0];
/** The joint of the jaw, and how far a jaw opens and comes forward. */
const JOINT: Vec = [0, 0.8, -2.2];
const JAW_RAD = Math.PI / 9;
const JAW_FORWARD_CM = 0.35;
/** How far behind the middle of the opening an eyeball has its centre, cm. */
const EYEBALL_CM = 1.025;
/** Of the lips, from the skin to the inside: how much they shut and roll. */
const SHUT_RINGS = [0.75, 0.9, 1, 1] as const;
const ROLL_RINGS = [0.25, 0.6, 0.9, 1] as const;
const SKIN_RINGS = [1, 0.8, 0.2, 0] as const;

/** The shapes, in `CHANNELS` order, each of shape [468 · 3]; tongueOut is empty. */
export function anatomyOf(face: FaceMap): readonly Float64Array[] {
  const rules = { ...mouthRules(face), ...eyeRules(face) };
  const shapes = new Map<Channel, Float64Array>();
  for (const [name, rule] of Object.entries(rules)) {
    shapes.set(name as Channel, shapeOf(face, rule));
  }
  shapes.set("mouthClose", closing(face, shapes.get("jawOpen") as Float64Array));
  return CHANNELS.map((name) => {
    const own = shapes.get(name);
    if (own !== undefined) return own;
    const other = shapes.get(name.replace("Right", "Left") as Channel);
    return other === undefined ? new Float64Array(face.count * 3) : mirrored(face, other);
  });
}

function shapeOf(face: FaceMap, rule: Rule): Float64Array {
  const out = new Float64Array(face.count * 3);
  for (let v = 0; v < face.count; v++) out.set(rule(v, face.at(v)), 3 * v);
  return out;
}

const scaled = (by: number, [x, y, z]: Vec): Vec => [by * x, by * y, by * z];
const plus = (a: Vec, b: Vec): Vec => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
const minus = (a: Vec, b: Vec): Vec => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const mixed = (a: Vec, b: Vec, share: number): Vec => plus(a, scaled(share, minus(b, a)));
const lengthOf = ([x, y, z]: Vec) => Math.hypot(x, y, z);
/** A hill about a place; `radius` is its standard deviation, cm. */
const hill = (at: Vec, centre: Vec, radius: number) =>
  Math.exp(-(lengthOf(minus(at, centre)) ** 2) / (2 * radius * radius));

function mouthRules(face: FaceMap): Record<string, Rule> {
  const { lips, jawShare, lipLine } = face;
  const corner = face.at(291);
  const upper = new Set<number>(UPPER_LIP.flat());
  const lower = new Set<number>(LOWER_LIP.flat());
  const isUpper = (v: number, y: number) => upper.has(v) || (y > lipLine && !lower.has(v));
  const nearLips = (v: number, y: number) => (y < -0.5 ? Math.exp(-((lips[v] / 1.3) ** 2)) : 0);
  /** Of the middle of the mouth, where lips push forward. */
  const arch = (x: number) => 1 - clamp(Math.abs(x / 2.5), 0, 1) ** 2;
  const sideways = (v: number, y: number) =>
    (1 - smoothstep(0.3, 3.2, lips[v])) * (1 - smoothstep(-1, 1, y));
  const upperDistance = face.distanceTo([...upper]);
  const leftUpper = face.distanceTo([...upper].filter((v) => face.at(v)[0] >= -0.01));
  const leftLower = face.distanceTo([...lower].filter((v) => face.at(v)[0] >= -0.01));
  const chin = face.distanceTo([...lower, 18, 200, 199, 175]);
  const leftHalf = (x: number) => (1 - smoothstep(2, 2.9, x)) * smoothstep(-0.8, 0.3, x);
  const [rollUp, rollUpSkin] = [ROLL_RINGS, SKIN_RINGS].map((r) => ringShare(face, UPPER_LIP, r));
  const [rollDown, rollDownSkin] = [ROLL_RINGS, SKIN_RINGS].map((r) =>
    ringShare(face, LOWER_LIP, r),
  );
  return {
    jawOpen: (v, at) => scaled(jawShare[v], plus(turnedJaw(at), [0, 0, JAW_FORWARD_CM])),
    jawForward: (v) => scaled(jawShare[v], [0, -0.05, 1]),
    jawLeft: (v) => scaled(jawShare[v], [0.85, 0, -0.1]),
    mouthLeft: (v, [x, y]) => scaled(sideways(v, y), [1.3, 0, -0.06 * x]),
    cheekPuff: (v, at) => {
      const cheeks = hill(at, [4.6, -3.3, 2.6], 1.9) + hill(at, [-4.6, -3.3, 2.6], 1.9);
      const lipsToo = 0.35 * hill(at, [0, -2.7, 5.6], 1.2) + 0.3 * hill(at, [0, -6.5, 4.8], 1.2);
      return scaled(1.2 * (cheeks + lipsToo), face.normal(v));
    },
    mouthFrownLeft: (_, at) => scaled(hill(at, corner, 1.25), [0.12, -0.75, -0.05]),
    mouthSmileLeft: (_, at) =>
      plus(
        scaled(hill(at, corner, 1.7), [0.95, 0.85, -0.55]),
        scaled(hill(at, [4.6, -1.2, 3.2], 1.6), [0.15, 0.45, 0.25]),
      ),
    mouthDimpleLeft: (_, at) => scaled(hill(at, corner, 1.3), [0.6, 0.1, -0.45]),
    mouthStretchLeft: (_, at) => scaled(hill(at, corner, 1.7), [0.85, -0.35, -0.4]),
    mouthPressLeft: (v, at) =>
      scaled(hill(at, plus(corner, [-1.2, 0, 0.3]), 1) * (1 - smoothstep(0, 0.6, lips[v])), [
        0,
        -0.25 * Math.sign(at[1] - lipLine),
        -0.12,
      ]),
    cheekSquintLeft: (_, at) =>
      scaled(hill(at, [3.6, 0.4, 4.2], 1.5) * (1 - smoothstep(1.6, 2.4, at[1])), [0, 0.6, 0.1]),
    noseSneerLeft: (_, at) =>
      at[0] > -0.6 ? scaled(hill(at, [1.3, -1.1, 5.6], 1), [0.08, 0.6, -0.1]) : NONE,
    mouthUpperUpLeft: (v, [x, y]) =>
      jawShare[v] < 0.3 && y < 0
        ? scaled(Math.exp(-(leftUpper[v] ** 2)) * leftHalf(x), [0.05, 0.6, 0.05])
        : NONE,
    mouthLowerDownLeft: (v, [x]) =>
      jawShare[v] > 0.3
        ? scaled(Math.exp(-(leftLower[v] ** 2)) * leftHalf(x), [0.1, -0.6, 0.02])
        : NONE,
    mouthPucker: (v, [x, y]) =>
      scaled(nearLips(v, y), [-0.42 * x, -0.06 * (y - lipLine), 0.75 * arch(x) + 0.1]),
    mouthFunnel: (v, [x, y]) =>
      scaled(nearLips(v, y), [-0.3 * x, (isUpper(v, y) ? 0.45 : -0.55) * arch(x), 0.75 * arch(x)]),
    mouthRollUpper: (v) =>
      plus(scaled(rollUp[v], [0, -0.18, -0.85]), scaled(rollUpSkin[v], [0, -0.25, 0])),
    mouthRollLower: (v) =>
      plus(scaled(rollDown[v], [0, 0.18, -0.9]), scaled(rollDownSkin[v], [0, 0.35, 0])),
    mouthShrugLower: (v) =>
      jawShare[v] > 0.3 ? scaled(Math.exp(-(chin[v] ** 2)), [0, 0.8, 0.3]) : NONE,
    mouthShrugUpper: (v, [, y]) =>
      jawShare[v] < 0.3 && y < -0.5
        ? scaled(Math.exp(-(upperDistance[v] ** 2)), [0, 0.5, 0.25])
        : NONE,
  };
}

/** How the open jaw moves a place. */
function turnedJaw(at: Vec): Vec {
  const [x, y, z] = minus(at, JOINT);
  const [cos, sin] = [Math.cos(JAW_RAD), Math.sin(JAW_RAD)];
  return minus([x, cos * y - sin * z, sin * y + cos * z], [x, y, z]);
}

/** Shares of the rings of a lip, less towards the corners, shape [468]. */
function ringShare(
  face: FaceMap,
  rings: readonly (readonly number[])[],
  shares: readonly number[],
): Float64Array {
  const out = new Float64Array(face.count);
  rings.forEach((ring, r) => {
    for (const v of ring)
      out[v] = shares[r] * Math.sqrt(Math.max(0, 1 - (face.at(v)[0] / 2.6) ** 2));
  });
  return out;
}

/** mouthClose: lips that an open jaw has parted meet again, most of the way by the lower one. */
function closing(face: FaceMap, jawOpen: Float64Array): Float64Array {
  const out = new Float64Array(face.count * 3);
  LOWER_LIP.forEach((ring, r) => {
    ring.forEach((lower, i) => {
      const upper = UPPER_LIP[r][i];
      for (let axis = 0; axis < 3; axis++) {
        const gap = jawOpen[3 * lower + axis] - jawOpen[3 * upper + axis];
        out[3 * lower + axis] = -0.8 * SHUT_RINGS[r] * gap;
        if (upper !== lower) out[3 * upper + axis] = 0.2 * SHUT_RINGS[r] * gap;
      }
    });
  });
  const isLip = new Set<number>([...UPPER_LIP, ...LOWER_LIP].flat());
  for (let v = 0; v < face.count; v++) {
    if (isLip.has(v)) continue;
    const ring = face.at(v)[1] < face.lipLine ? LOWER_LIP[0] : UPPER_LIP[0];
    const { nearest, distance } = face.nearestOf(v, ring);
    const share = Math.exp(-((distance / 1.1) ** 2));
    for (let axis = 0; axis < 3; axis++) out[3 * v + axis] = share * out[3 * nearest + axis];
  }
  return out;
}

function eyeRules(face: FaceMap): Record<string, Rule> {
  const { leftEye, leftBrow, brows } = face;
  const eyes = LEFT_EYE.ring.map((v) => face.at(v));
  const middle = scaled(1 / eyes.length, eyes.reduce(plus));
  const isLower = new Set(LEFT_EYE.lower.slice(1, -1));
  const nearBrow = (v: number, x: number) => (x > -1 ? Math.exp(-((leftBrow[v] / 1.1) ** 2)) : 0);
  /** 0 at the root of the nose, 1 at the outer end of the brow. */
  const outward = (x: number) => smoothstep(0.5, 4.8, x);
  const [blink, wide, down, up, squint] = [1, -0.3, 0.55, -0.22, 0.16].map((share) =>
    lidOf(face, share),
  );
  const moved = (lid: Float64Array, v: number, lowerBy: Vec): Vec =>
    plus([lid[3 * v], lid[3 * v + 1], lid[3 * v + 2]], isLower.has(v) ? lowerBy : NONE);
  const besideEye = (v: number) => Math.exp(-((leftEye[v] / 0.5) ** 2));
  return {
    eyeBlinkLeft: (v) => moved(blink, v, NONE),
    eyeWideLeft: (v) => moved(wide, v, [0, -0.06, 0]),
    eyeLookDownLeft: (v) => moved(down, v, [0, -0.18, 0]),
    eyeLookUpLeft: (v) => moved(up, v, [0, 0.1, 0]),
    eyeLookInLeft: (v) => scaled(besideEye(v), [-0.12, 0, 0]),
    eyeLookOutLeft: (v) => scaled(besideEye(v), [0.12, 0, 0]),
    eyeSquintLeft: (v, at) => {
      const below = 1 - smoothstep(-0.1, 0.1, at[1] - middle[1] + 0.35);
      const bag = hill(at, plus(middle, [0, -1.1, 0]), 0.8) * below;
      return plus(moved(squint, v, [0, 0.22, 0.03]), scaled(bag, [0, 0.22, 0.05]));
    },
    browDownLeft: (v, [x]) =>
      scaled(nearBrow(v, x), [-0.22 * (1 - outward(x)), -0.55 - 0.1 * (1 - outward(x)), 0.1]),
    browOuterUpLeft: (v, [x]) => scaled(nearBrow(v, x) * smoothstep(1.2, 4, x), [0, 0.8, -0.1]),
    browInnerUp: (v, [x]) =>
      scaled(
        Math.exp(-((brows[v] / 1.2) ** 2)) * (1 - smoothstep(1.5, 4.5, Math.abs(x))),
        [0, 0.7, 0],
      ),
  };
}

/**
 * The upper lid, moved by a share of the opening along the eyeball, and the skin above it.
 *
 * @param share - 1 = down to the lower lid; below 0 it opens further.
 */
function lidOf(face: FaceMap, share: number): Float64Array {
  const out = new Float64Array(face.count * 3);
  const { upper, lower } = LEFT_EYE;
  const ends = [upper[0], upper[upper.length - 1]].map((v) => face.at(v));
  const centre = plus(mixed(ends[0], ends[1], 0.5), [0, 0, -EYEBALL_CM]);
  const moves = upper.map((v, i): Vec => {
    if (i === 0 || i === upper.length - 1) return NONE;
    const [from, to] = [face.at(v), face.at(lower[i])];
    const [near, far] = [from, to].map((place) => lengthOf(minus(place, centre)));
    const radius = share > 0 ? near + (far - near) * share : near;
    const way = minus(mixed(from, to, share), centre);
    return minus(plus(centre, scaled(radius / lengthOf(way), way)), from);
  });
  upper.forEach((v, i) => {
    out.set(moves[i], 3 * v);
  });
  const margin = upper
    .map((v, i) => ({ x: face.at(v)[0], y: face.at(v)[1], move: moves[i] }))
    .sort((a, b) => a.x - b.x);
  const onMargin = new Set<number>([...upper, ...lower]);
  for (let v = 0; v < face.count; v++) {
    const [x, y] = face.at(v);
    const distance = face.leftEye[v];
    const edge = alongMargin(margin, x);
    if (distance >= 1.1 || onMargin.has(v) || y <= edge.y - 0.02) continue;
    out.set(scaled(Math.exp(-((distance / 0.42) ** 2)), edge.move), 3 * v);
  }
  return out;
}

interface Edge {
  readonly x: number;
  readonly y: number;
  readonly move: Vec;
}

/** Height and motion of the lid's margin at x. */
function alongMargin(margin: readonly Edge[], x: number): Edge {
  const after = margin.findIndex((edge) => edge.x >= x);
  if (after <= 0) return after === 0 ? margin[0] : margin[margin.length - 1];
  const [a, b] = [margin[after - 1], margin[after]];
  const share = (x - a.x) / Math.max(b.x - a.x, 1e-9);
  return { x, y: a.y + share * (b.y - a.y), move: mixed(a.move, b.move, share) };
}
