import {
  GraphQLEnumType,
  GraphQLList,
  type GraphQLNamedOutputType,
  GraphQLNonNull,
  type GraphQLOutputType,
} from "graphql";
import { InvariantError } from "../base/errors.ts";
import type { EmbeddedDefinition, EnumDefinition, FieldType, ViewDefinition } from "../mapping/view-definition.ts";
import { createConnectionType } from "./connection-type.ts";
import { makeCursorScope } from "./cursor.ts";
import { createEmbeddedType } from "./embedded-type.ts";
import { createEntityType } from "./entity-type.ts";
import type { ApiLimits } from "./limits.ts";
import { scalarTypes } from "./scalars.ts";
import type { TypeLookup, ViewTypes } from "./type-lookup.ts";

/**
 * The types of one schema, each made once; asking for a type that is not made yet makes it. Types refer to each other
 * through thunks, so any order will do.
 */
export class TypeRegistry implements TypeLookup {
  readonly limits: ApiLimits;
  readonly #views = new Map<string, ViewTypes>();
  readonly #named = new Map<string, GraphQLNamedOutputType>();

  constructor(definitions: readonly ViewDefinition[], limits: ApiLimits) {
    this.limits = limits;
    for (const definition of definitions) {
      const entity = createEntityType(definition, this);
      const cursorScope = makeCursorScope(definition.name, "key");
      const connection = createConnectionType(definition, { entity, cursorScope });
      this.#views.set(definition.name, { definition, entity, connection, cursorScope });
    }
  }

  viewTypes(name: string): ViewTypes {
    const types = this.#views.get(name);
    if (types === undefined) throw new InvariantError(`a join names a view ${name}, which the mapping does not have`);
    return types;
  }

  outputType(type: FieldType): GraphQLOutputType {
    const inner = type.kind === "list" ? new GraphQLList(this.outputType(type.element)) : this.#namedType(type);
    return type.nullable ? inner : new GraphQLNonNull(inner);
  }

  #namedType(type: Exclude<FieldType, { readonly kind: "list" }>): GraphQLNamedOutputType {
    switch (type.kind) {
      case "scalar":
        return scalarTypes[type.scalar];
      case "enum":
        return this.#once(type.definition, createEnumType);
      default:
        return this.#once(type.definition, (definition) => createEmbeddedType(definition, this));
    }
  }

  #once<D extends EnumDefinition | EmbeddedDefinition>(
    definition: D,
    create: (definition: D) => GraphQLNamedOutputType,
  ): GraphQLNamedOutputType {
    const type = this.#named.get(definition.name) ?? create(definition);
    this.#named.set(definition.name, type);
    return type;
  }
}

function createEnumType({ name, description, values }: EnumDefinition): GraphQLEnumType {
  return new GraphQLEnumType({
    name,
    description: description ?? `The values of ${name}.`,
    values: Object.fromEntries(
      values.map((value) => [
        value.name,
        { description: value.description ?? `${value.name}.`, deprecationReason: value.deprecationReason },
      ]),
    ),
  });
}
