import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ByteSink } from "../../src/api/compiled/byte-sink.ts";
import { encode } from "../../src/api/compiled/fixed-text.ts";

function written(write: (sink: ByteSink) => void): string {
  const sink = new ByteSink();
  write(sink);
  return sink.view().toString("utf8");
}

function makeSpan(text: string, before: string) {
  const bytes = Buffer.from(`${before}${text}"x`);
  const start = Buffer.byteLength(before);
  return { bytes, start, end: start + Buffer.byteLength(text), isPlain: JSON.stringify(text) === `"${text}"` };
}

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200, size: "max" }),
  fc.string({ unit: "grapheme", maxLength: 200, size: "max" }),
  fc.string({ unit: fc.integer({ min: 0, max: 0x7f }).map((code) => String.fromCharCode(code)) }),
);

describe("a byte sink", () => {
  test("writes texts as JSON.stringify does", () => {
    fc.assert(
      fc.property(text, fc.string({ unit: "binary" }), (value, before) => {
        const json = JSON.stringify(value);
        expect(written((sink) => sink.putString(value))).toBe(json);
        const span = makeSpan(value, before);
        expect(written((sink) => sink.putText(span))).toBe(json);
        expect(written((sink) => sink.putText({ ...span, isPlain: false }))).toBe(json);
        expect(written((sink) => sink.putRange(span.bytes, span.start, span.end))).toBe(value);
        expect(written((sink) => sink.putUtf8(value))).toBe(value);
      }),
    );
  });

  test("writes numbers as JSON.stringify does", () => {
    const number = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.maxSafeInteger(),
      fc.tuple(fc.maxSafeInteger(), fc.integer({ min: 0, max: 20 })).map(([digits, scale]) => digits / 10 ** scale),
      fc.integer({ min: -(2 ** 32), max: 2 ** 32 }).map((hundredths) => hundredths / 100),
    );
    fc.assert(
      fc.property(number, (value) => {
        expect(written((sink) => sink.putNumber(value))).toBe(JSON.stringify(value));
      }),
      { numRuns: 5_000 },
    );
  });

  test("writes moments of the years 0000 to 9999 as Date does", () => {
    const ms = fc.oneof(
      fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 }),
      // Around the ends of days, months and years, leap years or not.
      fc
        .tuple(fc.integer({ min: 0, max: 9_999 }), fc.constantFrom(0, 1, 2, 3, 11), fc.integer({ min: -1, max: 1 }))
        .map(([year, month, off]) => new Date(0).setUTCFullYear(year, month, 1) + off)
        .filter((value) => value >= -62_167_219_200_000),
    );
    fc.assert(
      fc.property(ms, (value) => {
        expect(written((sink) => sink.putDateTime(value))).toBe(JSON.stringify(new Date(value)));
      }),
      { numRuns: 5_000 },
    );
  });

  test("puts pieces one after the other, however often it grows, and begins anew", () => {
    const piece = fc.oneof(
      text.map((value) => ({ put: (sink: ByteSink) => sink.putString(value), json: JSON.stringify(value) })),
      fc.integer().map((value) => ({ put: (sink: ByteSink) => sink.putNumber(value), json: JSON.stringify(value) })),
      fc.integer({ min: 0, max: 40_000 }).map((length) => ({
        put: (sink: ByteSink) => sink.putRange(new Uint8Array(length).fill(0x61), 0, length),
        json: "a".repeat(length),
      })),
      text
        .filter((value) => value.isWellFormed())
        .map((value) => ({ put: (sink: ByteSink) => sink.putFixed(encode(value)), json: value })),
      fc.constant({ put: (sink: ByteSink) => sink.putByte(0x2c), json: "," }),
    );
    fc.assert(
      fc.property(fc.array(fc.array(piece), { maxLength: 3 }), (responses) => {
        const sink = new ByteSink();
        for (const pieces of responses) {
          sink.clear();
          for (const { put } of pieces) put(sink);
          const expected = pieces.map(({ json }) => json).join("");
          expect(sink.view().toString("utf8")).toBe(expected);
          expect(sink.length).toBe(Buffer.byteLength(expected));
        }
      }),
    );
  });
});
