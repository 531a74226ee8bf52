import { getArgumentValues, type OperationDefinitionNode } from "graphql";
import { InvariantError } from "../../base/errors.ts";
import type { ViewDefinition } from "../../mapping/view-definition.ts";
import type { Change, ChangeSet } from "../../view/change-set.ts";
import { makeCanonicalKeyOf } from "../entity-keys.ts";
import { maySelect } from "../may-select.ts";
import { checkArguments } from "./argument-reader.ts";
import { type ChangePlan, planChange, planChangeSet } from "./change-plan.ts";
import { type CollectedField, collectFields, type Variables } from "./collect-fields.ts";
import { type CompileScope, findField } from "./compile-scope.ts";
import { type Member, makeObjectWriter } from "./object-writer.ts";
import { ReaderPlan, type Write } from "./run.ts";

/** Coerced arguments by name. */
export type Arguments = Readonly<Record<string, unknown>>;

/** How a subscription is opened. */
export interface FollowPlan {
  /** Name of the root field. */
  readonly fieldName: string;
  /** The view whose changes it follows. */
  readonly view: string;
  /** Before-images are put out, or may be. */
  readonly needsPrevious: boolean;
  /** The root field's arguments as a resolver gets them. Throws `GraphQLError`. */
  argumentsOf(variables: Variables): Arguments;
  /** The canonical key that these arguments name; undefined: all keys. */
  keyOf(args: Arguments): string | undefined;
}

/** How a subscription is opened, and what it writes as `data` of each event. */
export interface SubscriptionPlan extends FollowPlan {
  /** The run's cut must stand at the set. */
  readonly write: Write<ChangeSet>;
}

/** Plans a subscription; undefined, and refused, if it is none that the compiler knows. */
export function planSubscription(
  operation: OperationDefinitionNode,
  definitions: readonly ViewDefinition[],
  scope: CompileScope,
): SubscriptionPlan | undefined {
  const root = findRoot(operation, definitions, scope);
  if (root === undefined) return undefined;
  const { definition, field, isOfOne } = root;
  const plan = planRoot(root, scope);
  if (isOfOne) {
    const change = planChange(definition, field.nodes, scope);
    const write = writeEvent(definition, field, change, { scope, of: getOnlyChange });
    return { ...plan, needsPrevious: change.needsPrevious, write };
  }
  const set = planChangeSet(definition, field.nodes, scope);
  const write = writeEvent(definition, field, set, { scope, of: (whole) => whole });
  return { ...plan, needsPrevious: set.needsPrevious, write };
}

/** Plans no more than how a subscription is opened: no members, so at hardly any cost. Else as `planSubscription`. */
export function planFollowing(
  operation: OperationDefinitionNode,
  definitions: readonly ViewDefinition[],
  scope: CompileScope,
): FollowPlan | undefined {
  const root = findRoot(operation, definitions, scope);
  return root === undefined ? undefined : planRoot(root, scope);
}

/** The one field of a subscription. */
interface SubscriptionRoot {
  readonly definition: ViewDefinition;
  readonly field: CollectedField;
  /** It follows one entity. */
  readonly isOfOne: boolean;
}

function findRoot(
  operation: OperationDefinitionNode,
  definitions: readonly ViewDefinition[],
  scope: CompileScope,
): SubscriptionRoot | undefined {
  const [field, second] = collectFields([operation], "Subscription", scope);
  for (const definition of definitions) {
    if (field === undefined || second !== undefined) break;
    const isOfOne = field.fieldName === `${definition.singular}Changed`;
    if (isOfOne || field.fieldName === `${definition.plural}Changed`) return { definition, field, isOfOne };
  }
  scope.refuse(`Subscription.${field?.fieldName ?? "(nothing)"}`);
  return undefined;
}

function planRoot({ definition, field, isOfOne }: SubscriptionRoot, scope: CompileScope): FollowPlan {
  const canonicalKeyOf = makeCanonicalKeyOf(definition);
  return {
    fieldName: field.fieldName,
    view: definition.name,
    needsPrevious: maySelect(
      { fieldNodes: field.nodes, fragments: scope.fragments },
      isOfOne ? ["previous"] : ["changes", "previous"],
    ),
    argumentsOf: planArguments(isOfOne ? ["id", "from"] : ["from"], field, scope),
    keyOf: isOfOne ? ({ id }) => canonicalKeyOf(id as string) : () => undefined, // `ID!`
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
