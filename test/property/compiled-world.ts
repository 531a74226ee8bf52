import fc from "fast-check";
import { makeKeyText } from "../../src/decode/key-text.ts";
import { makeRawNumber } from "../../src/decode/raw-number.ts";
import type { FieldValue } from "../../src/decode/row-batch.ts";
import { printFieldType } from "../../src/mapping/field-types.ts";
import type {
  EmbeddedDefinition,
  EnumDefinition,
  FieldDefinition,
  FieldType,
  ScalarName,
  ViewDefinition,
} from "../../src/mapping/view-definition.ts";
import { scalarValues } from "./decode-arbitraries.ts";

/** Two views that join each other in every way, with entities. */
export interface GeneratedWorld {
  readonly definitions: readonly ViewDefinition[];
  readonly entities: readonly GeneratedEntity[];
}

export interface GeneratedEntity {
  readonly view: string;
  readonly key: string;
  /** In the order of the definition's fields; null: deleted. */
  readonly values: readonly FieldValue[] | null;
}

const text = fc.oneof(fc.string({ unit: "binary", maxLength: 8 }), fc.string({ unit: "grapheme", maxLength: 60 }));

/** Raw numbers are those that decoders make: numbers that a double cannot hold. */
const jsonValue: fc.Arbitrary<FieldValue> = fc.oneof(
  scalarValues.JSON.map(({ value }) => value),
  fc.constantFrom("12345678901234567890", "1e-400", "0.12345678901234567890").map((digits) => ({
    json: { n: [makeRawNumber(digits), "x,[{", { m: makeRawNumber(digits) }] },
  })),
);

const values: Readonly<Record<ScalarName, fc.Arbitrary<FieldValue>>> = {
  ...(Object.fromEntries(
    Object.entries(scalarValues).map(([name, arbitrary]) => [name, arbitrary.map(({ value }) => value)]),
  ) as Record<ScalarName, fc.Arbitrary<FieldValue>>), // the same names
  ID: text,
  String: text,
  Float: fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    fc.integer({ min: -1_000_000, max: 1_000_000 }).map((hundredths) => hundredths / 100 + 0),
  ),
  JSON: jsonValue,
};

const scalarNames = Object.keys(scalarValues) as ScalarName[]; // as it is declared
const keyScalars: readonly ScalarName[] = ["ID", "String", "Int", "BigInt", "UUID", "Bytes"];

const mood: EnumDefinition = {
  name: "Mood",
  description: undefined,
  values: ["GLAD", "SAD", "None"].map((name) => ({ name, description: undefined, deprecationReason: undefined })),
};

const scalarType: fc.Arbitrary<FieldType> = fc.record({
  kind: fc.constant("scalar" as const),
  scalar: fc.constantFrom(...scalarNames),
  nullable: fc.boolean(),
});

const leafType: fc.Arbitrary<FieldType> = fc.oneof(
  { weight: 5, arbitrary: scalarType },
  { weight: 1, arbitrary: fc.boolean().map((nullable): FieldType => ({ kind: "enum", definition: mood, nullable })) },
);

/** Types around these ones: themselves, nullable or not, and lists of them. */
function withLists(type: fc.Arbitrary<FieldType>): fc.Arbitrary<FieldType> {
  const listOf = (element: FieldType, nullable: boolean): FieldType => ({ kind: "list", element, nullable });
  return fc.oneof(
    { weight: 4, arbitrary: type },
    { weight: 2, arbitrary: fc.tuple(type, fc.boolean()).map(([element, nullable]) => listOf(element, nullable)) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(type, fc.boolean(), fc.boolean())
        .map(([element, inner, outer]) => listOf(listOf(element, inner), outer)),
    },
  );
}

/** Scalars, enums, and lists of them. */
export const plainType: fc.Arbitrary<FieldType> = withLists(leafType);

function embeddedType(definition: EmbeddedDefinition): fc.Arbitrary<FieldType> {
  return fc.boolean().map((nullable): FieldType => ({ kind: "embedded", definition, nullable }));
}

function makeFields(prefix: string, types: readonly FieldType[]): FieldDefinition[] {
  return types.map((type, at) => makeField(`${prefix}${at}`, type));
}

function makeField(name: string, type: FieldType): FieldDefinition {
  const source = { from: "value" as const, path: [name] };
  return { name, description: undefined, deprecationReason: undefined, type, source, isIndexed: false };
}

interface Embedded {
  readonly inner: EmbeddedDefinition;
  readonly outer: EmbeddedDefinition;
  readonly tree: EmbeddedDefinition;
}

/** A flat one, one that holds it in every way, and one that holds itself. */
const embedded: fc.Arbitrary<Embedded> = fc
  .array(withLists(leafType), { minLength: 1, maxLength: 4 })
  .chain((types) => {
    const inner: EmbeddedDefinition = { name: "Inner", description: undefined, fields: makeFields("i", types) };
    const tree: { readonly name: string; readonly description: undefined; fields: readonly FieldDefinition[] } = {
      name: "Tree",
      description: undefined,
      fields: [],
    };
    const self: FieldType = { kind: "embedded", definition: tree, nullable: true };
    tree.fields = [
      makeField("label", { kind: "scalar", scalar: "String", nullable: true }),
      makeField("next", self),
      makeField("branches", { kind: "list", element: self, nullable: true }),
    ];
    return fc
      .array(fc.oneof(leafType, withLists(embeddedType(inner))), { minLength: 1, maxLength: 4 })
      .map((outerTypes) => ({
        inner,
        tree,
        outer: { name: "Outer", description: undefined, fields: makeFields("o", outerTypes) },
      }));
  });

/** Values of a type; null now and then where it may be. */
export function valuesOf(type: FieldType, depth = 0): fc.Arbitrary<FieldValue> {
  const some = someValuesOf(type, depth);
  return type.nullable ? fc.option(some, { freq: depth > 3 ? 1 : 3 }) : some;
}

function someValuesOf(type: FieldType, depth: number): fc.Arbitrary<FieldValue> {
  switch (type.kind) {
    case "scalar":
      return values[type.scalar];
    case "enum":
      return fc.constantFrom(...type.definition.values.map(({ name }) => name));
    case "list":
      return fc.array(valuesOf(type.element, depth + 1), { maxLength: depth > 2 ? 1 : 3 });
    case "embedded": {
      const { fields, name } = type.definition;
      const members = fields.map((field) =>
        name === "Tree" && depth > 3 ? fc.constant(null) : valuesOf(field.type, depth + 1),
      );
      return fc.tuple(...members).map((parts): FieldValue => ({ values: parts }));
    }
  }
}

interface Shape {
  readonly key: FieldType;
  readonly types: readonly FieldType[];
}

const keyType: fc.Arbitrary<FieldType> = fc
  .constantFrom(...keyScalars)
  .map((scalar): FieldType => ({ kind: "scalar", scalar, nullable: false }));

function shapeOf({ inner, outer, tree }: Embedded): fc.Arbitrary<Shape> {
  const any = fc.oneof(
    { weight: 4, arbitrary: withLists(leafType) },
    { weight: 3, arbitrary: withLists(fc.oneof(embeddedType(inner), embeddedType(outer))) },
    { weight: 1, arbitrary: embeddedType(tree) },
  );
  return fc.record({ key: keyType, types: fc.array(any, { minLength: 2, maxLength: 7 }) });
}

function makeDefinitions(alpha: Shape, beta: Shape): readonly ViewDefinition[] {
  const nullableKey = (shape: Shape): FieldType => ({ ...shape.key, nullable: true });
  return [
    makeDefinition("Alpha", alpha, {
      locals: [makeField("betaKey", nullableKey(beta))],
      joins: [
        { ...joinFacts("beta", "Beta"), kind: "toOne", localField: "betaKey" },
        { ...joinFacts("children", "Beta"), kind: "toMany", foreignField: "alphaKey" },
      ],
      joinedFields: [],
    }),
    makeDefinition("Beta", beta, {
      locals: [makeField("alphaKey", nullableKey(alpha)), makeField("peerKey", nullableKey(beta))],
      joins: [
        { ...joinFacts("alpha", "Alpha"), kind: "toOne", localField: "alphaKey" },
        { ...joinFacts("peer", "Beta"), kind: "toOne", localField: "peerKey" },
        { ...joinFacts("followers", "Beta"), kind: "toMany", foreignField: "peerKey" },
      ],
      joinedFields: ["alphaKey", "peerKey"],
    }),
  ];
}

function joinFacts(name: string, target: string) {
  return { name, target, description: undefined, deprecationReason: undefined };
}

function makeDefinition(
  name: string,
  { key, types }: Shape,
  {
    locals,
    joins,
    joinedFields,
  }: Pick<ViewDefinition, "joins" | "joinedFields"> & { readonly locals: FieldDefinition[] },
): ViewDefinition {
  const keyField: FieldDefinition = { ...makeField("id", key), source: { from: "key", path: undefined } };
  const fields = [...makeFields("f", types), keyField, ...locals];
  return {
    name,
    description: undefined,
    topic: name.toLowerCase(),
    keyFormat: "STRING",
    onBadRecord: "QUARANTINE",
    isolation: "READ_COMMITTED",
    keyField: "id",
    fields,
    joins,
    joinedFields,
    fieldOrder: [...fields, ...joins].map((field) => field.name),
    singular: name.toLowerCase(),
    plural: `${name.toLowerCase()}s`,
    mappingHash: "0",
  };
}

/** A few keys of each view, so that joins and look-ups meet. */
interface Keys {
  readonly Alpha: readonly FieldValue[];
  readonly Beta: readonly FieldValue[];
}

function keysOf({ key }: Shape): fc.Arbitrary<readonly FieldValue[]> {
  return fc.uniqueArray(valuesOf(key), { minLength: 2, maxLength: 6, selector: makeKeyText(key) });
}

function entityOf(definition: ViewDefinition, keys: Keys): fc.Arbitrary<GeneratedEntity> {
  const own = definition.name === "Alpha" ? keys.Alpha : keys.Beta;
  const toText = makeKeyText(definition.fields.find(({ name }) => name === "id")?.type as FieldType); // it has a key
  return fc.constantFrom(...own).chain((key) => {
    const parts = definition.fields.map(({ name, type }): fc.Arbitrary<FieldValue> => {
      if (name === "id") return fc.constant(key);
      if (name === "alphaKey") return fc.option(fc.constantFrom(...keys.Alpha), { freq: 4 });
      if (name === "betaKey" || name === "peerKey") return fc.option(fc.constantFrom(...keys.Beta), { freq: 4 });
      return valuesOf(type);
    });
    return fc
      .option(fc.tuple(...parts), { freq: 6 })
      .map((entity): GeneratedEntity => ({ view: definition.name, key: toText(key), values: entity }));
  });
}

/** Worlds of two views. */
export const generatedWorld: fc.Arbitrary<GeneratedWorld> = embedded
  .chain((types) => fc.tuple(shapeOf(types), shapeOf(types)))
  .chain(([alpha, beta]) => {
    const definitions = makeDefinitions(alpha, beta);
    return fc.record({ Alpha: keysOf(alpha), Beta: keysOf(beta) }).chain((keys) =>
      fc
        .array(fc.oneof(...definitions.map((definition) => entityOf(definition, keys))), {
          minLength: 2,
          maxLength: 18,
          size: "max",
        })
        .map((entities) => describable({ definitions, entities })),
    );
  });

/** Counter-examples are read by people. */
function describable(world: GeneratedWorld): GeneratedWorld {
  const describe = () => {
    const types = world.definitions.map(
      ({ name, fields }) =>
        `${name} { ${fields.map((field) => `${field.name}: ${printFieldType(field.type)}`).join(" ")} }`,
    );
    return `${types.join(" ")} ${fc.stringify(world.entities)}`;
  };
  return { ...world, [fc.toStringMethod]: describe } as GeneratedWorld; // with a method more
}
