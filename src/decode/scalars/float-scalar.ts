import { rawNumberText } from "../raw-number.ts";
import { reject } from "../value-problem.ts";
import type { ScalarCodec } from "./scalar-codec.ts";

const expected = "a Float (a number within the range of a double)";
const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Float: the double nearest to the number; never NaN, infinite or -0. Text is written as JSON writes numbers. */
export const floatScalar: ScalarCodec<number> = {
  parseJson: (value) => {
    const number = typeof value === "number" ? value : Number(rawNumberText(value) ?? Number.NaN);
    // Adding zero turns -0 into 0, so that equal numbers print and compare alike.
    return Number.isFinite(number) ? number + 0 : reject(expected, value);
  },
  parseText: (text) => {
    const number = jsonNumber.test(text) ? Number(text) : Number.NaN;
    return Number.isFinite(number) ? number + 0 : reject(expected, text);
  },
  formatText: String,
};
