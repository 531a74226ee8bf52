import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareText } from "../../../src/base/text-order.ts";
import { encodeProbeText } from "../../../src/view/order/probe-text.ts";

const surrogate = fc.integer({ min: 0xd800, max: 0xdfff }).map((unit) => String.fromCharCode(unit));
const character = fc.oneof(
  fc.constantFrom(
    "a",
    "\u0000",
    "\ud7ff",
    "\ue000",
    "\ufffd",
    "\uffff",
    "😀",
    "\u{10000}",
    "\u{103ff}",
    "\u{10400}",
    "\u{10ffff}",
  ),
  fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
);
const wellFormed = fc.array(character, { maxLength: 4 }).map((characters) => characters.join(""));
const any = fc.array(fc.oneof(character, surrogate), { maxLength: 4 }).map((characters) => characters.join(""));

describe("the bytes of a text that is looked for", () => {
  test("stand among those of well-formed texts as the text does by code point", () => {
    fc.assert(
      fc.property(wellFormed, any, (held, sought) => {
        const order = Buffer.compare(Buffer.from(held, "utf8"), encodeProbeText(sought));
        expect(Math.sign(order)).toBe(Math.sign(compareText(held, sought)));
      }),
      { numRuns: 3_000 },
    );
  });

  test("of a lone surrogate are not those of U+FFFD", () => {
    expect(Buffer.compare(Buffer.from("\ufffd"), encodeProbeText("\ud800"))).toBe(-1);
  });
});
