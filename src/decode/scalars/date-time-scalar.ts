import { reject } from "../value-problem.ts";
import { dayMs, parseClock, parseDays } from "./iso-time.ts";
import type { ScalarCodec } from "./scalar-codec.ts";

const expected = "a DateTime (ISO 8601 text with an offset, or integer milliseconds since 1970; years 0000 to 9999)";
/** 0000-01-01T00:00:00.000Z and 9999-12-31T23:59:59.999Z: what ISO 8601 writes with four digits of a year. */
const earliestMs = -62_167_219_200_000;
const latestMs = 253_402_300_799_999;

/** DateTime: milliseconds since the Unix epoch. As a text of its own, digits alone are milliseconds too. */
export const dateTimeScalar: ScalarCodec<number> = {
  parseJson: (value) => {
    const ms = typeof value === "string" ? parseIso(value) : typeof value === "number" ? value : Number.NaN;
    return isInRange(ms) ? ms + 0 : reject(expected, value);
  },
  parseText: (text) => {
    const ms = /^-?\d+$/.test(text) ? Number(text) : parseIso(text);
    return isInRange(ms) ? ms + 0 : reject(expected, text);
  },
  formatText: (value) => new Date(value).toISOString(),
  compare: (left, right) => left - right,
  keyOf: (value) => value,
};

function parseIso(text: string): number {
  const mark = text.charCodeAt(10);
  if (mark !== 0x54 && mark !== 0x74) return Number.NaN;
  return parseDays(text) * dayMs + parseClock(text, 11);
}

function isInRange(ms: number): boolean {
  return Number.isInteger(ms) && ms >= earliestMs && ms <= latestMs;
}
