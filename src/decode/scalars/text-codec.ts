import type { ScalarCodec } from "./scalar-codec.ts";

/** A scalar held as canonical text. `parse` gives the canonical text or throws. */
export function makeTextCodec(parse: (value: unknown) => string): ScalarCodec<string> {
  return {
    parseJson: parse,
    parseText: parse,
    formatText: (value) => value,
  };
}
