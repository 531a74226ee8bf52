import type { OperationDefinitionNode } from "graphql";
import { InvariantError } from "../../base/errors.ts";
import type { ViewDefinition } from "../../mapping/view-definition.ts";
import type { Change, ChangeSet } from "../../view/change-set.ts";
import { makeCanonicalKeyOf } from "../entity-keys.ts";
import { checkArguments, makeArgumentReader, type ReadArgument } from "./argument-reader.ts";
import { type ChangePlan, planChange, planChangeSet } from "./change-plan.ts";
import { type CollectedField, collectFields, type Variables } from "./collect-fields.ts";
import { type CompileScope, findField } from "./compile-scope.ts";
import { type Member, makeObjectWriter } from "./object-writer.ts";
import { ReaderPlan, type Write } from "./run.ts";

/** How a subscription is opened, and what it writes as `data` of each event. */
export interface SubscriptionPlan {
  /** Name of the root field. */
  readonly fieldName: string;
  /** The view whose changes it follows. */
  readonly view: string;
  /** The canonical key that these variables name; undefined: all keys. Throws `GraphQLError`. */
  keyOf(variables: Variables): string | undefined;
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
    if (field.fieldName === `${definition.singular}Changed`) {
      const write = writeEvent(definition, field, planChange(definition, field.nodes, scope), {
        scope,
        of: onlyChange,
      });
      const readId = planArgument("id", field, scope);
      planStart(field, scope);
      const canonicalKeyOf = makeCanonicalKeyOf(definition);
      const keyOf = (variables: Variables) => canonicalKeyOf(readId(variables) as string); // `ID!`
      return { fieldName: field.fieldName, view: definition.name, keyOf, write };
    }
    if (field.fieldName === `${definition.plural}Changed`) {
      const write = writeEvent(definition, field, planChangeSet(definition, field.nodes, scope), {
        scope,
        of: wholeSet,
      });
      planStart(field, scope);
      return { fieldName: field.fieldName, view: definition.name, keyOf: () => undefined, write };
    }
  }
  scope.refuse(`Subscription.${field?.fieldName ?? "(nothing)"}`);
  return undefined;
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

function planArgument(name: string, { fieldName, nodes }: CollectedField, scope: CompileScope): ReadArgument {
  const field = findField("Subscription", fieldName, scope);
  const [node] = nodes;
  return field === undefined || node === undefined ? () => undefined : makeArgumentReader({ field, node }, name);
}

/** Only subscriptions that begin NOW are known here: the API has no other ones. */
function planStart(place: CollectedField, scope: CompileScope): void {
  const field = findField("Subscription", place.fieldName, scope);
  const [node] = place.nodes;
  if (field !== undefined && node !== undefined) checkArguments({ field, node }, ["id", "from"], scope);
}

function wholeSet(set: ChangeSet): ChangeSet {
  return set;
}

function onlyChange({ changes }: ChangeSet): Change {
  const [change, second] = changes;
  if (change === undefined || second !== undefined) {
    throw new InvariantError(`a subscription to one key got ${changes.length} changes`);
  }
  return change;
}
