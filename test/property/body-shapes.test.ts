import fc from "fast-check";
import { expect, test } from "vitest";
import { BodyShapes } from "../../src/transport/body-shapes.ts";

const names = fc.constantFrom("query", "operationName", "variables", "extensions", "__proto__", 'vari\\"ables', "");
const space = fc.constantFrom("", "", "", " ", "\n");
const text = fc.constantFrom(
  "",
  "{ a }",
  'x"variables":{}',
  "{",
  "}",
  '"',
  "\\",
  '\\"',
  "ö",
  "\ud800",
  '{"variables":{"a":1}}',
);
const scalar = fc.oneof(fc.constantFrom<unknown>(null, 0, -0, 1, true, {}, [], { a: 1 }, { variables: {} }), text);
const value: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: scalar.map((of) => JSON.stringify(of)) },
  { weight: 4, arbitrary: fc.dictionary(names, scalar, { maxKeys: 3 }).map((of) => JSON.stringify(of)) },
  // What is no JSON, or more than one value.
  {
    weight: 1,
    arbitrary: fc.constantFrom('{"a":1},"query":"b","variables":{}', "{", "{}}", "{a:1}", "{} {}", '{"a":"}', "tru"),
  },
);

const member = fc.tuple(names, space, value).map(([name, blank, of]) => [`"${name}":${blank}`, of] as const);
const usual = fc.tuple(
  text.map((of) => [`"query":`, JSON.stringify(of)] as const),
  value.map((of) => [`"variables":`, of] as const),
);
/** Usual ones, and what may stand between them. */
const members = fc
  .tuple(usual, fc.array(member, { maxLength: 2 }))
  .chain(([first, more]) => fc.shuffledSubarray([...first, ...more], { minLength: 1 }));

function print(all: ReadonlyArray<readonly [string, string]>): string {
  return `{${all.map(([name, of]) => `${name}${of}`).join(",")}}`;
}

function parse(body: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(body) };
  } catch {
    return undefined;
  }
}

/** With the order of members, and own ones named `__proto__`. */
function describe(of: unknown): string {
  return JSON.stringify(of, (_name, part) =>
    Object.is(part, -0)
      ? "-0"
      : typeof part === "object" && part !== null && !Array.isArray(part)
        ? Object.entries(part).sort()
        : part,
  );
}

/** A body, and others that differ from it in the values of some members. */
const alike = members.chain((all) =>
  fc.tuple(fc.constant(all), fc.array(fc.tuple(fc.nat(all.length - 1), value), { minLength: 1, maxLength: 3 })),
);

test("a body whose like was read is read as JSON is parsed, or not at all", () => {
  let known = 0;
  fc.assert(
    fc.property(fc.array(alike, { minLength: 1, maxLength: 4 }), (bodies) => {
      const shapes = new BodyShapes();
      for (const [all, changes] of bodies) {
        const others = changes.map(([at, of]) =>
          all.map((one, place) => (place === at ? ([one[0], of] as const) : one)),
        );
        for (const body of [all, ...others, all].map(print)) {
          const read = shapes.read(body);
          const parsed = parse(body);
          if (read !== undefined) {
            known += 1;
            expect(parsed).toBeDefined();
            expect(describe(read)).toBe(describe(parsed?.value));
          }
          if (parsed !== undefined) shapes.learn(body, parsed.value);
        }
      }
    }),
    { numRuns: 3_000 },
  );
  expect(known).toBeGreaterThan(100);
});
