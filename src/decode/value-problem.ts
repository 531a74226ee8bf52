import { TailwaterError } from "../base/errors.ts";
import { rawNumberText } from "./raw-number.ts";

const excerptLength = 40;

/**
 * A value of a record is not what the mapping says: "Expected an Int at value.lines[2].quantity, found the text "x"."
 * Thrown by parsers without a place; on its way out every level adds its own part with `rethrowUnder`.
 */
export class ValueProblem extends TailwaterError {
  readonly #expected: string;
  readonly #found: string;
  #place = "";

  constructor({ expected, found }: { readonly expected: string; readonly found: string }) {
    super({ code: "RECORD_UNDECODABLE", message: `Expected ${expected}, found ${found}.` });
    this.#expected = expected;
    this.#found = found;
  }

  /** Puts `place` before the place known so far. Changes this error: a new one for each level, with its stack, is slow. */
  addPlace(place: string): void {
    this.#place = `${place}${this.#place}`;
    this.message = `Expected ${this.#expected} at ${this.#place}, found ${this.#found}.`;
  }
}

/** Rethrows an error; one that is a `ValueProblem` then says that it lies under `place`. */
export function rethrowUnder(error: unknown, place: string): never {
  if (error instanceof ValueProblem) error.addPlace(place);
  throw error;
}

/** Throws the `ValueProblem` of a value that is not what was expected. */
export function reject(expected: string, found: unknown): never {
  throw new ValueProblem({ expected, found: describeValue(found) });
}

/** A value of a parsed JSON text in words, quoting at most 40 characters of it. */
export function describeValue(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return `the text ${quote(value)}`;
  if (typeof value === "number") {
    return Number.isFinite(value) ? `the number ${value}` : "a number beyond the range of a double";
  }
  const digits = rawNumberText(value);
  if (digits !== undefined) return `the number ${excerpt(digits)}`;
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}

/** A member's place inside its object: `.name`, or `["a.b"]` where the name alone would mislead. */
export function memberPlace(name: string): string {
  return /^\w+$/.test(name) ? `.${name}` : `[${quote(name)}]`;
}

function quote(text: string): string {
  return JSON.stringify(excerpt(text));
}

function excerpt(text: string): string {
  return text.length <= excerptLength ? text : `${text.slice(0, excerptLength)}…`;
}
