import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { firstDictionaryCode, textInBlock } from "../../../src/decode/columns/column-layout.ts";
import { TextPool } from "../../../src/view/columns/text-pool.ts";
import { createTextSpan } from "../../../src/view/columns/text-span.ts";
import { ChunkAllocator } from "../../../src/view/memory/chunk-allocator.ts";

/** Texts that have codes in 16 bits. */
const allCodes = 65_536 - firstDictionaryCode;

function openPool(limit?: number) {
  const allocator = new ChunkAllocator();
  const pool = new TextPool({ allocator, account: "dictionary", hashSeed: 7, limit });
  const span = createTextSpan();
  return {
    codeOf: (text: string): number => pool.codeOf(Buffer.from(text)),
    read: (code: number): readonly [text: string, isPlain: boolean] => {
      pool.locate(code, span);
      return [Buffer.from(span.bytes.subarray(span.start, span.end)).toString(), span.isPlain];
    },
  };
}

describe("TextPool", () => {
  test("gives each text one code from the first on, until it is full, and reads it back", () => {
    const text = fc.oneof(
      fc.constantFrom("", "a", "b", 'a"', "a\\", "a\n", "é"),
      fc.string({ unit: "binary", maxLength: 90 }),
    );
    fc.assert(
      fc.property(
        fc.array(
          text.map((one) => one.toWellFormed()),
          { maxLength: 80 },
        ),
        fc.nat({ max: 40 }),
        (texts, limit) => {
          const { codeOf, read } = openPool(limit);
          const codes = new Map<string, number>();
          for (const one of texts) {
            const expected = codes.get(one) ?? (codes.size < limit ? firstDictionaryCode + codes.size : textInBlock);
            expect(codeOf(one)).toBe(expected);
            if (expected !== textInBlock) codes.set(one, expected);
          }
          for (const [one, code] of codes) expect(read(code)).toEqual([one, JSON.stringify(one) === `"${one}"`]);
        },
      ),
      { numRuns: 200 },
    );
  });

  test("has a code for as many texts as there are codes, and sends all further ones to the blocks", () => {
    const { codeOf, read } = openPool();
    const texts = Array.from({ length: allCodes }, (_, at) => `text ${at}`);
    expect(texts.findIndex((text, at) => codeOf(text) !== firstDictionaryCode + at)).toBe(-1);
    expect([codeOf("one more"), codeOf("another")]).toEqual([textInBlock, textInBlock]);
    expect(texts.findIndex((text, at) => codeOf(text) !== firstDictionaryCode + at)).toBe(-1);
    expect([read(firstDictionaryCode)[0], read(65_535)[0]]).toEqual(["text 0", `text ${allCodes - 1}`]);
  });
});
