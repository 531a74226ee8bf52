import type { FieldDefinitionNode, ObjectTypeDefinitionNode } from "graphql";
import { type Problems, printPlace } from "./problems.ts";

/** Fields of an object type, by name, the first of each. Reports fields that come twice, have arguments, or are none at all. */
export function readFieldNodes(
  type: ObjectTypeDefinitionNode,
  problems: Problems,
): ReadonlyMap<string, FieldDefinitionNode> {
  const typeName = type.name.value;
  for (const node of type.interfaces ?? [])
    problems.report(
      node,
      `expected a type without interfaces, which are not supported, found implements ${node.name.value}; remove it`,
    );
  const fields = new Map<string, FieldDefinitionNode>();
  for (const node of type.fields ?? []) {
    const name = node.name.value;
    const earlier = fields.get(name);
    if (earlier !== undefined) {
      problems.report(
        node.name,
        `expected one field ${typeName}.${name}, found a second (first at ${printPlace(earlier.name)}); rename or remove one`,
      );
      continue;
    }
    fields.set(name, node);
    if (name.startsWith("__"))
      problems.report(node.name, `expected a name that does not begin with __, found ${name}; rename the field`);
    const argument = node.arguments?.[0];
    if (argument !== undefined)
      problems.report(
        argument,
        `expected no arguments on ${typeName}.${name}, found ${argument.name.value}; remove it: the API adds the arguments that joins take`,
      );
  }
  if (fields.size === 0) problems.report(type.name, `expected at least one field in ${typeName}, found none; add one`);
  return fields;
}
