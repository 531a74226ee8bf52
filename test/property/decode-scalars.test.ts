import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalDecimal, decimalOfNumber } from "../../src/decode/decimal-text.ts";
import { parseJsonText } from "../../src/decode/json-text.ts";
import { scalarCodecs } from "../../src/decode/scalars/scalar-codecs.ts";
import type { ScalarName } from "../../src/mapping/view-definition.ts";
import { compareDecimals } from "../model/compare-decimals.ts";
import { compareValues, valueKey } from "../model/value-order.ts";
import { decimalText, integer, scalarValues, text } from "./decode-arbitraries.ts";

const names = Object.keys(scalarValues) as ScalarName[];

/** Numbers as JSON writes them, at the edges of what a double holds. */
const digits = fc.string({ unit: fc.constantFrom(..."0123456789"), maxLength: 25 });
const numberText = fc
  .tuple(
    fc.constantFrom("", "-"),
    fc.oneof(
      integer.map((value) => String(value < 0n ? -value : value)),
      fc.constantFrom("0", "9007199254740993"),
    ),
    fc.option(digits.filter((value) => value !== "")),
    fc.option(fc.integer({ min: -340, max: 200 })),
  )
  .map(
    ([sign, whole, fraction, exponent]) =>
      `${sign}${whole}${fraction === null ? "" : `.${fraction}`}${exponent === null ? "" : `e${exponent}`}`,
  );

describe("numbers", () => {
  test("are exact wherever they stand in a JSON text", () => {
    fc.assert(
      fc.property(numberText, fc.string(), fc.nat({ max: 20 }), (number, before, spaces) => {
        const json = `[${JSON.stringify(before)},${" ".repeat(spaces)}${number}]`;
        // An array with a second element, by construction.
        const [, parsed] = parseJsonText(json, { isExact: true }) as [unknown, unknown];
        expect(decimalOfNumber(parsed)).toBe(canonicalDecimal(number));
      }),
      { numRuns: 3_000 },
    );
  });

  test("print as they came where JSON holds them raw", () => {
    fc.assert(
      fc.property(numberText, (number) => {
        const printed = JSON.stringify(scalarCodecs.JSON.parseJson(parseJsonText(number, { isExact: true })));
        expect(canonicalDecimal(JSON.stringify(parseJsonText(number, { isExact: true })))).toBe(
          canonicalDecimal(number),
        );
        expect(printed).toBe(`{"json":${JSON.stringify(parseJsonText(number, { isExact: true }))}}`);
      }),
    );
  });
});

describe("decimals", () => {
  const decimal = fc.tuple(integer, fc.nat({ max: 45 }));

  test("have one canonical text, whatever zeros they are written with", () => {
    fc.assert(
      fc.property(decimal, fc.nat({ max: 5 }), ([unscaled, scale], zeros) => {
        const canonical = canonicalDecimal(decimalText(unscaled, scale));
        expect(canonicalDecimal(decimalText(unscaled * 10n ** BigInt(zeros), scale + zeros))).toBe(canonical);
        expect(canonicalDecimal(`${unscaled}e-${scale}`)).toBe(canonical);
        expect(canonical).toMatch(/^(?:0|-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?)$/);
      }),
    );
  });

  test("compare as the numbers that they are", () => {
    fc.assert(
      fc.property(decimal, decimal, ([left, leftScale], [right, rightScale]) => {
        const leftScaled = left * 10n ** BigInt(rightScale);
        const rightScaled = right * 10n ** BigInt(leftScale);
        const sign = leftScaled < rightScaled ? -1 : leftScaled > rightScaled ? 1 : 0;
        const compared = compareDecimals(
          canonicalDecimal(decimalText(left, leftScale)) ?? "",
          canonicalDecimal(decimalText(right, rightScale)) ?? "",
        );
        expect(Math.sign(compared)).toBe(sign);
      }),
    );
  });
});

describe.each(names)("%s", (name) => {
  const { parseText, formatText, parseJson } = scalarCodecs[name];
  const type = { kind: "scalar", scalar: name, nullable: false } as const;

  test("reads back the text that it writes", () => {
    fc.assert(
      fc.property(scalarValues[name], ({ value }) => {
        expect(formatText(parseText(formatText(value)))).toBe(formatText(value));
        if (name !== "JSON") expect(parseText(formatText(value))).toStrictEqual(value);
      }),
    );
  });

  test("orders values consistently, and keys are equal exactly where values are", () => {
    fc.assert(
      fc.property(scalarValues[name], scalarValues[name], scalarValues[name], (a, b, c) => {
        const compare = compareValues(type);
        const sorted = [a.value, b.value, c.value].sort(compare);
        const [least, , most] = sorted;
        expect(compare(least ?? a.value, most ?? a.value)).toBeLessThanOrEqual(0);
        const key = valueKey(type);
        expect(key(a.value) === key(b.value)).toBe(compare(a.value, b.value) === 0);
        expect(Math.sign(compare(a.value, b.value))).toBe(0 - Math.sign(compare(b.value, a.value)));
      }),
    );
  });

  test("never lets anything but a decode problem out of its parsers", () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), text), text, (value, ownText) => {
        for (const parse of [() => parseJson(value), () => parseText(ownText)]) {
          try {
            parse();
          } catch (error) {
            expect(error).toMatchObject({ code: "RECORD_UNDECODABLE" });
          }
        }
      }),
    );
  });
});
