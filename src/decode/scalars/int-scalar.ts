import { rawNumberText } from "../raw-number.ts";
import { reject } from "../value-problem.ts";
import type { ScalarCodec } from "./scalar-codec.ts";

const expected = "an Int (a whole number from -2147483648 to 2147483647)";

/** Int: 32 bits, signed. From JSON a number without a fraction; from text digits with an optional sign. */
export const intScalar: ScalarCodec<number> = {
  parseJson: (value) => {
    const number = typeof value === "number" ? value : Number(rawNumberText(value) ?? Number.NaN);
    const int = number | 0;
    return int === number ? int : reject(expected, value);
  },
  parseText: (text) => {
    if (!/^[+-]?\d+$/.test(text)) return reject(expected, text);
    const number = Number(text);
    const int = number | 0;
    return int === number ? int : reject(expected, text);
  },
  formatText: String,
};
