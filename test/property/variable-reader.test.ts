import fc from "fast-check";
import { buildSchema, getOperationAST, parse } from "graphql";
import { expect, test } from "vitest";
import { makeVariableReader, readVariables } from "../../src/api/compiled/variable-reader.ts";

const schema = buildSchema("enum E { A B }\ninput I { n: Int! }\ntype Query { a: Int }");

const types = fc
  .tuple(
    fc.constantFrom("ID", "String", "Int", "Float", "Boolean", "E", "I", "[ID!]"),
    fc.constantFrom("", "!"),
    fc.constantFrom("", "", " = null"),
  )
  .map(([name, bang, value]) => `${name}${bang}${bang === "" ? value : ""}`);

/** Of every kind, near to the borders of what coercion takes. */
const values: fc.Arbitrary<unknown> = fc.oneof(
  fc.string({ maxLength: 3 }),
  fc.constantFrom("1", "A", true, false, null, undefined, 0, -0, 1.5, 2 ** 31, -(2 ** 31), Number.NaN, Infinity, 1e300),
  fc.integer(),
  fc.constantFrom<unknown>([], ["a", 1], {}, { n: 1 }),
);

const names = fc.constantFrom("a", "b", "c", "__proto__", "toString");

test("a variable reader gives what graphql-js gives, values and errors", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(names, types), { selector: ([name]) => name, maxLength: 4 }),
      fc.array(fc.tuple(names, values), { maxLength: 5 }),
      (declared, entries) => {
        const definitions = declared.map(([name, type]) => `$${name}: ${type}`).join(" ");
        const document = parse(`query${definitions === "" ? "" : `(${definitions})`} { a }`);
        const operation = getOperationAST(document);
        if (operation === null || operation === undefined) throw new Error("no operation");
        const given = Object.fromEntries(entries);
        const print = ({ coerced, errors }: ReturnType<typeof readVariables>) => ({
          coerced: coerced === undefined ? undefined : Object.entries(coerced),
          errors: errors?.map(({ message }) => message),
        });
        const read = makeVariableReader(schema, operation);
        expect(print(read(given))).toEqual(print(readVariables(schema, operation, given)));
      },
    ),
    { numRuns: 2_000 },
  );
});
