import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeTextFrames } from "../../src/transport/text-frames.ts";

/** Around every length at which a frame's prefix changes. */
const length = fc.oneof(
  fc.nat({ max: 300 }),
  fc.constantFrom(125, 126, 127, 65_535, 65_536, 65_537).chain((near) => fc.integer({ min: near - 70, max: near })),
);
const pair = fc.tuple(fc.integer({ min: 1, max: 70 }), length);

/** Reads unmasked frames by the words of RFC 6455, 5.2. */
function readFrames(bytes: Buffer): Buffer[] {
  const texts: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    expect(bytes[at]).toBe(0b1000_0001); // final, text
    const short = bytes.readUInt8(at + 1); // the mask bit would make it greater than 127
    const prefix = short < 126 ? 2 : short === 126 ? 4 : 10;
    const size =
      short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
    expect(short).toBe(size < 126 ? size : size < 65_536 ? 126 : 127); // the shortest form
    texts.push(bytes.subarray(at + prefix, at + prefix + size));
    at += prefix + size;
  }
  return texts;
}

describe("text frames", () => {
  test("hold the texts in their order, each whole, and no tail that is large is copied", () => {
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1, maxLength: 8 }), fc.nat({ max: 200 }), (sizes, maxCopiedBytes) => {
        const parts = sizes.flatMap(([head, tail], at) => [Buffer.alloc(head, at + 1), Buffer.alloc(tail, 100 + at)]);
        const pieces = makeTextFrames(parts, maxCopiedBytes);
        const expected = sizes.map((_, at) => Buffer.concat(parts.slice(2 * at, 2 * at + 2)));
        expect(readFrames(Buffer.concat(pieces))).toEqual(expected);
        const large = parts.filter((part, at) => at % 2 === 1 && part.length > maxCopiedBytes);
        expect(pieces.filter((piece) => parts.some((part) => part === piece))).toEqual(large);
        expect(pieces.length).toBeLessThanOrEqual(2 * large.length + 1);
      }),
    );
  });
});
