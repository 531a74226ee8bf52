import { compareText } from "../base/text-order.ts";
import { canonicalDecimal, decimalOfNumber } from "./decimal-text.ts";
import { rawNumberText } from "./raw-number.ts";

/**
 * One text for all JSON texts of equal value: members sorted by code point, no white space, numbers as plain decimals.
 * `value` is one of `parseJsonText`, checked to hold only finite numbers. Numbers of more than 1,000 digits keep
 * the text that they came with.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === "number") return decimalOfNumber(value) ?? String(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const digits = rawNumberText(value);
  if (digits !== undefined) return canonicalDecimal(digits) ?? digits;
  const members = Object.entries(value).sort(([left], [right]) => compareText(left, right));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(",")}}`;
}
