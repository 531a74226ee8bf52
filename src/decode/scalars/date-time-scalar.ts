import { reject } from "../value-problem.ts";
import { dayMs, isTimestamp, parseClock, parseDays } from "./iso-time.ts";
import type { ScalarCodec } from "./scalar-codec.ts";

const expected = "a DateTime (ISO 8601 text with an offset, or integer milliseconds since 1970; years 0000 to 9999)";

/** DateTime: milliseconds since the Unix epoch. As a text of its own, digits alone are milliseconds too. */
export const dateTimeScalar: ScalarCodec<number> = {
  parseJson: (value) => {
    const ms = typeof value === "string" ? parseIso(value) : typeof value === "number" ? value : Number.NaN;
    return isTimestamp(ms) ? ms + 0 : reject(expected, value);
  },
  parseText: (text) => {
    const ms = /^-?\d+$/.test(text) ? Number(text) : parseIso(text);
    return isTimestamp(ms) ? ms + 0 : reject(expected, text);
  },
  formatText: (value) => new Date(value).toISOString(),
};

function parseIso(text: string): number {
  const mark = text.charCodeAt(10);
  if (mark !== 0x54 && mark !== 0x74) return Number.NaN;
  return parseDays(text) * dayMs + parseClock(text, 11);
}
