import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodePosition, encodePosition, PositionInvalidError } from "../../src/api/position-token.ts";
import { compareText } from "../../src/base/text-order.ts";
import type { ViewPosition } from "../../src/view/view-position.ts";

const offset = fc.oneof(fc.nat(), fc.maxSafeNat());
const partitions = fc.uniqueArray(
  fc.record({ partition: fc.nat({ max: 5_000 }), nextOffset: offset, epoch: fc.option(fc.nat(), { nil: undefined }) }),
  { selector: ({ partition }) => partition, maxLength: 20 },
);
const viewPosition = fc
  .record({ view: fc.string({ unit: "binary" }), lineage: fc.uint8Array({ maxLength: 32 }), partitions })
  .map(
    (parts): ViewPosition => ({
      view: parts.view,
      lineage: Buffer.from(parts.lineage).toString("hex"),
      positions: new Map(parts.partitions.map(({ partition, nextOffset }) => [partition, nextOffset])),
      epochs: new Map(
        parts.partitions.flatMap(({ partition, epoch }) => (epoch === undefined ? [] : [[partition, epoch] as const])),
      ),
    }),
  );
const token = fc.record({
  issuedAtMs: fc.nat({ max: 4_102_444_800_000 }),
  views: fc.uniqueArray(viewPosition, { selector: ({ view }) => view, maxLength: 5 }),
});

describe("a position token", () => {
  test("comes back as it was, in the order of view names", () => {
    fc.assert(
      fc.property(token, (original) => {
        const views = [...original.views].sort((a, b) => compareText(a.view, b.view));
        expect(decodePosition(encodePosition(original))).toEqual({ ...original, views });
      }),
    );
  });

  test("has one text: what decodes is what encoding gives", () => {
    fc.assert(
      fc.property(token, (original) => {
        const text = encodePosition(original);
        expect(encodePosition(decodePosition(text))).toBe(text);
      }),
    );
  });

  test("is refused when one character is another", () => {
    fc.assert(
      fc.property(token, fc.nat(), fc.constantFrom(..."AZaz09-_"), (original, at, character) => {
        const text = encodePosition(original);
        const index = at % text.length;
        fc.pre(text[index] !== character);
        expect(() => decodePosition(text.slice(0, index) + character + text.slice(index + 1))).toThrow(
          PositionInvalidError,
        );
      }),
    );
  });

  test("is refused with POSITION_INVALID and nothing else, whatever the text", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.base64String(),
          fc.uint8Array().map((b) => Buffer.from(b).toString("base64url")),
        ),
        (text) => {
          expect(() => decodePosition(text)).toThrow(PositionInvalidError);
        },
      ),
    );
  });
});
