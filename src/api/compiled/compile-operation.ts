import { type DocumentNode, GraphQLError, type GraphQLSchema, Kind, type OperationDefinitionNode } from "graphql";
import { InvariantError, TailwaterError } from "../../base/errors.ts";
import type { ViewDefinition } from "../../mapping/view-definition.ts";
import type { Fragments, SelectionFacts, Variables } from "./collect-fields.ts";
import type { CompileScope } from "./compile-scope.ts";
import { findDecidingVariables } from "./deciding-variables.ts";
import { planEntity } from "./entity-plan.ts";
import { planQuery } from "./query-plan.ts";
import type { Write } from "./run.ts";
import { planStored } from "./stored-plan.ts";
import { type FollowPlan, planFollowing, planSubscription, type SubscriptionPlan } from "./subscription-plan.ts";

export interface OperationSource {
  readonly schema: GraphQLSchema;
  readonly definitions: readonly ViewDefinition[];
  /** Valid against the schema. */
  readonly document: DocumentNode;
  /** Of the document. */
  readonly operation: OperationDefinitionNode;
}

/** An operation for one outcome of its `@skip` and `@include`. */
export type Variant =
  | { readonly kind: "query"; readonly write: Write<undefined> }
  | { readonly kind: "subscription"; readonly plan: SubscriptionPlan }
  /** Left to graphql-js; with a defect of the compiler, if that is why. */
  | { readonly kind: "refused"; readonly reason: string; readonly defect?: unknown };

/** An operation as closures over columns. */
export interface CompiledOperation {
  /** Members of objects in all variants: the time that they took, and their memory, grow with it. */
  readonly plannedMembers: number;
  /** What runs with these coerced variables; undefined if it is not compiled yet. */
  variantFor(variables: Variables): Variant | undefined;
  /** Compiles it; what would plan more than so many members is refused, with no more work than that. */
  compile(variables: Variables, maxMembers: number): Variant;
  /** How a subscription is opened, for almost nothing; undefined if that is left to graphql-js. */
  planFollowing(variables: Variables): FollowPlan | undefined;
}

/** More outcomes of `@skip` and `@include` than anybody uses; further ones are left to graphql-js. */
const maxVariants = 16;

/**
 * Compiles an operation. What `@skip` and `@include` leave is known only with the variables, and with it the order of
 * members; so there is one variant for each outcome, in which nothing is left to decide.
 */
export function compileOperation(source: OperationSource): CompiledOperation {
  const fragments = getFragments(source.document);
  const deciding = findDecidingVariables(source.operation, fragments);
  const variants = new Map<string, Variant>();
  let plannedMembers = 0;
  const variantFor = (variables: Variables): Variant | undefined => {
    const outcome = makeOutcome(deciding, variables);
    if (outcome === undefined) return nullVariant;
    return variants.get(outcome) ?? (variants.size === maxVariants ? tooManyVariants : undefined);
  };
  return {
    get plannedMembers() {
      return plannedMembers;
    },
    variantFor,
    compile: (variables, maxMembers) => {
      const known = variantFor(variables);
      if (known !== undefined) return known;
      const selection = { fragments, variables: takeDeciding(deciding, variables) };
      const limit = plannedMembers + maxMembers;
      const variant = compileVariant(source, selection, (members) => {
        plannedMembers += members;
        if (plannedMembers > limit) throw new PlanTooGreatError(maxMembers);
      });
      variants.set(makeOutcome(deciding, variables) ?? "", variant);
      return variant;
    },
    planFollowing: (variables) => {
      if (source.operation.operation !== "subscription" || makeOutcome(deciding, variables) === undefined)
        return undefined;
      const selection = { fragments, variables: takeDeciding(deciding, variables) };
      const { scope, reasons } = openScope(source, selection, () => undefined);
      const plan = planFollowing(source.operation, source.definitions, scope);
      return reasons.length > 0 ? undefined : plan;
    },
  };
}

/** Thrown and caught in here only: leaves a plan that has more members than it may. */
class PlanTooGreatError extends TailwaterError {
  constructor(maxMembers: number) {
    super({ code: "QUERY_TOO_COSTLY", message: `Expected a plan of at most ${maxMembers} members, found more.` });
  }
}

const nullVariant: Variant = { kind: "refused", reason: "a variable of @skip or @include is no Boolean" };
const tooManyVariants: Variant = { kind: "refused", reason: "too many outcomes of @skip and @include" };

/** A letter for each deciding variable; undefined if one is no Boolean, of which graphql-js has to tell. */
function makeOutcome(deciding: readonly string[], variables: Variables): string | undefined {
  let outcome = "";
  for (const name of deciding) {
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (typeof value !== "boolean") return undefined;
    outcome += value ? "t" : "f";
  }
  return outcome;
}

function takeDeciding(deciding: readonly string[], variables: Variables): Variables {
  return Object.fromEntries(deciding.map((name) => [name, variables[name]]));
}

/** `reasons`: why it is left to graphql-js. */
function openScope(
  { schema, definitions }: OperationSource,
  selection: SelectionFacts,
  onPlanned: (members: number) => void,
): { readonly scope: CompileScope; readonly reasons: readonly string[] } {
  const reasons: string[] = [];
  let slots = 0;
  const scope: CompileScope = {
    ...selection,
    schema,
    definitionOf: (view) => getDefinition(definitions, view),
    planEntity: (definition, nodes) => planEntity(definition, nodes, scope),
    planStored: (type, nodes) => planStored(type, nodes, scope),
    takeSlot: () => {
      slots += 1;
      return slots - 1;
    },
    refuse: (reason) => reasons.push(reason),
    notePlanned: onPlanned,
  };
  return { scope, reasons };
}

function compileVariant(
  source: OperationSource,
  selection: SelectionFacts,
  onPlanned: (members: number) => void,
): Variant {
  const { operation, definitions } = source;
  const { scope, reasons } = openScope(source, selection, onPlanned);
  try {
    const variant = planVariant(operation, definitions, scope);
    return variant === undefined || reasons.length > 0
      ? { kind: "refused", reason: reasons[0] ?? `a ${operation.operation}` }
      : variant;
  } catch (error) {
    // An argument or a directive that cannot be coerced: graphql-js says so at its place.
    if (error instanceof GraphQLError || error instanceof PlanTooGreatError)
      return { kind: "refused", reason: error.message };
    return { kind: "refused", reason: "a defect of the compiler", defect: error };
  }
}

function planVariant(
  operation: OperationDefinitionNode,
  definitions: readonly ViewDefinition[],
  scope: CompileScope,
): Variant | undefined {
  if (operation.operation === "query") return { kind: "query", write: planQuery(operation, definitions, scope) };
  if (operation.operation !== "subscription") return undefined;
  const plan = planSubscription(operation, definitions, scope);
  return plan === undefined ? undefined : { kind: "subscription", plan };
}

function getFragments({ definitions }: DocumentNode): Fragments {
  return Object.fromEntries(
    definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  );
}

function getDefinition(definitions: readonly ViewDefinition[], view: string): ViewDefinition {
  const definition = definitions.find(({ name }) => name === view);
  if (definition === undefined)
    throw new InvariantError(`a join names a view ${view}, which the mapping does not have`);
  return definition;
}
