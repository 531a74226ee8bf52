import { rawNumberText } from "./raw-number.ts";
import { copyText } from "./strict-text.ts";

/** Longest exact number: digits of its canonical text. Keeps `1e999999999` from becoming a gigabyte. */
export const maxDecimalDigits = 1_000;

const decimal = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;
const plainDecimal = /^(?:0|-?(?:[1-9]\d*(?:\.\d*[1-9])?|0\.\d*[1-9]))$/;

/**
 * The canonical text of a decimal number: no exponent, no `+`, no leading zeros but the one before the point, no
 * trailing zeros after it, no `-0`. Undefined if the text is no decimal number or has more than 1,000 digits.
 */
export function canonicalDecimal(text: string): string | undefined {
  if (text.length <= maxDecimalDigits && plainDecimal.test(text)) return text;
  const match = decimal.exec(text);
  if (match === null) return undefined;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  const digits = `${whole}${fraction}`;
  if (digits === "") return undefined;
  const significant = digits.replace(/^0+/, "");
  if (significant === "") return "0";
  const point = significant.length - fraction.length + Number(exponent);
  if (Math.max(significant.length, Math.abs(point)) > maxDecimalDigits) return undefined;
  const padded = point > 0 ? significant.padEnd(point, "0") : `${"0".repeat(1 - point)}${significant}`;
  const wholeLength = Math.max(point, 1);
  const tail = padded.slice(wholeLength).replace(/0+$/, "");
  const canonical = `${sign === "-" ? "-" : ""}${padded.slice(0, wholeLength)}${tail === "" ? "" : `.${tail}`}`;
  return canonical.length > maxDecimalDigits + 2 ? undefined : copyText(canonical);
}

/** Canonical decimal text of a number of a parsed JSON text, raw or not; undefined for anything else, and if not finite. */
export function decimalOfNumber(value: unknown): string | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? canonicalDecimal(String(value)) : undefined;
  const text = rawNumberText(value);
  return text === undefined ? undefined : canonicalDecimal(text);
}
