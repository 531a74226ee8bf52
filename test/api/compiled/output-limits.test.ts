import { describe, expect, test } from "vitest";
import { defaultApiLimits } from "../../../src/api/limits.ts";
import type { FieldValue } from "../../../src/decode/row-batch.ts";
import { defineView } from "../../support/view-definitions.ts";
import { createTestRunner, interpret, printOutcome } from "./kit/both-ways.ts";
import { createModelWorld } from "./kit/model-world.ts";

/** One entity with one field `f`, beside embedded types to use. */
function openField(type: string, value: FieldValue) {
  const definition = defineView({
    fields: { f: type },
    enums: { Mood: ["GLAD", "SAD"] },
    embedded: { Part: { a: "String", n: "Int!" }, Tree: { label: "String", next: "Tree" } },
  });
  const world = createModelWorld([definition]);
  world.view("Order").put("k", ["k", value]);
  return world;
}

const part = (a: string | null, n: number): FieldValue => ({ values: [a, n] });

/** The least `maxOutputBytes` or `maxOutputFields` with which it passes. */
function findLeast(passes: (limit: number) => boolean): number {
  let limit = 0;
  while (!passes(limit)) limit += 1;
  return limit;
}

describe.each([
  ["ID", "ä", "f"],
  ["String", 'quoted"', "f"],
  ["String", null, "f"],
  ["Int", -7, "f"],
  ["Int", null, "f"],
  ["Float", 0.1, "f"],
  ["Boolean", true, "f"],
  ["DateTime", 0, "f"],
  ["DateTime", null, "f"],
  ["Date", "2026-01-31", "f"],
  ["Time", "12:00:00.000Z", "f"],
  ["BigInt", 7n, "f"],
  ["BigInt", 10n ** 30n, "f"],
  ["BigInt", null, "f"],
  ["Decimal", "12.5", "f"],
  ["UUID", "123e4567-e89b-12d3-a456-426614174000", "f"],
  ["Bytes", "AAAA", "f"],
  ["Mood", "SAD", "f"],
  ["Mood", null, "f"],
  ["Part", part("x", 1), "f { a n }"],
  ["Part", null, "f { a n }"],
  ["Tree", { values: ["x", { values: [null, null] }] }, "f { label next { label } }"],
  ["[Part!]", [part("x", 1), part(null, 2)], "f { n }"],
  ["[[Part]]", [[part("x", 1), null], null], "f { n b: a }"],
])("the output limits of %s, %s, as %s", (type, value, selection) => {
  const world = openField(type, value as FieldValue);
  const request = { query: `{ order(id: "k") { ${selection} } }` };

  test.each(["maxOutputBytes", "maxOutputFields", "maxOutputEntities"] as const)(
    "are graphql-js's to the last: %s",
    (limit) => {
      const least = findLeast((value) => !interpret(world, request, { [limit]: value }).includes("QUERY_TOO_COSTLY"));
      const runner = createTestRunner(world);
      const kindAt = (value: number) => {
        const outcome = runner.run(request, () => world.context({ ...defaultApiLimits, [limit]: value }));
        expect(printOutcome(outcome)).toBe(interpret(world, request, { [limit]: value }));
        return outcome.kind;
      };
      kindAt(least);
      expect([kindAt(least), kindAt(least - 1)]).toEqual(["bytes", "result"]);
    },
  );
});
