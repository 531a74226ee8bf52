import { type FieldNode, type FragmentDefinitionNode, Kind, parse } from "graphql";
import { describe, expect, test } from "vitest";
import { maySelect } from "../../src/api/may-select.ts";

/** The root field of a subscription, as its resolver is told of it. */
function infoOf(text: string): Parameters<typeof maySelect>[0] {
  const { definitions } = parse(text);
  const fragments: Record<string, FragmentDefinitionNode> = {};
  let fieldNodes: readonly FieldNode[] = [];
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
    else if (definition.kind === Kind.OPERATION_DEFINITION)
      fieldNodes = definition.selectionSet.selections.filter((selection) => selection.kind === Kind.FIELD);
  }
  return { fieldNodes, fragments };
}

const path = ["changes", "previous"];

describe("what an operation may select", () => {
  test.each([
    "subscription { ordersChanged { changes { previous { id } } } }",
    "subscription { ordersChanged { all: changes { was: previous { id } } } }",
    "subscription { ordersChanged { ... { changes { ...Change } } } } fragment Change on OrderChange { id ...Was } fragment Was on OrderChange { previous { id } }",
    "subscription ($all: Boolean!) { ordersChanged { changes { previous @include(if: $all) { id } } } }",
    "subscription { ordersChanged { changes { id } } ordersChanged { changes { previous { id } } } }",
  ])("is a field at a path: %s", (text) => {
    expect(maySelect(infoOf(text), path)).toBe(true);
  });

  test.each([
    "subscription { ordersChanged { changes { id order { previous { id } } } } }",
    "subscription { ordersChanged { previous: changes { id } complete } }",
    "subscription { ordersChanged { position } } fragment Was on OrderChange { previous { id } }",
  ])("is no field at another path, and no other under its name: %s", (text) => {
    expect(maySelect(infoOf(text), path)).toBe(false);
  });
});
