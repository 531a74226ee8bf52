import fc from "fast-check";
import type { LogRecord } from "../../src/log/log.ts";
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
import { nearValues } from "../decode/scanner/near-values.ts";
import { defineView } from "../support/view-definitions.ts";
import { scalarValues } from "./decode-arbitraries.ts";

/** Draws one value; what `fc.gen()` gives. */
type Draw = fc.GeneratorValue;

/** `calm` records are mostly good ones: each wrong part makes the whole one bad, and hides what else is in it. */
type Mood = "calm" | "wild";

/** A mapping, and records of one partition for it: good ones, odd ones and broken ones. */
export interface ScannedCase {
  readonly definition: ViewDefinition;
  readonly batches: ReadonlyArray<readonly Omit<LogRecord, "offset">[]>;
}

/** Any mapping with any records: their members are those of the mapping more often than not. */
export const scannedCase: fc.Arbitrary<ScannedCase> = fc.gen().map((draw) => {
  const definition = drawDefinition(draw);
  const count = draw(fc.integer, { min: 1, max: 2 });
  const batches = Array.from({ length: count }, () =>
    Array.from({ length: draw(fc.integer, { min: 1, max: 4 }) }, () => drawRecord(draw, definition)),
  );
  return { definition, batches };
});

const memberNames = [
  ...["a", "b", "c", "id", "aa", "ab", "name", "toString", "__proto__", "constructor", "0", "a b", "ñ", "日本", "😀"],
  ...['a"b', "a\\b", "`" + "$" + "{1}`", "\u2028", "'", "\u0001", "\u0000", "x".repeat(45), 'a":1,"b', "*/", "\ud800"],
];
const scalars = Object.keys(scalarValues) as ScalarName[];
const keyScalars = ["ID", "String", "Int", "BigInt", "UUID", "Boolean", "DateTime", "Decimal", "JSON"] as const;
const keyFormats: readonly KeyFormat[] = ["STRING", "JSON", "INT32", "INT64", "UUID", "BYTES"];
const colour: EnumDefinition = {
  name: "Colour",
  description: undefined,
  values: ["RED", "REED", "READ", "BLUE", "R"].map((name) => ({
    name,
    description: undefined,
    deprecationReason: undefined,
  })),
};

function drawDefinition(draw: Draw): ViewDefinition {
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
  const kind = draw(fc.nat, { max: depth > 0 ? 9 : 6 });
  if (kind <= 5) return { kind: "scalar", scalar: pick(draw, scalars), nullable };
  if (kind === 6) return { kind: "enum", definition: colour, nullable };
  if (kind === 7) return { kind: "list", element: drawType(draw, depth - 1), nullable };
  const count = draw(fc.integer, { min: 1, max: 3 });
  const fields = Array.from({ length: count }, (_, at) => drawField(draw, `m${at}`, depth - 1));
  return { kind: "embedded", definition: { name: "Part", description: undefined, fields }, nullable };
}

function drawRecord(draw: Draw, definition: ViewDefinition): Omit<LogRecord, "offset"> {
  const mood = oneIn(draw, 3) ? "wild" : "calm";
  return {
    timestamp: pick(draw, mood === "wild" ? [-1, 0, 1_700_000_000_000] : [0, 1_700_000_000_000]),
    key: oneIn(draw, 20) ? null : drawKey(draw, definition, mood),
    value: oneIn(draw, 12) ? null : drawValue(draw, definition, mood),
    headers: mood === "calm" || oneIn(draw, 3) ? [["h", drawHeader(draw)] as const] : [],
  };
}

function drawHeader(draw: Draw): Uint8Array | null {
  return oneIn(draw, 5) ? null : utf8(pick(draw, ["1", "x", "true", "2024-05-31", "[]", "null", '{"a":1}', "\u00e9"]));
}

function drawKey(draw: Draw, { keyFormat, fields }: ViewDefinition, mood: Mood): Uint8Array {
  const type = fields[0]?.type;
  if (mood === "wild" && oneIn(draw, 2)) return draw(fc.uint8Array, { maxLength: 40 });
  const key = (): string => drawScalar(draw, type?.kind === "scalar" ? type.scalar : "ID");
  switch (keyFormat) {
    case "INT32":
      return draw(fc.uint8Array, { minLength: 4, maxLength: 4 });
    case "INT64":
      return oneIn(draw, 2)
        ? draw(fc.uint8Array, { minLength: 8, maxLength: 8 })
        : Uint8Array.of(0, 0, ...draw(fc.uint8Array, { minLength: 6, maxLength: 6 }));
    case "UUID":
      return oneIn(draw, 2) ? draw(fc.uint8Array, { minLength: 16, maxLength: 16 }) : utf8(drawScalar(draw, "UUID"));
    case "JSON":
      return utf8(fields[0]?.source.from === "key" && fields[0].source.path ? `{"k":${key()}}` : key());
    default:
      return utf8(bare(key()));
  }
}

function drawValue(draw: Draw, { fields }: ViewDefinition, mood: Mood): Uint8Array {
  const bytes = utf8(printText(draw, drawObject(draw, fields, mood)));
  return mood === "wild" && oneIn(draw, 2) ? damage(draw, bytes) : bytes;
}

/** JSON with white space to come: tokens, as texts, and objects whose members may still be moved. */
type Node = string | { readonly members: Array<readonly [name: string, value: Node]> };

/** An object with most of what the fields want, at their paths, and other members. */
function drawObject(draw: Draw, fields: readonly FieldDefinition[], mood: Mood): Node {
  const root: Node & object = { members: [] };
  for (const { source, type } of fields) {
    const isLeftOut = (mood === "wild" || type.nullable) && oneIn(draw, 6);
    if (source.from === "value" && !isLeftOut) place(draw, root, source.path, drawTyped(draw, type, mood));
  }
  while (oneIn(draw, 4)) {
    const name = mood === "wild" ? pick(draw, memberNames) : "another";
    root.members.push([name, mood === "wild" ? drawText(draw, 2) : drawGoodText(draw)]);
  }
  if (oneIn(draw, 3)) root.members.reverse();
  return root;
}

function place(draw: Draw, { members }: Node & object, path: readonly string[], value: Node): void {
  const [name = "", ...rest] = path;
  if (rest.length === 0) {
    // Seldom twice.
    if (!members.some(([known]) => known === name) || oneIn(draw, 4)) members.push([name, value]);
    return;
  }
  const known = members.find(([found, node]) => found === name && typeof node !== "string")?.[1];
  const step = known !== undefined && typeof known !== "string" ? known : { members: [] };
  if (step !== known) members.push([name, step]);
  place(draw, step, rest, value);
}

function drawTyped(draw: Draw, type: FieldType, mood: Mood): Node {
  if (mood === "wild" && oneIn(draw, 8)) return drawText(draw, 2);
  if (type.nullable && oneIn(draw, 4)) return "null";
  switch (type.kind) {
    case "scalar":
      return drawScalar(draw, type.scalar);
    case "enum":
      return JSON.stringify(pick(draw, type.definition.values).name);
    case "list":
      return `[${Array.from({ length: draw(fc.nat, { max: 3 }) }, () =>
        printText(draw, drawTyped(draw, type.element, mood)),
      ).join(",")}]`;
    case "embedded":
      return drawObject(draw, (type.definition satisfies EmbeddedDefinition).fields, mood);
  }
}

function drawScalar(draw: Draw, scalar: ScalarName): string {
  const near = nearValues[scalar];
  return oneIn(draw, 5) ? pick(draw, near) : draw(() => scalarValues[scalar]).json;
}

const tokens = [
  ...["0", "-0", "1", "12.5", "1e5", "1E-2", "true", "false", "null", '""', '"x"', "[]", "{}", "[1,2]", '["a"]'],
  ...[
    '{"a":{"b":[{}]}}',
    "nul",
    "-",
    "01",
    "1.",
    "+1",
    "NaN",
    "'x'",
    "[1,]",
    '{"a"}',
    '{"a":1,}',
    '"\\u12"',
    '"\\ud800"',
  ],
  ...[
    `${"[".repeat(70)}${"]".repeat(70)}`,
    "123456789012345678901234567890.5",
    "1e999",
    '"\t"',
    "// x",
    "[,]",
    '{"a" : [ ] }',
  ],
];

/** JSON of any kind, or nearly. */
function drawText(draw: Draw, depth: number): string {
  if (depth === 0 || !oneIn(draw, 4)) return oneIn(draw, 5) ? JSON.stringify(drawString(draw)) : pick(draw, tokens);
  const count = draw(fc.nat, { max: 3 });
  const elements = Array.from({ length: count }, () => drawText(draw, depth - 1));
  if (oneIn(draw, 2)) return `[${elements.join(",")}]`;
  return `{${elements.map((element) => `${JSON.stringify(pick(draw, memberNames))}:${element}`).join(",")}}`;
}

function drawGoodText(draw: Draw): string {
  return draw(fc.json);
}

function drawString(draw: Draw): string {
  return draw(fc.string, { unit: oneIn(draw, 2) ? "grapheme" : "binary" }).toWellFormed();
}

/** Prints with white space here and there, and names with escapes now and then. */
function printText(draw: Draw, node: Node): string {
  if (typeof node === "string") return node;
  const isSpaced = oneIn(draw, 4);
  const space = (): string => (isSpaced && oneIn(draw, 2) ? pick(draw, [" ", "\n", "\t", "\r", "  "]) : "");
  const members = node.members.map(([name, value]) => {
    const printed = oneIn(draw, 30) ? escapeAll(name) : JSON.stringify(name);
    return `${space()}${printed}${space()}:${space()}${printText(draw, value)}${space()}`;
  });
  return `{${members.join(",")}${space()}}`;
}

function escapeAll(name: string): string {
  return `"${name
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("")}"`;
}

/** Some bytes changed, put in, taken out or doubled. */
function damage(draw: Draw, bytes: Uint8Array): Uint8Array {
  let damaged = [...bytes];
  for (let times = draw(fc.integer, { min: 1, max: 3 }); times > 0; times -= 1) {
    const at = draw(fc.nat, { max: damaged.length });
    const byte = oneIn(draw, 2)
      ? pick(
          draw,
          [...'{}[]",:\\-.0e \n'].map((mark) => mark.charCodeAt(0)),
        )
      : draw(fc.nat, { max: 255 });
    const how = draw(fc.nat, { max: 4 });
    if (how === 0) damaged[at] = byte;
    else if (how === 1) damaged.splice(at, 0, byte);
    else if (how === 2) damaged.splice(at, 1);
    else if (how === 3) damaged = damaged.slice(0, at);
    else damaged.push(...damaged.slice(at, at + 5));
  }
  return Uint8Array.from(damaged);
}

function bare(json: string): string {
  return json.startsWith('"') ? json.slice(1, -1) : json;
}

function oneIn(draw: Draw, count: number): boolean {
  return draw(fc.nat, { max: count - 1 }) === 0;
}

function pick<Value>(draw: Draw, values: readonly Value[]): Value {
  return values[draw(fc.nat, { max: values.length - 1 })] as Value; // below the length; no list is empty
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
