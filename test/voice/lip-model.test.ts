/** @file Somebody else's mouth: its curves at their times, without seams; and what is refused. */
import { writeFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, test } from "vitest";
import { type Recording, recordingOf } from "../../src/base/recording.js";
import { readLipModel } from "../../src/platform/node-lip-model.js";
import { LIP_CHANNELS, LIP_COUNT } from "../../src/voice/lip-channels.js";
import {
  decodeWithModel,
  type LipModel,
  type LipNet,
  type LipTensor,
  openLipModel,
} from "../../src/voice/lip-model.js";
import { readLipModelDescription } from "../../src/voice/lip-model-file.js";
import { makeFolder } from "../media/material.js";
import {
  type LoudnessOptions,
  loudnessDescription,
  loudnessNet,
  netWithWeightsIn,
} from "../support/lip-nets.js";
import { babble, concat, largestDifference, sound, tone } from "./signals.js";

const file = makeFolder();
let modelCount = 0;

type Changes = Readonly<Record<string, unknown>>;

/** Writes a network and its description, and reads them. */
function loudnessModel(
  changes: Changes = {},
  options: LoudnessOptions = {},
  native = true,
): Promise<LipModel> {
  const path = file(`model${modelCount++}.onnx`);
  writeFileSync(path, loudnessNet(options));
  writeFileSync(path.replace(".onnx", ".json"), loudnessDescription(changes));
  return readLipModel(path, { native });
}

/** One channel of the rows. */
function curveOf(lips: Float32Array, name: (typeof LIP_CHANNELS)[number]): Float32Array {
  const column = LIP_CHANNELS.indexOf(name);
  return Float32Array.from(
    { length: lips.length / LIP_COUNT },
    (_, i) => lips[i * LIP_COUNT + column],
  );
}

/** When a curve passes half its maximum, upwards and downwards, seconds. */
function halfTimes(curve: Float32Array): number[] {
  const half = Math.max(...curve) / 2;
  const times: number[] = [];
  for (let i = 1; i < curve.length; i++) {
    const [a, b] = [curve[i - 1] - half, curve[i] - half];
    if (a < 0 !== b < 0) times.push((i - 0.5 + a / (a - b)) / 100);
  }
  return times;
}

/** A tone from 1.0 to 1.4 s; mean absolute value 1/π. */
const BEEP = recordingOf(
  [concat(new Float32Array(16_000), tone(0.4, 16_000, 500), new Float32Array(9_600))],
  16_000,
);

async function jawOf(model: LipModel, recording: Recording, seconds = recording.durationSeconds) {
  return curveOf(await decodeWithModel(recording, model, Math.round(100 * seconds)), "jawOpen");
}

describe("curves", () => {
  test.each([true, false])("are the network's, at their times (native: %s)", async (native) => {
    const lips = await decodeWithModel(BEEP, await loudnessModel({}, {}, native), 200);
    expect(lips).toHaveLength(200 * LIP_COUNT);
    const jaw = curveOf(lips, "jawOpen");
    expect(jaw[50]).toBe(0);
    expect(jaw[120]).toBeCloseTo(2 / Math.PI, 2);
    const [up, down] = halfTimes(jaw);
    expect(up).toBeCloseTo(1, 2);
    expect(down).toBeCloseTo(1.4, 2);
    expect(curveOf(lips, "mouthFunnel")[120]).toBeCloseTo(1 / Math.PI, 2);
    // Below 0 there are no weights; what the network lacks is at rest.
    expect(Math.max(...curveOf(lips, "mouthSmileLeft"))).toBe(0);
    const moved = LIP_CHANNELS.filter((name) => curveOf(lips, name).some((weight) => weight !== 0));
    expect(moved).toEqual(["jawOpen", "mouthFunnel"]);
  });

  test.each([0.12, -0.08])("of a network that is %s s late are set right", async (delaySeconds) => {
    const [up, down] = halfTimes(await jawOf(await loudnessModel({ delaySeconds }), BEEP));
    expect(up).toBeCloseTo(1 - delaySeconds, 2);
    expect(down).toBeCloseTo(1.4 - delaySeconds, 2);
  });

  test.each([
    [30, 24_000],
    [100, 8_000],
    [12.5, 16_000],
  ])("of %s frames a second at %s Hz keep their times", async (framesPerSecond, sampleRateHz) => {
    const changes = { framesPerSecond, sampleRateHz };
    const options = { frameSamples: sampleRateHz / framesPerSecond };
    const jaw = await jawOf(await loudnessModel(changes, options), BEEP);
    const [up, down] = halfTimes(jaw);
    // A frame that straddles an edge rounds it by less than a third of its length.
    expect(Math.abs(up - 1)).toBeLessThan(0.33 / framesPerSecond);
    expect(Math.abs(down - 1.4)).toBeLessThan(0.33 / framesPerSecond);
    expect(jaw[120]).toBeCloseTo(2 / Math.PI, 1);
  });

  test("are linear between frames", async () => {
    const ramp = recordingOf([sound(2, 16_000, (t, i) => (i % 2 === 0 ? 0.2 : -0.2) * t)], 16_000);
    const jaw = await jawOf(await loudnessModel(), ramp);
    const straight = Float32Array.from({ length: 180 }, (_, i) => 0.004 * (10 + i + 0.5));
    expect(largestDifference(jaw.subarray(10, 190), straight)).toBeLessThan(0.002);
  });

  test("are scaled, by one factor or by channel, and end at 1", async () => {
    const half = await decodeWithModel(BEEP, await loudnessModel({ scale: 0.5 }), 200);
    expect(curveOf(half, "jawOpen")[120]).toBeCloseTo(1 / Math.PI, 2);
    const changes = { scale: { mouthFunnel: 2, jawOpen: 9 } };
    const each = await decodeWithModel(BEEP, await loudnessModel(changes), 200);
    expect(curveOf(each, "mouthFunnel")[120]).toBeCloseTo(2 / Math.PI, 2);
    expect(curveOf(each, "jawOpen")[120]).toBe(1);
  });

  test("of a network for unit variance do not depend on the recording's level", async () => {
    const model = await loudnessModel({ input: { normalize: "unit-variance" }, scale: 0.1 });
    const loud = babble(5);
    const quiet = recordingOf([loud.map((sample) => sample / 10)], 16_000);
    const jaw = await jawOf(model, recordingOf([loud], 16_000));
    expect(Math.max(...jaw)).toBeGreaterThan(0.2);
    expect(largestDifference(await jawOf(model, quiet), jaw)).toBeLessThan(0.002);
  });

  test("hold their last frame beyond the end, and may be a few hops long", async () => {
    const model = await loudnessModel();
    const jaw = await jawOf(model, recordingOf([tone(2, 16_000, 500)], 16_000), 2.3);
    expect(jaw[229]).toBe(jaw[199]);
    expect(jaw[229]).toBeCloseTo(2 / Math.PI, 2);
    const short = await jawOf(model, recordingOf([tone(0.05, 16_000, 500)], 16_000));
    expect(short).toHaveLength(5);
    expect(short[1]).toBeCloseTo(2 / Math.PI, 1);
  });
});

describe("long recordings", () => {
  const voice = recordingOf([babble(11.37)], 16_000);
  const context = { context: 9 };

  test.each([
    [2, undefined],
    [2.01, 1],
    [3, 1.5],
    [1.5, 0.55],
  ])("in pieces of %s s have no seams", async (windowSeconds, overlapSeconds) => {
    const whole = await jawOf(await loudnessModel({}, context), voice);
    const pieces = await loudnessModel({ windowSeconds, overlapSeconds }, context);
    expect(Math.max(...whole)).toBeGreaterThan(0.05);
    expect(largestDifference(await jawOf(pieces, voice), whole)).toBeLessThan(0.001);
  });

  test("without overlap would have them", async () => {
    const whole = await jawOf(await loudnessModel({}, context), voice);
    const pieces = await loudnessModel({ windowSeconds: 2, overlapSeconds: 0 }, context);
    expect(largestDifference(await jawOf(pieces, voice), whole)).toBeGreaterThan(0.01);
  });

  test("pass gradually from a piece to one that says something else", async () => {
    let calls = 0;
    const net = netOf(() => {
      // The trial, then the first piece, then the last.
      const level = calls++ < 2 ? 0.2 : 0.8;
      return { values: new Float32Array(50).fill(level), shape: [1, 50, 1] };
    });
    const changes = { ...{ windowSeconds: 2, windowIsFixed: true }, channels: ["jawOpen"] };
    const text = loudnessDescription({ ...changes, overlapSeconds: 0.6 });
    const model = await openLipModel(net, readLipModelDescription(text));
    const jaw = await jawOf(model, recordingOf([tone(3.4, 16_000, 300)], 16_000));
    expect(calls).toBe(3);
    // From 0 to 2.0 and from 1.4 to 3.4 s: they share 0.6 s around 1.7 s, and pass in 0.2 s.
    for (const [hop, weight] of [
      [0, 0.2],
      [159, 0.2],
      [164, 0.2 + 0.6 * 0.225],
      [174, 0.2 + 0.6 * 0.725],
      [180, 0.8],
      [339, 0.8],
    ]) {
      expect(jaw[hop]).toBeCloseTo(weight, 5);
    }
  });

  test("reach the network in windows, whatever their length", async () => {
    const lengths: number[] = [];
    const changes = { windowSeconds: 1, windowIsFixed: true, channels: ["jawOpen"] };
    const model = await openLipModel(
      netOf((inputs) => {
        const { length } = inputs.audio.values;
        lengths.push(length);
        return { values: new Float32Array(25).fill(0.5), shape: [1, 25, 1] };
      }),
      readLipModelDescription(loudnessDescription(changes)),
    );
    for (const seconds of [0.3, 1, 1.01, 60.5]) {
      lengths.length = 0;
      const jaw = await jawOf(model, recordingOf([tone(seconds, 16_000, 300)], 16_000));
      expect(jaw.every((weight) => Math.abs(weight - 0.5) < 1e-6)).toBe(true);
      expect(new Set(lengths)).toEqual(new Set([16_000]));
      // Windows of a second share a half; they begin at frames, hence 12 further each time.
      expect(lengths).toHaveLength(1 + Math.max(0, Math.ceil((seconds - 1) / (12 / 25))));
    }
  });

  test("tell their hops and can be stopped", async () => {
    const model = await loudnessModel({ windowSeconds: 2 });
    const told: number[] = [];
    await decodeWithModel(voice, model, 1137, {
      onProgress: ({ stage, done, total }) => {
        expect([stage, total]).toEqual(["lips", 1137]);
        told.push(done);
      },
    });
    expect(told[0]).toBe(0);
    expect(told.at(-1)).toBe(1137);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    const stop = new AbortController();
    const onProgress = ({ done }: { done: number }) => {
      if (done > 0) stop.abort(new Error("enough"));
    };
    const stopped = decodeWithModel(voice, model, 1137, { signal: stop.signal, onProgress });
    await expect(stopped).rejects.toThrow("enough");
  });
});

describe("networks", () => {
  test("may have constants and several outputs, if the description names them", async () => {
    const options = { bias: "mood", extra: "words" };
    const input = { constants: { mood: { shape: [1, 2], values: [0.25, 9] } } };
    const jaw = await jawOf(
      await loudnessModel({ input, output: { name: "curves" } }, options),
      BEEP,
    );
    expect(jaw[50]).toBeCloseTo(0.25, 6);
  });

  test.each([
    ["a second input", { bias: "mood" }, {}, /2 inputs \(audio, mood\).*names 0\.$/],
    [
      "a constant that it does not have",
      {},
      { input: { constants: { mood: { shape: [1], values: [0] } } } },
      /no input “mood”.* audio\.$/,
    ],
    ["two outputs", { extra: "words" }, {}, /2 outputs \(words, curves\)/],
    ["another output", {}, { output: { name: "face" } }, /no output “face”, but curves\.$/],
  ])("with %s are refused", async (_, options, changes, message) => {
    const refused = { code: "lip_model_invalid", message: expect.stringMatching(message) };
    await expect(loudnessModel(changes, options)).rejects.toMatchObject(refused);
  });

  test.each([
    ["channels", { channels: ["jawOpen", "mouthFunnel"] }, /\[1, 25, 4\] for 1\.00 s.*25, 2\]/],
    [
      "layout",
      { output: { layout: "batch-channels-frames" } },
      /\[1, 25, 4\].*\[1, 4, about 25\] \(batch, channels, frames\)/,
    ],
    ["dimensions", { output: { layout: "frames-channels" } }, /expected \[about 25, 4\]/],
    ["frame rate", { framesPerSecond: 60 }, /\[1, 25, 4\].*about 60/],
    ["sample rate", { sampleRateHz: 48_000 }, /\[1, 75, 4\].*about 25/],
    ["input", { input: { layout: "batch-channel-samples" } }, /stopped: .*rank/],
  ])("described with another %s are refused at once", async (_, changes, message) => {
    const refused = { code: "lip_model_failed", message: expect.stringMatching(message) };
    await expect(loudnessModel(changes)).rejects.toMatchObject(refused);
  });

  test("whose rate is a little off are found out by a long recording", async () => {
    const model = await loudnessModel({ framesPerSecond: 24 });
    const voice = recordingOf([tone(10, 16_000, 300)], 16_000);
    const message = expect.stringMatching(/\[1, 250, 4\] for 10\.00 s.*about 240/);
    const refused = { code: "lip_model_failed", message };
    await expect(jawOf(model, voice)).rejects.toMatchObject(refused);
  });

  test.each([
    ["no numbers", Number.NaN, /jawOpen the weight NaN in frame 3/],
    ["infinite numbers", Number.POSITIVE_INFINITY, /weight Infinity/],
    ["percent without a scale", 80, /jawOpen the weight 80 .*0 to 1/],
  ])("that give %s fail", async (_, weight, message) => {
    const values = new Float32Array(25);
    values[3] = weight;
    const failed = { code: "lip_model_failed", message: expect.stringMatching(message) };
    const net = netOf(() => ({ values, shape: [1, 25, 1] }));
    const description = readLipModelDescription(loudnessDescription({ channels: ["jawOpen"] }));
    await expect(openLipModel(net, description)).rejects.toMatchObject(failed);
  });

  test("may give what they like in columns that are ignored", async () => {
    const values = new Float32Array(75).fill(0.5);
    for (let i = 0; i < 75; i += 3) values.set([Number.NaN, 200], i);
    const net = netOf(() => ({ values, shape: [1, 25, 3] }));
    const channels = [null, "browInnerUp", "jawOpen"];
    const model = await openLipModel(
      net,
      readLipModelDescription(loudnessDescription({ channels })),
    );
    const jaw = await jawOf(model, recordingOf([tone(1, 16_000, 300)], 16_000));
    expect(jaw.every((weight) => weight === 0.5)).toBe(true);
  });

  test("are fed and read in each layout", async () => {
    const shapes: (readonly number[])[] = [];
    const rows = Float32Array.from({ length: 50 }, (_, i) => (i % 2 === 0 ? 0.25 : 0.75));
    const columns = Float32Array.from({ length: 50 }, (_, i) => (i < 25 ? 0.25 : 0.75));
    for (const [input, output, values, shape] of [
      ["samples", "frames-channels", rows, [25, 2]],
      ["batch-samples", "batch-frames-channels", rows, [1, 25, 2]],
      ["batch-channel-samples", "batch-channels-frames", columns, [1, 2, 25]],
    ] as const) {
      const net = netOf((inputs) => {
        shapes.push(inputs.audio.shape);
        return { values, shape };
      });
      const changes = {
        channels: ["jawOpen", "tongueOut"],
        input: { layout: input },
        output: { layout: output },
      };
      const model = await openLipModel(net, readLipModelDescription(loudnessDescription(changes)));
      const beep = recordingOf([tone(1, 16_000, 300)], 16_000);
      const lips = await decodeWithModel(beep, model, 100);
      expect(new Set(curveOf(lips, "jawOpen"))).toEqual(new Set([0.25]));
      expect(new Set(curveOf(lips, "tongueOut"))).toEqual(new Set([0.75]));
    }
    const tried = [[16_000], [1, 16_000], [1, 1, 16_000]];
    expect(shapes).toEqual(tried.flatMap((shape) => [shape, shape]));
  });

  test.each([
    [".data", true],
    [".data", false],
    ["_data", true],
    ["_data", false],
  ])("with weights in model.onnx%s are read (native: %s)", async (end, native) => {
    const path = file(`large${end}${native}.onnx`);
    writeFileSync(path, netWithWeightsIn(`${basename(path)}${end}`, 25));
    writeFileSync(path + end, new Uint8Array(new Float32Array(25).fill(0.375).buffer));
    const changes = { channels: ["jawOpen"], windowSeconds: 1, windowIsFixed: true };
    writeFileSync(path.replace(".onnx", ".json"), loudnessDescription(changes));
    const jaw = await jawOf(await readLipModel(path, { native }), BEEP);
    expect(jaw[120]).toBeCloseTo(0.375, 6);
  });

  test.each([true, false])("that are no ONNX are refused (native: %s)", async (native) => {
    writeFileSync(file("text.onnx"), "version https://git-lfs.github.com/spec/v1\n");
    writeFileSync(file("text.json"), loudnessDescription());
    const message = expect.stringMatching(/text\.onnx” cannot be loaded as an ONNX network: .+/);
    const refused = { code: "lip_model_invalid", message };
    await expect(readLipModel(file("text.onnx"), { native })).rejects.toMatchObject(refused);
  });

  test("are found by their description, under another name", async () => {
    writeFileSync(file("other.onnx"), loudnessNet());
    writeFileSync(file("named.json"), loudnessDescription({ model: "other.onnx" }));
    const { net } = await readLipModel(file("named.json"));
    expect(net.inputNames).toEqual(["audio"]);
  });
});

/** A network of one input and one output that answers so. */
function netOf(answer: (inputs: Readonly<Record<string, LipTensor>>) => LipTensor): LipNet {
  return { inputNames: ["audio"], outputNames: ["curves"], run: async (inputs) => answer(inputs) };
}
