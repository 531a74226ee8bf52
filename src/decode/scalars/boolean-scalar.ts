import { reject } from "../value-problem.ts";
import type { ScalarCodec } from "./scalar-codec.ts";

const expected = "a Boolean (true or false)";

/** Boolean: `true` or `false`, false first. */
export const booleanScalar: ScalarCodec<boolean> = {
  parseJson: (value) => (typeof value === "boolean" ? value : reject(expected, value)),
  parseText: (text) => (text === "true" ? true : text === "false" ? false : reject(expected, text)),
  formatText: String,
};
