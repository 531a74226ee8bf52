import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareText } from "../../src/base/text-order.ts";

describe("compareText", () => {
  test("orders any texts as their UTF-8 bytes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (left, right) => {
        expect(Math.sign(compareText(left, right))).toBe(
          Math.sign(Buffer.compare(Buffer.from(left), Buffer.from(right))),
        );
      }),
    );
  });

  test("puts a character beyond the basic plane after all of it", () => {
    expect(compareText("\u{1F600}", "\uFF5E")).toBeGreaterThan(0);
  });
});
