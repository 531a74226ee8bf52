import { reject } from "../value-problem.ts";
import type { ScalarCodec } from "./scalar-codec.ts";
import { makeTextCodec } from "./text-codec.ts";

/** Bytes: base64 text, standard alphabet, padded, nothing left over: one text for each run of bytes. Ordered as the bytes are. */
export const bytesScalar: ScalarCodec<string> = {
  ...makeTextCodec((value) =>
    typeof value === "string" && Buffer.from(value, "base64").toString("base64") === value
      ? value
      : reject("Bytes (padded base64 text)", value),
  ),
  compare: compareBase64,
};

/** Digits of canonical base64 compare as the bytes do, six bits at a time, with the padding below all of them. */
function compareBase64(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at += 1) {
    const difference = rank(left.charCodeAt(at)) - rank(right.charCodeAt(at));
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** The alphabet's order: A–Z, a–z, 0–9, +, /; the padding (=) first. */
function rank(unit: number): number {
  if (unit >= 0x61) return unit - 0x61 + 27;
  if (unit >= 0x41) return unit - 0x41 + 1;
  if (unit === 0x3d) return 0;
  if (unit >= 0x30) return unit - 0x30 + 53;
  return unit === 0x2b ? 63 : 64;
}
