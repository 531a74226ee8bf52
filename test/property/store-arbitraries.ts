import fc from "fast-check";
import type { FieldValue } from "../../src/decode/row-batch.ts";
import type { FieldType, ScalarName, ViewDefinition } from "../../src/mapping/view-definition.ts";
import { defineView, type FieldText } from "../support/view-definitions.ts";
import { scalarValues } from "./decode-arbitraries.ts";

/** What is done to a store and to its model. `pick` chooses among what there is at the moment. */
export type StoreStep =
  | {
      readonly kind: "batch";
      readonly partition: number;
      /** So many offsets of what was delivered before come again. */
      readonly back: number;
      readonly rows: readonly StepRow[];
      /** Offsets without a record after the rows. */
      readonly hole: number;
      /** A decoder with another dictionary. */
      readonly hasNewDecoder: boolean;
      /** Applied so many rows at a time. */
      readonly sliceRows: number;
    }
  | { readonly kind: "build" }
  | { readonly kind: "maintain" }
  | { readonly kind: "expire"; readonly partition: number; readonly offsets: number }
  | { readonly kind: "wait"; readonly ms: number };

export interface StepRow {
  readonly key: string;
  readonly recordKey: string;
  readonly timestamp: number;
  /** Null deletes. */
  readonly values: readonly FieldValue[] | null;
}

export interface StoreCase {
  readonly definition: ViewDefinition;
  readonly steps: readonly StoreStep[];
}

export const casePartitions = [0, 1, 2] as const;
/** Short ones, ones that need two and four bytes a character, and ones whose length needs two bytes. */
export const caseKeys = [
  "",
  "a",
  "b",
  "ab",
  "é",
  "\u{1F600}",
  "\uFF5E",
  '"',
  "x".repeat(127),
  "x".repeat(128),
  "x".repeat(300),
];

const scalars = Object.keys(scalarValues) as ScalarName[]; // of a record by scalar
const manyValues = Array.from({ length: 300 }, (_, at) => `V${at}`);

const fieldType = fc
  .tuple(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom<string>(...scalars) },
      { weight: 3, arbitrary: fc.constantFrom("Status", "Many", "Place", "[Int]", "[Place!]", "Tree") },
    ),
    fc.boolean(),
  )
  .map(([name, isNullable]) => (isNullable ? name : `${name}!`));

const definition = fc
  .record({
    types: fc.array(fieldType, { maxLength: 7 }),
    indexed: fc.nat({ max: 6 }),
    joined: fc.nat({ max: 6 }),
    hasRecordKey: fc.boolean(),
    isKeyIndexed: fc.boolean(),
  })
  .map(({ types, indexed, joined, hasRecordKey, isKeyIndexed }): ViewDefinition => {
    const fields: Record<string, FieldText> = {};
    for (const [at, type] of types.entries()) {
      fields[`f${at}`] = { type, isIndexed: at % 7 === indexed && isIndexable(type) };
    }
    const view = defineView({
      keyPath: hasRecordKey ? ["id"] : undefined,
      enums: { Status: ["NEW", "PAID", "SHIPPED"], Many: manyValues },
      embedded: {
        Place: { city: "String", zip: "Int!", at: "DateTime", status: "Status", inner: "Inner" },
        Inner: { amount: "Decimal!", isOpen: "Boolean" },
        Tree: { name: "String!", child: "Tree" },
      },
      fields,
    });
    const isJoined = isIndexable(types[joined] ?? "[Int]");
    const [key, ...others] = view.fields;
    const keys = key === undefined ? [] : [{ ...key, isIndexed: isKeyIndexed }];
    return { ...view, fields: [...keys, ...others], joinedFields: isJoined ? [`f${joined}`] : [] };
  });

function isIndexable(type: string): boolean {
  return !/^(\[|Place|Tree)/.test(type);
}

/** Values of a type: often the same few, so that they are equal to others, repeat in dictionaries, and change to what they were. */
function valuesOf(type: FieldType, depth = 0): fc.Arbitrary<FieldValue> {
  const some = nonNullValuesOf(type, depth);
  return type.nullable ? fc.option(some, { freq: 4 }) : some;
}

function nonNullValuesOf(type: FieldType, depth: number): fc.Arbitrary<FieldValue> {
  switch (type.kind) {
    case "scalar":
      return scalarOf(type.scalar);
    case "enum":
      return fc.constantFrom(...type.definition.values.map(({ name }) => name));
    case "list":
      return fc.array(valuesOf(type.element, depth + 1), { maxLength: 2 });
    case "embedded": {
      const members = type.definition.fields.map((field) =>
        depth > 2 && field.type.nullable ? fc.constant(null) : valuesOf(field.type, depth + 1),
      );
      return fc.tuple(...members).map((values) => ({ values }));
    }
  }
}

function scalarOf(scalar: ScalarName): fc.Arbitrary<FieldValue> {
  const any = scalarValues[scalar].map(({ value }) => value);
  if (scalar !== "String" && scalar !== "ID") return any;
  const few = fc.constantFrom("x", "y", "", 'a "quoted" one', "z".repeat(63), "long ".repeat(40));
  return fc.oneof({ weight: 3, arbitrary: few }, { weight: 1, arbitrary: any });
}

function stepsOf({ fields }: ViewDefinition): fc.Arbitrary<StoreStep[]> {
  const partition = fc.constantFrom(...casePartitions);
  const values = fc.tuple(...fields.slice(1).map(({ type }) => valuesOf(type)));
  const row: fc.Arbitrary<StepRow> = fc
    .record({
      key: fc.constantFrom(...caseKeys),
      recordKey: fc.constantFrom('{"id":1}', '{"id":1}', '{"id":1}', '{"id":"1"}'),
      timestamp: fc.integer({ min: 0, max: 5 }),
      values: fc.option(values, { freq: 4 }),
    })
    .map((one) => ({ ...one, values: one.values === null ? null : [one.key, ...one.values] }));
  return fc.array(
    fc.oneof(
      {
        weight: 8,
        arbitrary: fc.record({
          kind: fc.constant("batch" as const),
          partition,
          back: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 4 })),
          rows: fc.array(row, { maxLength: 8 }),
          hole: fc.constantFrom(0, 0, 1, 3),
          hasNewDecoder: fc.constantFrom(false, false, false, true),
          sliceRows: fc.constantFrom(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 1, 3),
        }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("build" as const) }) },
      { weight: 4, arbitrary: fc.record({ kind: fc.constant("maintain" as const) }) },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant("expire" as const), partition, offsets: fc.nat({ max: 12 }) }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 900 }) }) },
    ),
    { maxLength: 25, size: "max" },
  );
}

/** A mapping and what is done to a view of it. */
export const storeCase: fc.Arbitrary<StoreCase> = definition.chain((view) =>
  stepsOf(view).map((steps) => ({ definition: view, steps, [fc.toStringMethod]: () => describeCase(view, steps) })),
);

/** A failing case as people want to see it: definitions are long. */
function describeCase({ fields, joinedFields }: ViewDefinition, steps: readonly StoreStep[]): string {
  const typeOf = (type: FieldType): string => {
    const mark = type.nullable ? "" : "!";
    if (type.kind === "list") return `[${typeOf(type.element)}]${mark}`;
    return (type.kind === "scalar" ? type.scalar : type.definition.name) + mark;
  };
  const types = fields.map(({ name, type, isIndexed }) => `${name}: ${typeOf(type)}${isIndexed ? " @index" : ""}`);
  return `${types.join(", ")} joined: ${joinedFields.join()}\n${steps.map((step) => fc.stringify(step)).join("\n")}`;
}
