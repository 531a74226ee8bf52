import { backslash, closeBrace, closeBracket, openBrace, openBracket, quote } from "../base/json-bytes.ts";
import { canonicalDecimal } from "./decimal-text.ts";
import { makeRawNumber } from "./raw-number.ts";
import { ValueProblem } from "./value-problem.ts";

/** Deepest nesting that is read: enough for any data, little enough for every recursion over it. */
export const maxJsonDepth = 500;

/**
 * Parses a JSON text as `JSON.parse` does (the last of several equal members wins; `__proto__` is a member like others).
 * With `isExact`, numbers that a double cannot hold exactly become raw numbers (`JSON.rawJSON` objects), and nesting is
 * bounded. A number beyond the range of a double is Infinity: parsers refuse it. Throws `ValueProblem` for a text that
 * is not JSON.
 */
export function parseJsonText(text: string, { isExact }: { readonly isExact: boolean }): unknown {
  try {
    if (!isExact) return JSON.parse(text);
    requireBoundedDepth(text);
    return mayHoldInexactNumber(text) ? JSON.parse(text, keepExact as Reviver) : JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new ValueProblem({ expected: "JSON text", found: describeSyntax(error) });
    throw error;
  }
}

type Reviver = (name: string, value: unknown) => unknown;

/** TypeScript's es2024 library does not know the reviver's third argument yet. */
function keepExact(_name: string, value: unknown, context: { readonly source?: string | undefined }): unknown {
  if (typeof value !== "number" || context.source === undefined || !Number.isFinite(value)) return value;
  if (String(value) === context.source) return value;
  const exact = canonicalDecimal(context.source);
  return exact !== undefined && exact === canonicalDecimal(String(value)) ? value : makeRawNumber(context.source);
}

/**
 * False only if every number of the text survives a double unchanged, as the reviver makes parsing ten times slower.
 * Up to 15 significant digits survive unless they are nearly zero, and integers of 16 below 9e15 (2^53 is greater). So
 * only a run of 16 digits and points needs a look, and as such a run covers a 16th place, only these are looked at.
 * Digits inside strings count too: that costs time and nothing else.
 */
function mayHoldInexactNumber(text: string): boolean {
  for (let at = 15; at < text.length; at += 16) {
    if (!isDigitOrPoint(text.charCodeAt(at))) continue;
    let start = at;
    while (start > 0 && isDigitOrPoint(text.charCodeAt(start - 1))) start -= 1;
    let end = at + 1;
    while (end < text.length && isDigitOrPoint(text.charCodeAt(end))) end += 1;
    if (end - start > 16 || (end - start === 16 && (text[start] === "9" || isExponent(text[end])))) return true;
  }
  return nearlyZero.test(text);
}

const nearlyZero = /\d[eE]-\d{3}/;

function isExponent(mark: string | undefined): boolean {
  return mark === "e" || mark === "E";
}

function isDigitOrPoint(unit: number): boolean {
  return (unit >= 0x30 && unit <= 0x39) || unit === 0x2e;
}

/** Looks only at texts that are long enough to be nested so deep. */
function requireBoundedDepth(text: string): void {
  if (text.length <= 2 * maxJsonDepth) return;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === quote) at = endOfString(text, at);
    else if (unit === openBrace || unit === openBracket) depth += 1;
    else if (unit === closeBrace || unit === closeBracket) depth -= 1;
    if (depth > maxJsonDepth) {
      throw new ValueProblem({ expected: `JSON nested at most ${maxJsonDepth} deep`, found: "deeper nesting" });
    }
  }
}

/** Place of the quote that ends the string beginning at `at`; the text's end if it has none. */
function endOfString(text: string, at: number): number {
  for (let next = at + 1; next < text.length; next += 1) {
    const unit = text.charCodeAt(next);
    if (unit === quote) return next;
    if (unit === backslash) next += 1;
  }
  return text.length;
}

/** V8's words without the excerpt of the text, which may be long. */
function describeSyntax(error: SyntaxError): string {
  return `a text that breaks its grammar (${error.message.replace(/, (?:"|\.\.\.)[\s\S]*$/, "")})`;
}
