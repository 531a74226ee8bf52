import fc from "fast-check";
import type {
  EmbeddedDefinition,
  EnumDefinition,
  FieldDefinition,
  FieldSource,
  FieldType,
  KeyFormat,
  ScalarName,
  ViewDefinition,
} from "../../src/mapping/view-definition.ts";
import { defineView } from "../support/view-definitions.ts";
import { scalarValues } from "./decode-arbitraries.ts";
import { type Draw, oneIn, pick } from "./draws.ts";

/** Names that meet in paths, and names that would leave a source or a JSON text which had them in it as they are. */
export const memberNames = [
  ...["a", "b", "c", "id", "aa", "ab", "name", "toString", "__proto__", "constructor", "0", "a b", "ñ", "日本", "😀"],
  ...['a"b', "a\\b", "`" + "$" + "{1}`", "\u2028", "'", "\u0001", "\u0000", "x".repeat(45), 'a":1,"b', "*/", "\ud800"],
];
const scalars = Object.keys(scalarValues) as ScalarName[];
const keyScalars = ["ID", "String", "Int", "BigInt", "UUID", "Boolean", "DateTime", "Decimal", "JSON"] as const;
const keyFormats: readonly KeyFormat[] = ["STRING", "JSON", "INT32", "INT64", "UUID", "BYTES"];
/** The second has more values than a byte has codes. */
const enums: readonly EnumDefinition[] = [
  makeEnum("Colour", ["RED", "REED", "READ", "BLUE", "R"]),
  makeEnum(
    "Place",
    Array.from({ length: 300 }, (_, at) => `P${at}`),
  ),
];

function makeEnum(name: string, values: readonly string[]): EnumDefinition {
  const facts = { description: undefined, deprecationReason: undefined };
  return { name, description: undefined, values: values.map((value) => ({ name: value, ...facts })) };
}

/** A type that holds itself, in both ways that there are. */
const tree = makeTree();

function makeTree(): EmbeddedDefinition {
  const definition = { name: "Tree", description: undefined, fields: [] as readonly FieldDefinition[] };
  const self: FieldType = { kind: "embedded", definition, nullable: true };
  definition.fields = [
    makeField("label", { type: { kind: "scalar", scalar: "String", nullable: true }, path: ["label"] }),
    makeField("next", { type: self, path: ["next"] }),
    makeField("branches", { type: { kind: "list", element: self, nullable: true }, path: ["branches"] }),
  ];
  return definition;
}

function makeField(
  name: string,
  { type, path }: { readonly type: FieldType; readonly path: readonly string[] },
): FieldDefinition {
  const source = { from: "value" as const, path };
  return { name, description: undefined, deprecationReason: undefined, type, source, isIndexed: false };
}

/** Any mapping: every scalar, key format and source, paths that meet, types within types. */
export function drawDefinition(draw: Draw): ViewDefinition {
  const keyFormat = pick(draw, keyFormats);
  const hasPath = keyFormat === "JSON" && oneIn(draw, 3);
  const base = defineView({
    keyFormat,
    key: `${oneIn(draw, 3) ? pick(draw, keyScalars) : "ID"}!`,
    keyPath: hasPath ? ["k"] : undefined,
    onBadRecord: oneIn(draw, 10) ? "HALT" : "QUARANTINE",
  });
  const fields = Array.from({ length: draw(fc.integer, { min: 0, max: 6 }) }, (_, at) => drawField(draw, `f${at}`, 3));
  return { ...base, fields: [...base.fields, ...fields] };
}

function drawField(draw: Draw, name: string, depth: number): FieldDefinition {
  const ofRecord = depth === 3 && oneIn(draw, 8);
  const { type, source } = ofRecord
    ? drawRecordSource(draw)
    : { type: drawType(draw, depth), source: { from: "value" as const, path: drawPath(draw) } };
  return { name, description: undefined, deprecationReason: undefined, type, source, isIndexed: false };
}

function drawPath(draw: Draw): readonly string[] {
  const length = oneIn(draw, 3) ? draw(fc.integer, { min: 2, max: 3 }) : 1;
  // The first few names often: paths shall meet.
  return Array.from({ length }, () => pick(draw, oneIn(draw, 2) ? memberNames.slice(0, 4) : memberNames));
}

function drawRecordSource(draw: Draw): { readonly type: FieldType; readonly source: FieldSource } {
  const nullable = draw(fc.boolean);
  const scalar = (name: ScalarName): FieldType => ({ kind: "scalar", scalar: name, nullable });
  switch (draw(fc.nat, { max: 3 })) {
    case 0:
      return { type: scalar("DateTime"), source: { from: "record", part: "TIMESTAMP" } };
    case 1:
      return { type: scalar("BigInt"), source: { from: "record", part: "OFFSET" } };
    case 2:
      return { type: scalar("Int"), source: { from: "record", part: "PARTITION" } };
    default:
      return { type: scalar(pick(draw, scalars)), source: { from: "header", header: "h" } };
  }
}

function drawType(draw: Draw, depth: number): FieldType {
  const nullable = draw(fc.boolean);
  const kind = draw(fc.nat, { max: depth > 0 ? 10 : 6 });
  if (kind <= 5) return { kind: "scalar", scalar: pick(draw, scalars), nullable };
  if (kind === 6) return { kind: "enum", definition: pick(draw, enums), nullable };
  if (kind === 10) return { kind: "embedded", definition: tree, nullable };
  if (kind === 7) return { kind: "list", element: drawType(draw, depth - 1), nullable };
  const count = draw(fc.integer, { min: 1, max: 3 });
  const fields = Array.from({ length: count }, (_, at) => drawField(draw, `m${at}`, depth - 1));
  return { kind: "embedded", definition: { name: "Part", description: undefined, fields }, nullable };
}
