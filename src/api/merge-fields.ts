import type { GraphQLFieldConfig } from "graphql";
import { TailwaterError } from "../base/errors.ts";

/** Two things that the API generates from the SDL have one name. */
export class GeneratedNameError extends TailwaterError {
  constructor({ type, name }: { readonly type: string; readonly name: string }) {
    super({
      code: "SCHEMA_INVALID",
      message: `Expected the generated fields of ${type} to have names of their own, found two called \`${name}\`; rename a type, or give \`@view(plural: …)\`.`,
    });
  }
}

/** Fields by name, in order. Throws `GeneratedNameError` where two have one name: an object would keep the last in silence. */
export function mergeFields<Source, Context>(
  type: string,
  fields: ReadonlyArray<readonly [name: string, field: GraphQLFieldConfig<Source, Context>]>,
): Record<string, GraphQLFieldConfig<Source, Context>> {
  const merged: Record<string, GraphQLFieldConfig<Source, Context>> = {};
  for (const [name, field] of fields) {
    if (Object.hasOwn(merged, name)) throw new GeneratedNameError({ type, name });
    merged[name] = field;
  }
  return merged;
}
