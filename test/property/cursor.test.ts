import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CursorInvalidError, decodeCursor, encodeCursor, makeCursorScope } from "../../src/api/cursor.ts";

const scope = makeCursorScope("Order", "key");
const key = fc.string({ unit: "binary" });

describe("a cursor", () => {
  test("gives its key back, whatever the key", () => {
    fc.assert(
      fc.property(key, (original) => {
        expect(decodeCursor(scope, encodeCursor(scope, original), "after")).toBe(original);
      }),
    );
  });

  test("is refused when one character is another", () => {
    fc.assert(
      fc.property(key, fc.nat(), fc.constantFrom(..."AZaz09-_"), (original, at, character) => {
        const cursor = encodeCursor(scope, original);
        const index = at % cursor.length;
        fc.pre(cursor[index] !== character);
        const changed = cursor.slice(0, index) + character + cursor.slice(index + 1);
        expect(() => decodeCursor(scope, changed, "after")).toThrow(CursorInvalidError);
      }),
    );
  });

  test("is refused with CURSOR_INVALID and nothing else, whatever the text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => {
        expect(() => decodeCursor(scope, text, "after")).toThrow(CursorInvalidError);
      }),
    );
  });
});
