import type { GraphQLFieldConfig, GraphQLResolveInfo } from "graphql";
import type { FieldValue } from "../decode/row-batch.ts";
import type { FieldDefinition, FieldType } from "../mapping/view-definition.ts";
import { getObjectCost } from "./object-cost.ts";
import type { OperationContext } from "./operation-context.ts";
import type { OutputBudget } from "./output-budget.ts";
import type { TypeLookup } from "./type-lookup.ts";
import { countEmbedded, makeBytesOf } from "./value-bytes.ts";

/** A field that holds a value: of an entity, or of an embedded value. `read` takes it out of the source. */
export function createStoredField<Source>(
  field: FieldDefinition,
  read: (source: Source) => FieldValue,
  types: TypeLookup,
): GraphQLFieldConfig<Source, OperationContext> {
  const put = holdsEmbedded(field.type) ? putEmbedded : makePutValue(field.type);
  return {
    type: types.outputType(field.type),
    description: field.description ?? `The \`${field.name}\`.`,
    deprecationReason: field.deprecationReason,
    resolve: (source, _args, { budget }, info) => put(read(source), budget, info),
  };
}

function putEmbedded(value: FieldValue, budget: OutputBudget, info: GraphQLResolveInfo): unknown {
  budget.takeObjects(countEmbedded(value), getObjectCost(info));
  return Array.isArray(value) ? budget.putOut(value) : value;
}

function makePutValue(type: FieldType): (value: FieldValue, budget: OutputBudget) => FieldValue {
  const bytesOf = makeBytesOf(type);
  return (value, budget) => {
    budget.takeBytes(bytesOf(value));
    return value;
  };
}

function holdsEmbedded(type: FieldType): boolean {
  return type.kind === "list" ? holdsEmbedded(type.element) : type.kind === "embedded";
}
