import { expect, test } from "vitest";
import { makeTextParser } from "../../src/decode/field-codec.ts";
import { scalarType } from "../support/view-definitions.ts";

test("a JSON field from a header whose text is null is null, not a boxed null", () => {
  expect(makeTextParser(scalarType("JSON"))("null")).toBeNull();
  expect(makeTextParser(scalarType("JSON"))('{"a":1}')).toEqual({ json: { a: 1 } });
});
