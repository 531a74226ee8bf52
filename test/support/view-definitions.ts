import type {
  EmbeddedDefinition,
  EnumDefinition,
  FieldDefinition,
  FieldSource,
  FieldType,
  Isolation,
  KeyFormat,
  OnBadRecord,
  RecordPart,
  ScalarName,
  ViewDefinition,
} from "../../src/mapping/view-definition.ts";

/** A field as tests write it: its type as in SDL (`[Line!]!`), and where it comes from unless from its own name. */
export type FieldText =
  | string
  | {
      readonly type: string;
      readonly path?: readonly string[] | undefined;
      readonly header?: string | undefined;
      readonly record?: RecordPart | undefined;
      readonly isIndexed?: boolean | undefined;
    };

export interface ViewText {
  readonly name?: string | undefined;
  readonly topic?: string | undefined;
  readonly keyFormat?: KeyFormat | undefined;
  readonly onBadRecord?: OnBadRecord | undefined;
  readonly isolation?: Isolation | undefined;
  /** Type of the key field, which is named `id` and comes first. */
  readonly key?: string | undefined;
  readonly keyPath?: readonly string[] | undefined;
  /** Enum name → its values. */
  readonly enums?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Embedded type name → its fields; they may name each other. */
  readonly embedded?: Readonly<Record<string, Readonly<Record<string, FieldText>>>> | undefined;
  readonly fields?: Readonly<Record<string, FieldText>> | undefined;
}

/** A view definition without joins, from as little as a test wants to say. */
export function defineView({
  name = "Order",
  topic = "shop.orders",
  keyFormat = "STRING",
  onBadRecord = "QUARANTINE",
  isolation = "READ_COMMITTED",
  key = "ID!",
  keyPath,
  enums = {},
  embedded = {},
  fields = {},
}: ViewText = {}): ViewDefinition {
  const types = defineTypes(enums, embedded);
  const keyField = defineField("id", key, types, { from: "key", path: keyPath });
  const stored = [keyField, ...defineFields(fields, types)];
  const singular = name.charAt(0).toLowerCase() + name.slice(1);
  return {
    name,
    description: undefined,
    topic,
    keyFormat,
    onBadRecord,
    isolation,
    keyField: "id",
    fields: stored,
    joins: [],
    joinedFields: [],
    fieldOrder: stored.map((field) => field.name),
    singular,
    plural: `${singular}s`,
    mappingHash: "0",
  };
}

/** A type as in SDL, of scalars only. */
export function scalarType(text: string): FieldType {
  return defineType(text, new Map());
}

type NamedType =
  | { readonly kind: "enum"; readonly definition: EnumDefinition }
  | { readonly kind: "embedded"; readonly definition: EmbeddedDefinition };
type Types = ReadonlyMap<string, NamedType>;

function defineTypes(
  enums: Readonly<Record<string, readonly string[]>>,
  embedded: Readonly<Record<string, Readonly<Record<string, FieldText>>>>,
): Types {
  const types = new Map<string, NamedType>();
  for (const [name, values] of Object.entries(enums)) {
    const definition = {
      name,
      description: undefined,
      values: values.map((value) => ({ name: value, description: undefined, deprecationReason: undefined })),
    };
    types.set(name, { kind: "enum", definition });
  }
  const waiting: Array<() => void> = [];
  for (const [name, fields] of Object.entries(embedded)) {
    const defined: FieldDefinition[] = [];
    types.set(name, { kind: "embedded", definition: { name, description: undefined, fields: defined } });
    waiting.push(() => defined.push(...defineFields(fields, types)));
  }
  for (const fill of waiting) fill();
  return types;
}

function defineFields(fields: Readonly<Record<string, FieldText>>, types: Types): FieldDefinition[] {
  return Object.entries(fields).map(([name, text]) => {
    if (typeof text === "string") return defineField(name, text, types, { from: "value", path: [name] });
    const field = defineField(name, text.type, types, sourceOf(name, text));
    return { ...field, isIndexed: text.isIndexed ?? false };
  });
}

function sourceOf(name: string, { path, header, record }: Exclude<FieldText, string>): FieldSource {
  if (header !== undefined) return { from: "header", header };
  if (record !== undefined) return { from: "record", part: record };
  return { from: "value", path: path ?? [name] };
}

function defineField(name: string, type: string, types: Types, source: FieldSource): FieldDefinition {
  return {
    name,
    description: undefined,
    deprecationReason: undefined,
    type: defineType(type, types),
    source,
    isIndexed: false,
  };
}

function defineType(text: string, types: Types): FieldType {
  const nullable = !text.endsWith("!");
  const bare = nullable ? text : text.slice(0, -1);
  if (bare.startsWith("[")) return { kind: "list", element: defineType(bare.slice(1, -1), types), nullable };
  const named = types.get(bare);
  // What is neither an enum nor embedded is the name of a scalar: tests are trusted to write one.
  return named === undefined ? { kind: "scalar", scalar: bare as ScalarName, nullable } : { ...named, nullable };
}
