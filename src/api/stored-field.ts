import type { GraphQLFieldConfig, GraphQLResolveInfo } from "graphql";
import type { FieldValue } from "../decode/row-batch.ts";
import type { FieldDefinition, FieldType } from "../mapping/view-definition.ts";
import type { OperationContext } from "./operation-context.ts";
import { getObjectBytes } from "./selection-bytes.ts";
import type { TypeLookup } from "./type-lookup.ts";
import { countEmbedded, makeBytesOf } from "./value-bytes.ts";

/** A field that holds a value: of an entity, or of an embedded value. `read` takes it out of the source. */
export function createStoredField<Source>(
  field: FieldDefinition,
  read: (source: Source) => FieldValue,
  types: TypeLookup,
): GraphQLFieldConfig<Source, OperationContext> {
  const bytesOf = makeOutputBytesOf(field.type);
  return {
    type: types.outputType(field.type),
    description: field.description ?? `The \`${field.name}\`.`,
    deprecationReason: field.deprecationReason,
    resolve: (source, _args, context, info) => {
      const value = read(source);
      context.budget.takeBytes(bytesOf(value, info));
      return value;
    },
  };
}

function makeOutputBytesOf(type: FieldType): (value: FieldValue, info: GraphQLResolveInfo) => number {
  if (holdsEmbedded(type)) return (value, info) => countEmbedded(value) * getObjectBytes(info);
  return makeBytesOf(type);
}

function holdsEmbedded(type: FieldType): boolean {
  return type.kind === "list" ? holdsEmbedded(type.element) : type.kind === "embedded";
}
