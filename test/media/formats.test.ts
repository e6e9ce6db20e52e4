/** @file The few bytes of media formats that we read and write ourselves. */
import { describe, expect, test } from "vitest";
import { describeAvc, toLengthPrefixed } from "../../src/platform/avc.js";
import { foldChannels } from "../../src/voice/fold-channels.js";
import { readGapless } from "../../src/voice/mp3-gapless.js";
import { opusPacketSeconds, opusPreSkip } from "../../src/voice/opus-packet.js";

describe("H.264", () => {
  const sps = [0x67, 0x64, 0x00, 0x1e, 0xac];
  const pps = [0x68, 0xee, 0x3c];

  test("parameter sets become a record as ISO 14496-15 lays it out", () => {
    const { codec, record } = describeAvc(Uint8Array.from([0, 0, 0, 1, ...sps, 0, 0, 1, ...pps]));
    expect(codec).toBe("avc1.64001e");
    const sets = [0xe1, 0, 5, ...sps, 1, 0, 3, ...pps];
    expect([...record]).toEqual([1, 0x64, 0, 0x1e, 0xff, ...sets, 0xfd, 0xf8, 0xf8, 0]);
  });

  test("units get their lengths, whatever start codes they had", () => {
    const slices = [0, 0, 1, 0x65, 1, 2, 0, 0, 0, 1, 0x41, 0, 0, 3, 0];
    const picture = toLengthPrefixed(Uint8Array.from([0, 0, 0, 1, ...pps, ...slices]));
    expect([...picture]).toEqual([0, 0, 0, 3, 0x65, 1, 2, 0, 0, 0, 5, 0x41, 0, 0, 3, 0]);
  });
});

describe("Opus", () => {
  test("a packet's first byte tells its length", () => {
    const seconds = (...bytes: number[]) => opusPacketSeconds(Uint8Array.from(bytes));
    expect(seconds(0 << 3)).toBe(0.01); // SILK, 10 ms
    expect(seconds(3 << 3)).toBe(0.06);
    expect(seconds(13 << 3)).toBe(0.02); // hybrid
    expect(seconds(16 << 3)).toBe(0.0025); // CELT
    expect(seconds((31 << 3) | 1)).toBe(0.04); // two frames
    expect(seconds((31 << 3) | 3, 0x80 | 5)).toBe(0.1); // five
  });

  test("the header tells the run-in", () => {
    const head = new Uint8Array(19);
    head.set([0x38, 0x01], 10);
    expect(opusPreSkip(head)).toBe(312);
    expect(opusPreSkip(undefined)).toBe(0);
  });
});

describe("mp3", () => {
  /** An info frame as LAME writes it: MPEG-1, stereo; all four optional fields. */
  function lameFile(tags: number, encoder = "LAME3.100"): Uint8Array {
    const file = Buffer.alloc(tags + 5000);
    if (tags > 0)
      file.set([...Buffer.from("ID3"), 4, 0, 0, 0, 0, (tags - 10) >> 7, (tags - 10) & 127]);
    file.set([0xff, 0xfb, 0x90, 0x00], tags);
    file.write("Info", tags + 36);
    file.writeUInt32BE(15, tags + 40);
    const at = tags + 44 + 112;
    file.write(encoder, at);
    file.set([(576 >> 4) & 255, ((576 & 15) << 4) | (1260 >> 8), 1260 & 255], at + 21);
    return file;
  }
  const reader = (file: Uint8Array) => async (start: number, length: number) =>
    file.subarray(start, start + length);

  test.each([0, 700])(
    "what the encoder put around the sound, after %s bytes of tags",
    async (tags) => {
      const gapless = await readGapless(reader(lameFile(tags)));
      expect(gapless).toEqual({ leadSamples: 576 + 529, tailSamples: 1260 - 529 });
    },
  );

  test("nothing is left out if the encoder is unknown, or it is no mp3", async () => {
    expect(await readGapless(reader(lameFile(0, "Other")))).toBeUndefined();
    expect(await readGapless(reader(new Uint8Array(9000)))).toBeUndefined();
    expect(await readGapless(reader(new Uint8Array(3)))).toBeUndefined();
  });
});

describe("folding channels", () => {
  const tone = (value: number) => new Float32Array(4).fill(value);

  test("one and two stay as they are", () => {
    const stereo = [tone(0.1), tone(0.2)];
    expect(foldChannels(stereo)).toBe(stereo);
  });

  test.each([3, 4, 5, 6, 7, 8])("%s full channels give full stereo, no louder", (count) => {
    const [left, right] = foldChannels(Array.from({ length: count }, () => tone(1)));
    expect(left?.[0]).toBeCloseTo(1, 6);
    expect(right?.[0]).toBeCloseTo(1, 6);
  });

  test("the centre is heard on both sides, the LFE on none", () => {
    const only = (channel: number) =>
      foldChannels(Array.from({ length: 6 }, (_, i) => tone(i === channel ? 1 : 0)));
    const [left, right] = only(2);
    expect(left?.[0]).toBeGreaterThan(0.2);
    expect(right?.[0]).toBe(left?.[0]);
    expect(only(3).map((side) => side[0])).toEqual([0, 0]);
    expect(only(0)[1]?.[0]).toBe(0);
  });
});
