import { print } from "graphql";
import { getDeprecationReason } from "./directives.ts";
import { getNamedType, printFieldType } from "./field-types.ts";
import type { Problems } from "./problems.ts";
import { makeSuggestion } from "./suggestion.ts";
import type { FieldDefinition, JoinDefinition } from "./view-definition.ts";
import type { JoinDraft, ViewDraft } from "./view-draft.ts";

/** All views by name, and names of types that are missing for a reason that has been reported. */
export interface JoinContext {
  readonly drafts: ReadonlyMap<string, ViewDraft>;
  readonly refused: ReadonlySet<string>;
  readonly problems: Problems;
}

/** Reads the joins of a view, in declaration order; reports those that cannot be served and leaves them out. */
export function readJoins(draft: ViewDraft, context: JoinContext): readonly JoinDefinition[] {
  return [...draft.joins.values()].flatMap((join) => readJoin(draft, join, context) ?? []);
}

function readJoin(draft: ViewDraft, join: JoinDraft, context: JoinContext): JoinDefinition | undefined {
  const { problems, drafts } = context;
  const { given, values, node } = join.join;
  const target = getNamedType(join.node.type);
  const targetDraft = drafts.get(target.name.value);
  if (given.size !== 1) {
    const found = given.size === 0 ? "none" : "both";
    problems.report(node, `expected exactly one of local, foreign for @join, found ${found}; give one`);
    return undefined;
  }
  if (targetDraft === undefined) {
    if (!context.refused.has(target.name.value))
      problems.report(
        target,
        `expected a @view type to join, found ${target.name.value}; name one or remove @join${makeSuggestion(target.name.value, drafts.keys())}`,
      );
    return undefined;
  }
  const facts = {
    name: join.node.name.value,
    description: join.node.description?.value,
    deprecationReason: getDeprecationReason(join.uses),
    target: target.name.value,
  };
  const local = values.get("local");
  if (local !== undefined) {
    checkShape(join, { expected: facts.target, meaning: "to one (the other may be missing)" }, problems);
    checkSide(join, { name: local, argument: "local", owner: draft, keyOwner: targetDraft }, problems);
    return { ...facts, kind: "toOne", localField: local };
  }
  const foreign = values.get("foreign");
  if (foreign === undefined) return undefined;
  checkShape(join, { expected: `[${facts.target}!]!`, meaning: "to many (it may be empty, never null)" }, problems);
  checkSide(join, { name: foreign, argument: "foreign", owner: targetDraft, keyOwner: draft }, problems);
  return { ...facts, kind: "toMany", foreignField: foreign };
}

function checkShape(
  { node }: JoinDraft,
  { expected, meaning }: { readonly expected: string; readonly meaning: string },
  problems: Problems,
): void {
  const found = print(node.type);
  if (found !== expected)
    problems.report(node.type, `expected ${expected} for a join ${meaning}, found ${found}; write ${expected}`);
}

/** The field that holds a key, and the view whose key it holds. */
interface JoinSide {
  readonly name: string;
  readonly argument: "local" | "foreign";
  readonly owner: ViewDraft;
  readonly keyOwner: ViewDraft;
}

function checkSide({ join }: JoinDraft, { name, argument, owner, keyOwner }: JoinSide, problems: Problems): void {
  const place = join.given.get(argument) ?? join.node;
  const ownerName = owner.node.name.value;
  const field = owner.fields.get(name);
  if (field === undefined) {
    // A field that is declared but not stored for want of a type has been reported already.
    if (owner.fieldNodes.has(name) && !owner.joins.has(name)) return;
    problems.report(
      place,
      `expected a stored field of ${ownerName} for ${argument}, found ${JSON.stringify(name)}; name the field that holds the key${makeSuggestion(name, owner.fields.keys())}`,
    );
    return;
  }
  const key = keyOwner.keyField === undefined ? undefined : keyOwner.fields.get(keyOwner.keyField);
  if (key === undefined || isSameScalar(field, key)) return;
  problems.report(
    place,
    `expected ${ownerName}.${name} to be ${printFieldType({ ...key.type, nullable: true })} as the key ${keyOwner.node.name.value}.${key.name}, found ${printFieldType(field.type)}; give both one scalar`,
  );
}

function isSameScalar({ type }: FieldDefinition, { type: keyType }: FieldDefinition): boolean {
  return type.kind === "scalar" && keyType.kind === "scalar" && type.scalar === keyType.scalar;
}
