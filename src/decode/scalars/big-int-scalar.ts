import { decimalOfNumber, maxDecimalDigits } from "../decimal-text.ts";
import { reject } from "../value-problem.ts";
import type { ScalarCodec } from "./scalar-codec.ts";

const expected = `a BigInt (an integer of at most ${maxDecimalDigits} digits, as a number or as text)`;

/** BigInt: an integer, from a JSON number's own text or from a text of digits with an optional sign. */
export const bigIntScalar: ScalarCodec<bigint> = {
  parseJson: (value) => {
    if (typeof value === "string") return parseDigits(value);
    if (Number.isSafeInteger(value)) return BigInt(value as number);
    const digits = decimalOfNumber(value);
    return digits === undefined || digits.includes(".") ? reject(expected, value) : BigInt(digits);
  },
  parseText: parseDigits,
  formatText: String,
};

function parseDigits(text: string): bigint {
  if (text.length > maxDecimalDigits + 1 || !/^[+-]?\d+$/.test(text)) return reject(expected, text);
  return BigInt(text);
}
