import { canonicalDecimal, decimalOfNumber, maxDecimalDigits } from "../decimal-text.ts";
import { reject } from "../value-problem.ts";
import type { ScalarCodec } from "./scalar-codec.ts";

const expected = `a Decimal (a decimal number of at most ${maxDecimalDigits} digits, as a number or as text)`;

/** Decimal: exact, held as canonical text; from a JSON number's own text or from text, an exponent allowed. */
export const decimalScalar: ScalarCodec<string> = {
  parseJson: (value) =>
    (typeof value === "string" ? canonicalDecimal(value) : decimalOfNumber(value)) ?? reject(expected, value),
  parseText: (text) => canonicalDecimal(text) ?? reject(expected, text),
  formatText: (value) => value,
};
