import { expect, test } from "vitest";
import { reservedBytes, type Signer, signClaim } from "../../src/trust/cose.js";

const signer = (...lengths: readonly number[]): Signer => ({
  certificates: lengths.map((length) => new Uint8Array(length).fill(1)),
  sign: async () => new Uint8Array(64).fill(2),
});

test("a signature fills its room to the byte, for certificates and time stamps of any size", async () => {
  const claim = new Uint8Array(300);
  for (let length = 1; length < 1200; length += 7) {
    const one = signer(length);
    expect((await signClaim(claim, one, reservedBytes(one))).length).toBe(reservedBytes(one));
    const two = { ...signer(length, 520), timeStamp: async () => new Uint8Array(10 * length) };
    expect((await signClaim(claim, two, reservedBytes(two))).length).toBe(reservedBytes(two));
  }
});

test("also where a longer head of the padding would step over the size", async () => {
  const one = signer(500);
  const least = reservedBytes(one);
  // The padding goes from a hundred to seventy thousand zeros: past all three lengths of heads.
  for (const more of [...Array(400).keys(), ...Array.from({ length: 40 }, (_, i) => 65_250 + i)]) {
    expect((await signClaim(new Uint8Array(9), one, least + more)).length).toBe(least + more);
  }
  const bare = await signClaim(new Uint8Array(9), one, least);
  const zeros = least - bare.lastIndexOf(1) - 70;
  for (let less = 0; less < zeros - 20; less++) {
    expect((await signClaim(new Uint8Array(9), one, least - less)).length).toBe(least - less);
  }
});

test("a time stamp that is too long is refused, with its size", async () => {
  const long = { ...signer(500), timeStamp: async () => new Uint8Array(20_000) };
  await expect(signClaim(new Uint8Array(9), long, reservedBytes(long))).rejects.toMatchObject({
    code: "time_stamp_failed",
    details: { tokenBytes: 20_000 },
  });
});
