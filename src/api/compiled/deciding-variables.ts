import { type ASTNode, Kind, type OperationDefinitionNode, visit } from "graphql";
import type { Fragments } from "./collect-fields.ts";

/** Names of the variables on which `@skip` and `@include` depend, in fragments too: they decide which fields there are. */
export function findDecidingVariables(operation: OperationDefinitionNode, fragments: Fragments): readonly string[] {
  const names = new Set<string>();
  const spread = new Set<string>();
  const search = (root: ASTNode): void => {
    visit(root, {
      Directive: ({ arguments: given = [] }) => {
        for (const { value } of given) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
      },
      FragmentSpread: ({ name: { value: name } }) => {
        const fragment = fragments[name];
        if (fragment === undefined || spread.has(name)) return;
        spread.add(name);
        search(fragment);
      },
    });
  };
  search(operation);
  return [...names];
}
