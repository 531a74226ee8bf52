import { decimalOfNumber } from "../decimal-text.ts";
import { requireWellFormed } from "../strict-text.ts";
import { reject } from "../value-problem.ts";
import { makeTextCodec } from "./text-codec.ts";

/** ID: a text as it is, or an integer of any size, whose digits become the text (`7`, `7.0` and `"7"` are one ID). */
export const idScalar = makeTextCodec((value) => {
  if (typeof value === "string") return requireWellFormed(value);
  const digits = decimalOfNumber(value);
  return digits === undefined || digits.includes(".") ? reject("an ID (a text or an integer)", value) : digits;
});
