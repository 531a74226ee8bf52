import { getArgumentValues, type OperationDefinitionNode } from "graphql";
import { InvariantError } from "../../base/errors.ts";
import type { ViewDefinition } from "../../mapping/view-definition.ts";
import type { Change, ChangeSet } from "../../view/change-set.ts";
import { makeCanonicalKeyOf } from "../entity-keys.ts";
import { checkArguments } from "./argument-reader.ts";
import { type ChangePlan, planChange, planChangeSet } from "./change-plan.ts";
import { type CollectedField, collectFields, type Variables } from "./collect-fields.ts";
import { type CompileScope, findField } from "./compile-scope.ts";
import { type Member, makeObjectWriter } from "./object-writer.ts";
import { ReaderPlan, type Write } from "./run.ts";

/** Coerced arguments by name. */
export type Arguments = Readonly<Record<string, unknown>>;

/** How a subscription is opened, and what it writes as `data` of each event. */
export interface SubscriptionPlan {
  /** Name of the root field. */
  readonly fieldName: string;
  /** The view whose changes it follows. */
  readonly view: string;
  /** Before-images are put out. */
  readonly needsPrevious: boolean;
  /** The root field's arguments as a resolver gets them. Throws `GraphQLError`. */
  argumentsOf(variables: Variables): Arguments;
  /** The canonical key that these arguments name; undefined: all keys. */
  keyOf(args: Arguments): string | undefined;
  /** The run's cut must stand at the set. */
  readonly write: Write<ChangeSet>;
}

/** Plans a subscription; undefined, and refused, if it is none that the compiler knows. */
export function planSubscription(
  operation: OperationDefinitionNode,
  definitions: readonly ViewDefinition[],
  scope: CompileScope,
): SubscriptionPlan | undefined {
  const [field, second] = collectFields([operation], "Subscription", scope);
  for (const definition of definitions) {
    if (field === undefined || second !== undefined) break;
    if (field.fieldName === `${definition.singular}Changed`) return planEntityChanged(definition, field, scope);
    if (field.fieldName === `${definition.plural}Changed`) return planListChanged(definition, field, scope);
  }
  scope.refuse(`Subscription.${field?.fieldName ?? "(nothing)"}`);
  return undefined;
}

function planEntityChanged(definition: ViewDefinition, field: CollectedField, scope: CompileScope): SubscriptionPlan {
  const change = planChange(definition, field.nodes, scope);
  const canonicalKeyOf = makeCanonicalKeyOf(definition);
  return {
    fieldName: field.fieldName,
    view: definition.name,
    needsPrevious: change.needsPrevious,
    argumentsOf: planArguments(["id", "from"], field, scope),
    keyOf: ({ id }) => canonicalKeyOf(id as string), // `ID!`
    write: writeEvent(definition, field, change, { scope, of: getOnlyChange }),
  };
}

function planListChanged(definition: ViewDefinition, field: CollectedField, scope: CompileScope): SubscriptionPlan {
  const set = planChangeSet(definition, field.nodes, scope);
  return {
    fieldName: field.fieldName,
    view: definition.name,
    needsPrevious: set.needsPrevious,
    argumentsOf: planArguments(["from"], field, scope),
    keyOf: () => undefined,
    write: writeEvent(definition, field, set, { scope, of: (whole) => whole }),
  };
}

function writeEvent<Source>(
  { name: view }: ViewDefinition,
  { responseName }: CollectedField,
  { cost, bind }: ChangePlan<Source>,
  { scope, of }: { readonly scope: CompileScope; readonly of: (set: ChangeSet) => Source },
): Write<ChangeSet> {
  const plan = new ReaderPlan(view, scope.takeSlot(), bind);
  const member: Member<ChangeSet> = {
    name: responseName,
    write: (set, run) => {
      const { bound } = plan.at(run);
      run.tally.takeObjects(1, cost);
      bound(of(set), run);
    },
  };
  return makeObjectWriter([member]);
}

/** Whoever opens the subscription has to know what all values of the known arguments mean. */
function planArguments(
  known: readonly string[],
  { fieldName, nodes }: CollectedField,
  scope: CompileScope,
): (variables: Variables) => Arguments {
  const field = findField("Subscription", fieldName, scope);
  const [node] = nodes;
  if (field === undefined || node === undefined) return () => ({});
  checkArguments({ field, node }, known, scope);
  return (variables) => getArgumentValues(field, node, variables);
}

function getOnlyChange({ changes }: ChangeSet): Change {
  const [change, second] = changes;
  if (change === undefined || second !== undefined) {
    throw new InvariantError(`a subscription to one key got ${changes.length} changes`);
  }
  return change;
}
