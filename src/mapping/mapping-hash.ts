import { createHash } from "node:crypto";
import type { FieldDefinition, FieldType, ViewDefinition } from "./view-definition.ts";

/**
 * 16 hex digits that change when anything changes that decides what the entities hold: topic, key format, isolation,
 * names, types and sources of the stored fields. Descriptions, indexes, joins and the policy for bad records do not count.
 */
export function hashMapping({
  topic,
  keyFormat,
  isolation,
  fields,
}: Pick<ViewDefinition, "topic" | "keyFormat" | "isolation" | "fields">): string {
  const facts = JSON.stringify([topic, keyFormat, isolation, fields.map(fieldFacts)]);
  return createHash("sha256").update(facts).digest("hex").slice(0, 16);
}

function fieldFacts({ name, type, source }: FieldDefinition): unknown {
  return [name, typeFacts(type), sourceFacts(source)];
}

function typeFacts(type: FieldType): unknown {
  switch (type.kind) {
    case "scalar":
      return ["scalar", type.nullable, type.scalar];
    case "enum":
      return ["enum", type.nullable, type.definition.name, type.definition.values.map(({ name }) => name)];
    case "embedded":
      return ["embedded", type.nullable, type.definition.name, type.definition.fields.map(fieldFacts)];
    case "list":
      return ["list", type.nullable, typeFacts(type.element)];
  }
}

function sourceFacts(source: FieldDefinition["source"]): unknown {
  switch (source.from) {
    case "key":
      return ["key", source.path ?? null];
    case "value":
      return ["value", source.path];
    case "header":
      return ["header", source.header];
    case "record":
      return ["record", source.part];
  }
}
