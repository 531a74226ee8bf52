import { describe, expect, test } from "vitest";
import { parseJsonText } from "../../../src/decode/json-text.ts";
import { scalarCodecs } from "../../../src/decode/scalars/scalar-codecs.ts";
import type { ScalarName } from "../../../src/mapping/view-definition.ts";

/** What one scalar takes and refuses. `bad*` give what the message says was found. */
export interface ScalarTable {
  readonly expected: string;
  /** JSON text → value. */
  readonly good: ReadonlyArray<readonly [json: string, value: unknown]>;
  readonly bad: ReadonlyArray<readonly [json: string, found: string]>;
  /** A text of its own (header, key) → value. */
  readonly goodText: ReadonlyArray<readonly [text: string, value: unknown]>;
  readonly badText: readonly string[];
}

/** A test for each line of the table, with exact messages. */
export function describeScalar(name: ScalarName, { expected, good, bad, goodText, badText }: ScalarTable): void {
  const { parseJson, parseText } = scalarCodecs[name];

  describe(`${name} from JSON`, () => {
    test.each(good)("reads %s", (json, value) => {
      expect(parseJson(parseJsonText(json, { isExact: true }))).toStrictEqual(value);
    });

    test.each(bad)("refuses %s", (json, found) => {
      const parse = () => parseJson(parseJsonText(json, { isExact: true }));
      expect(messageOf(parse)).toBe(`Expected ${expected}, found ${found}.`);
    });
  });

  describe(`${name} from text`, () => {
    test.each(goodText)("reads %s", (text, value) => {
      expect(parseText(text)).toStrictEqual(value);
    });

    test.each(badText)("refuses %j", (text) => {
      expect(messageOf(() => parseText(text))).toBe(`Expected ${expected}, found the text ${JSON.stringify(text)}.`);
    });
  });
}

/** Message of what `act` throws. */
export function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "nothing was thrown";
}
