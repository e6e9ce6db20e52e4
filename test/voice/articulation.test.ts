import { expect, test } from "vitest";
import { openNets } from "../../src/platform/node-nets.js";
import { articulate } from "../../src/voice/articulation.js";
import { CLASS_COUNT, CLASS_INDEX, SOUND_CLASSES } from "../../src/voice/classes.js";
import { LIP_COUNT } from "../../src/voice/lip-channels.js";
import { makeMel } from "../../src/voice/mel.js";
import { measureScales, normalizeRows } from "../../src/voice/normalize.js";
import { listenForProsody } from "../../src/voice/prosody.js";
import { silenceOf } from "../../src/voice/silence.js";
import { assets, nets } from "../support/machine.js";
import { babble, concat, goldenSignal, largestDifference, noise, sung } from "./signals.js";

async function hear(samples: Float32Array, from = nets) {
  const net = await from.open("articulation.onnx");
  const hopCount = Math.floor(samples.length / 160);
  const [rows, listener] = [makeMel(), listenForProsody()];
  rows.push(samples);
  listener.push(samples);
  const mel = rows.finish(hopCount);
  const done: number[] = [];
  const prosody = listener.finish(hopCount);
  const { classes, lips } = await articulate({ mel }, prosody, net, (hops) => done.push(hops));
  return { mel, classes, lips, done, hopCount };
}

/** Probability of silence per hop. */
const silenceIn = (classes: Float32Array) =>
  classes.filter((_, i) => i % CLASS_COUNT === CLASS_INDEX.sil);

test("the classes are 22, and their order is the network's", () => {
  expect(SOUND_CLASSES.join(" ")).toBe("sil PP FF TH DD NN LL RR TR SS CH J W KK HH A E I O U Y @");
  expect(CLASS_COUNT).toBe(22);
  expect(SOUND_CLASSES.map((name) => CLASS_INDEX[name])).toEqual([...SOUND_CLASSES.keys()]);
});

test("native and WebAssembly hear the same and move the same", async () => {
  const native = await hear(goldenSignal());
  const wasm = await hear(goldenSignal(), openNets(assets, "wasm"));
  expect(largestDifference(native.classes, wasm.classes)).toBeLessThan(1e-3);
  expect(largestDifference(native.lips, wasm.lips)).toBeLessThan(1e-3);
});

test("where it is silent the lips rest, and in speech they move", async () => {
  const { lips } = await hear(concat(new Float32Array(4 * 16000), babble(4)));
  expect(Math.max(...lips.subarray(0, 350 * LIP_COUNT))).toBe(0);
  expect(Math.max(...lips.subarray(450 * LIP_COUNT))).toBeGreaterThan(0.05);
});

test("a recording heard in pieces is heard as in one piece, at any hop", async () => {
  const { mel, classes, done, hopCount } = await hear(babble(69.99));
  expect(done).toEqual([2000, 4000, 6000, 6999]);
  const scales = measureScales(mel);
  if (!scales) throw new Error("babble is not silent");
  const rows = normalizeRows(mel, scales, 0, new Float32Array((hopCount + 1) * 64));
  const net = await nets.open("articulation.onnx");
  const { post } = await net.run(rows, [1, hopCount + 1, 64]);
  expect(largestDifference(classes, post.subarray(0, classes.length))).toBeLessThan(1e-4);
});

test("each hop's probabilities sum to 1, also where silence takes its share", async () => {
  const samples = concat(babble(3), new Float32Array(16000), noise(2, 16000, 1e-3), babble(3));
  const { classes, hopCount } = await hear(samples);
  for (let hop = 0; hop < hopCount; hop++) {
    const row = classes.subarray(hop * CLASS_COUNT, (hop + 1) * CLASS_COUNT);
    expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
  }
});

test("silence is silent: zeros, faint noise, loud noise, and zeros between speech", async () => {
  for (const samples of [
    new Float32Array(32000),
    new Float32Array(160),
    noise(10, 16000, 1e-4),
    noise(10, 16000, 0.3),
  ]) {
    const { classes } = await hear(samples);
    expect(Math.min(...silenceIn(classes))).toBeGreaterThan(0.999);
  }
  const { classes } = await hear(concat(babble(4), new Float32Array(5 * 16000), babble(4)));
  expect(Math.min(...silenceIn(classes).subarray(418, 882))).toBe(1);
});

test("a long pause in a room stays silent", async () => {
  const speech = babble(12);
  const { classes } = await hear(concat(speech, noise(45, 16000, 1e-3), speech));
  const pause = silenceIn(classes).subarray(1300, 5600);
  expect(pause.reduce((sum, p) => sum + p, 0) / pause.length).toBeGreaterThan(0.9);
});

test("one long note is not taken for steady noise: the network alone decides", async () => {
  const formants = (k: number) => Math.exp(-(((180 * k - 700) / 500) ** 2)) + 0.05 / k;
  const { mel, classes, hopCount } = await hear(sung(4, () => 180, formants));
  const scales = measureScales(mel);
  if (!scales) throw new Error("a note is not silent");
  const rows = normalizeRows(mel, scales, 0, new Float32Array(mel.length));
  const { post } = await (await nets.open("articulation.onnx")).run(rows, [1, hopCount, 64]);
  expect(largestDifference(classes, post)).toBeLessThan(1e-4);
  const hiss = await hear(noise(4, 16000, 0.3));
  expect(Math.min(...silenceIn(hiss.classes))).toBeGreaterThan(0.999);
});

test("the closure of a stop is no silence: only what lasts 0.3 s is", () => {
  const level = (hop: number) =>
    hop >= 50 && hop < 62 ? -90 : hop >= 100 && hop < 150 ? -90 : -20;
  const silence = silenceOf(Float32Array.from({ length: 200 }, (_, hop) => level(hop)));
  const silent = [...silence.keys()].filter((hop) => silence[hop] > 0);
  expect(silent).toEqual(Array.from({ length: 20 }, (_, i) => 115 + i));
});

test("the same recording is heard the same way twice", async () => {
  const samples = babble(12);
  expect((await hear(samples)).classes).toEqual((await hear(samples)).classes);
});
