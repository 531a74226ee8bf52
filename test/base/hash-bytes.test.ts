import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hashBytes, hashView } from "../../src/base/hash-bytes.ts";
import { hashNumber } from "../../src/base/hash-number.ts";
import { halfSipHash } from "../support/half-sip-hash.ts";

/** The published vectors of HalfSipHash-2-4: messages 00, 00 01, … of 0 to 63 bytes under the key 00 01 … 07. */
const published = [
  "a9359f5b27475ab8fa62a6038afee7042a6e4689c5fab6695863fc238bcf63c5d0b8848ff806e77994b079340808305057f0872f77e663ffd6fff87c74fe2b97",
  "d9b5ac84c474645b465b8d9b7befe387e34d1045613f62b370f367fee6adb8bd27400c63267878754f567b5f3ab0e669b0644000ff670fb4509e338b5d589f1a",
  "fee72112337532596a434f8cfe28b729e75cc6ec697e8d5463688b0f650b62b4b6bc18405d0745052442fd2e7bb7863a7705d548d75208b1b6d499c80892202e",
  "69e12ce38db580e5369764c6016e02043b85f3d4fedb66be1e692a3ac68984c0a5c5b9409be9e88c7dbc81407c078ec5d4e76c73428fcbb9bd83997a59ea4a74",
].join("");

const seeds = fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, 2 ** 31, 2 ** 32, 2 ** 53 - 1));
const messages = fc.oneof(fc.uint8Array({ maxLength: 80 }), fc.uint8Array({ minLength: 250, maxLength: 600 }));

describe("the hash that ours is compared with", () => {
  test("gives the published values with two rounds and four", () => {
    const found = Array.from({ length: 64 }, (_, length) => {
      const message = Uint8Array.from({ length }, (_, at) => at);
      const hash = Buffer.alloc(4);
      hash.writeUInt32LE(halfSipHash(message, [0x0302_0100, 0x0706_0504], { ofWord: 2, atEnd: 4 }));
      return hash.toString("hex");
    });
    expect(found.join("")).toBe(published);
  });
});

describe("hashBytes and hashView", () => {
  test("are HalfSipHash-1-3 with the seed's two words as its key, wherever the bytes stand", () => {
    fc.assert(
      fc.property(messages, seeds, fc.nat({ max: 9 }), fc.nat({ max: 9 }), (message, seed, before, after) => {
        const bytes = Buffer.concat([Buffer.alloc(before, 0xee), message, Buffer.alloc(after, 0xdd)]);
        const [start, end] = [before, before + message.length];
        const key = [seed % 2 ** 32, Math.floor(seed / 2 ** 32)] as const;
        const expected = halfSipHash(message, key, { ofWord: 1, atEnd: 3 });
        expect(hashBytes(bytes, start, end, seed)).toBe(expected);
        expect(hashView(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), start, end, seed)).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  test.each([0, 1, 0xdead_beef, 0x1b_3a5c_7d9e_8f13])(
    "tells keys apart under seed %i that collide in MurmurHash3 under all seeds",
    (seed) => {
      const keys = makeCollidingKeys(12);
      expect(new Set(keys.map((key) => murmurHash3(key, seed >>> 0))).size).toBe(1);
      const hashes = new Set(keys.map((key) => hashBytes(key, 0, key.length, seed)));
      expect(hashes.size).toBeGreaterThan(keys.length - 20);
    },
  );

  test("of the same keys under other seeds are others in both words of the seed", () => {
    const key = Buffer.from("order-1042");
    const hashes = [5, 6, 5 + 2 ** 32, 5 + 2 ** 52].map((seed) => hashBytes(key, 0, key.length, seed));
    expect(new Set(hashes).size).toBe(4);
  });
});

describe("hashNumber", () => {
  test("is the hash of a number's eight bytes, and of 0 and -0 one", () => {
    const bytes = Buffer.from(Float64Array.of(12.75).buffer);
    expect(hashNumber(12.75, 99)).toBe(hashBytes(bytes, 0, 8, 99));
    expect(hashNumber(-0, 99)).toBe(hashNumber(0, 99));
  });
});

/** Well-formed UTF-8, of which every eight bytes may be either of two that leave MurmurHash3 the same. */
function makeCollidingKeys(pairs: number): Buffer[] {
  const choices = ["224e683f224e683f", "caac474a224e197b"];
  return Array.from({ length: 2 ** pairs }, (_, number) => {
    const parts = Array.from({ length: pairs }, (_, at) => choices[(number >> at) & 1]);
    return Buffer.from(parts.join(""), "hex");
  });
}

/** MurmurHash3 (x86, 32 bit; public domain, Austin Appleby) of whole words. */
function murmurHash3(key: Buffer, seed: number): number {
  let hash = seed | 0;
  for (let at = 0; at < key.length; at += 4) {
    const scrambled = Math.imul(key.readInt32LE(at), 0xcc9e_2d51);
    hash ^= Math.imul((scrambled << 15) | (scrambled >>> 17), 0x1b87_3593);
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe654_6b64) | 0;
  }
  hash ^= key.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
