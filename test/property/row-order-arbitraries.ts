import fc from "fast-check";
import type { FieldValue } from "../../src/decode/row-batch.ts";
import type { FieldType, ScalarName } from "../../src/mapping/view-definition.ts";
import { OrderRows } from "../view/order/kit/order-rows.ts";
import { scalarValues, text } from "./decode-arbitraries.ts";

/** A type with values of it that stand close together, so that equal ones and near ones meet. */
interface TypedValues {
  readonly type: FieldType;
  readonly value: fc.Arbitrary<FieldValue>;
}

/** Texts that share starts, are starts of each other, and differ late. */
export const relatedText = fc.oneof(
  fc
    .tuple(fc.constantFrom("", "a", "order-", "order-0000", `${"x".repeat(70)}-`, "é😀"), fc.nat({ max: 1_100 }))
    .map(([start, number]) => `${start}${number}`),
  fc.tuple(fc.constantFrom("ab", "é", "\u0000"), fc.nat({ max: 40 })).map(([part, times]) => part.repeat(times)),
  fc.uuid(),
  text,
);

const texts: readonly ScalarName[] = ["ID", "String"];
const scalars = Object.keys(scalarValues) as ScalarName[]; // of a record by scalar

const typedScalar = fc.constantFrom(...scalars).map((scalar): TypedValues => {
  const any = scalarValues[scalar].map(({ value }) => value);
  return {
    type: { kind: "scalar", scalar, nullable: true },
    value: texts.includes(scalar) ? fc.oneof(relatedText, any) : fc.oneof(nearNumbers(scalar) ?? any, any),
  };
});

function nearNumbers(scalar: ScalarName): fc.Arbitrary<FieldValue> | undefined {
  const small = fc.integer({ min: -30, max: 30 });
  switch (scalar) {
    case "Int":
    case "DateTime":
      return small;
    case "Float":
      return small.map((number) => number / 8);
    case "BigInt":
      return fc.oneof(
        small.map(BigInt),
        small.map((number) => 10n ** 30n + BigInt(number)),
      );
    case "Decimal":
      return small.map((number) => String(number / 4));
    default:
      return undefined;
  }
}

const enumValues = ["SHIPPED", "PAID", "NEW", "DELIVERED"];

const typedEnum: TypedValues = {
  type: {
    kind: "enum",
    definition: {
      name: "Status",
      description: undefined,
      values: enumValues.map((name) => ({ name, description: undefined, deprecationReason: undefined })),
    },
    nullable: true,
  },
  value: fc.constantFrom(...enumValues),
};

/** Rows of one type: values from a few or from many, some null, slots in any order and with gaps. */
export interface GeneratedRows {
  readonly rows: OrderRows;
  readonly value: fc.Arbitrary<FieldValue>;
}

export function generatedRows({ maxRows }: { readonly maxRows: number }): fc.Arbitrary<GeneratedRows> {
  return fc
    .oneof({ weight: 12, arbitrary: typedScalar }, { weight: 1, arbitrary: fc.constant(typedEnum) })
    .chain(({ type, value }) =>
      fc
        .record({
          keys: fc.uniqueArray(relatedText, { maxLength: maxRows, size: "max" }),
          pool: fc.array(value, { minLength: 1, maxLength: 60, size: "max" }),
          places: fc.array(fc.nat({ max: 63 }), { minLength: 1, maxLength: 97, size: "max" }),
          slotStep: fc.constantFrom(1, 7, 40),
          turn: fc.constantFrom(1, 3, 11),
        })
        .map(({ keys, pool, places, slotStep, turn }) => {
          const rows = new OrderRows(type);
          for (const [at, key] of keys.entries()) {
            // Neither ascending nor descending, and each another: modulo a prime above the number of rows.
            const slot = (((at + 1) * turn * 337) % (maxRows < 1_009 ? 1_009 : 10_007)) * slotStep;
            rows.set(slot, key, pool[places[at % places.length] ?? 0] ?? null);
          }
          return { rows, value };
        }),
    );
}

/** A value that is there, or one that need not be. */
export function boundOf(value: fc.Arbitrary<FieldValue>, rows: OrderRows): fc.Arbitrary<FieldValue> {
  const held = rows.slots.map((slot) => rows.valueOf(slot)).filter((each) => each !== null);
  return held.length === 0 ? value : fc.oneof(fc.constantFrom(...held), value);
}

/** A key that is there, or one that need not be, or a text that no row can hold. */
export function keyBoundOf(rows: OrderRows): fc.Arbitrary<string> {
  const held = rows.slots.map((slot) => rows.keyOf(slot));
  const other = fc.oneof(relatedText, fc.string({ unit: "binary" }), loneSurrogate);
  return held.length === 0 ? other : fc.oneof(fc.constantFrom(...held), other);
}

const loneSurrogate = fc
  .tuple(text, fc.integer({ min: 0xd800, max: 0xdfff }), text)
  .map(([start, unit, end]) => `${start}${String.fromCharCode(unit)}${end}`);
