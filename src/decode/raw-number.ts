declare const rawNumberBrand: unique symbol;

/**
 * A number of a JSON text that a double cannot hold exactly, as V8's `JSON.rawJSON` object: `JSON.stringify` prints
 * the text that it came with.
 */
export interface RawNumber {
  readonly [rawNumberBrand]: true;
}

// TypeScript's es2024 library does not declare these two (ECMA-262 proposal "JSON.parse source text access").
const json = JSON as unknown as {
  rawJSON(text: string): RawNumber & { readonly rawJSON: string };
  isRawJSON(value: unknown): value is { readonly rawJSON: string };
};

/** Boxes the text of a JSON number. The text is copied: nothing of a larger text that it was cut from is kept. */
export function makeRawNumber(text: string): RawNumber {
  return json.rawJSON(Buffer.from(text, "latin1").toString("latin1"));
}

/** The number's text; undefined if `value` is not a raw number. */
export function rawNumberText(value: unknown): string | undefined {
  return typeof value === "object" && value !== null && json.isRawJSON(value) ? value.rawJSON : undefined;
}
