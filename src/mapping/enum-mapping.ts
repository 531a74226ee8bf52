import type { EnumTypeDefinitionNode, EnumValueDefinitionNode } from "graphql";
import { getDeprecationReason, readDirectives } from "./directives.ts";
import type { Problems } from "./problems.ts";
import type { EnumDefinition } from "./view-definition.ts";

/** Reads an enum; reports directives on it, values that occur twice, and an enum without values. */
export function readEnum(node: EnumTypeDefinitionNode, problems: Problems): EnumDefinition {
  for (const directive of node.directives ?? [])
    problems.report(directive, `expected no directive on an enum, found @${directive.name.value}; remove it`);
  const values = new Map<string, EnumDefinition["values"][number]>();
  for (const value of node.values ?? []) {
    const name = value.name.value;
    if (values.has(name)) {
      problems.report(value, `expected each value of ${node.name.value} once, found ${name} again; remove it`);
    } else {
      if (name.startsWith("__"))
        problems.report(value, `expected a name that does not begin with __, found ${name}; rename it`);
      values.set(name, readValue(value, problems));
    }
  }
  if (values.size === 0)
    problems.report(node.name, `expected at least one value in enum ${node.name.value}, found none; add one`);
  return { name: node.name.value, description: node.description?.value, values: [...values.values()] };
}

function readValue(node: EnumValueDefinitionNode, problems: Problems): EnumDefinition["values"][number] {
  return {
    name: node.name.value,
    description: node.description?.value,
    deprecationReason: getDeprecationReason(readDirectives(node, "an enum value", problems)),
  };
}
