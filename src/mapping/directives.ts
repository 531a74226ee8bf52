import {
  type ArgumentNode,
  type ConstArgumentNode,
  type ConstDirectiveNode,
  DEFAULT_DEPRECATION_REASON,
  Kind,
  print,
} from "graphql";
import { type ArgumentRule, type DirectivePlace, directiveTable, laterDirectives } from "./directive-table.ts";
import { type Problems, printPlace } from "./problems.ts";
import { makeSuggestion } from "./suggestion.ts";

/** A directive as used somewhere: its valid arguments' values, and the nodes of all arguments given, valid or not. */
export interface DirectiveUse {
  readonly node: ConstDirectiveNode;
  readonly values: ReadonlyMap<string, string>;
  readonly given: ReadonlyMap<string, ArgumentNode>;
}

/** Directives of one type, field or enum value, by name. */
export type DirectiveUses = ReadonlyMap<string, DirectiveUse>;

interface DirectiveHost {
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
}

/** Reads and checks the directives of `host`; reports what is unknown, misplaced, repeated or wrongly typed and leaves it out. */
export function readDirectives(host: DirectiveHost, place: DirectivePlace, problems: Problems): DirectiveUses {
  const uses = new Map<string, DirectiveUse>();
  for (const node of host.directives ?? []) {
    const name = node.name.value;
    const rule = directiveTable.get(name);
    const earlier = uses.get(name);
    const instead = laterDirectives.get(name);
    if (instead !== undefined) {
      problems.report(
        node,
        `expected directives of this version, found @${name}, which it does not support yet; remove it, and ${instead}`,
      );
    } else if (rule === undefined) {
      const known = [...directiveTable.keys()].map((each) => `@${each}`);
      problems.report(
        node,
        `expected one of ${known.join(" ")}, found @${name}; use one of these or remove it${makeSuggestion(`@${name}`, known)}`,
      );
    } else if (!rule.places.includes(place)) {
      problems.report(
        node,
        `expected @${name} on ${rule.places.join(" or ")}, found it on ${place}; move or remove it`,
      );
    } else if (earlier !== undefined) {
      problems.report(node, `expected @${name} once, found it again (first at ${printPlace(earlier.node)}); keep one`);
    } else {
      uses.set(name, { node, ...readArguments(node, rule.arguments, problems) });
    }
  }
  return uses;
}

/** The reason of a `@deprecated`, GraphQL's own default text without one; undefined for what is not deprecated. */
export function getDeprecationReason(uses: DirectiveUses): string | undefined {
  const use = uses.get("deprecated");
  return use && (use.values.get("reason") ?? DEFAULT_DEPRECATION_REASON);
}

function readArguments(
  directive: ConstDirectiveNode,
  rules: Readonly<Record<string, ArgumentRule>>,
  problems: Problems,
): Pick<DirectiveUse, "values" | "given"> {
  const values = new Map<string, string>();
  const given = new Map<string, ArgumentNode>();
  const known = new Map(Object.entries(rules));
  for (const node of directive.arguments ?? []) {
    const name = node.name.value;
    const rule = known.get(name);
    if (rule === undefined) {
      const expected = known.size === 0 ? "no arguments" : `arguments among ${[...known.keys()].join(", ")}`;
      problems.report(
        node,
        `expected ${expected} for @${directive.name.value}, found ${name}; remove it${makeSuggestion(name, known.keys())}`,
      );
    } else if (given.has(name)) {
      problems.report(node, `expected the argument ${name} of @${directive.name.value} once, found it again; keep one`);
    } else if (node.value.kind !== Kind.NULL) {
      given.set(name, node);
      const value = readValue(node, rule, problems);
      if (value !== undefined) values.set(name, value);
    }
  }
  return { values, given };
}

function readValue(node: ConstArgumentNode, rule: ArgumentRule, problems: Problems): string | undefined {
  const { name, value } = node;
  const found = print(value);
  switch (rule.kind) {
    case "text":
      if (value.kind === Kind.STRING) return value.value;
      problems.report(value, `expected a text in double quotes for ${name.value}, found ${found}; quote it`);
      return undefined;
    case "choice":
      if (value.kind === Kind.ENUM && rule.values.includes(value.value)) return value.value;
      problems.report(
        value,
        `expected ${rule.values.join(", ")} for ${name.value}, found ${found}; write one of these without quotes${makeSuggestion(found, rule.values)}`,
      );
      return undefined;
    case "onlyYet":
      if (value.kind === Kind.ENUM && value.value === rule.value) return value.value;
      problems.report(
        value,
        `expected ${rule.value} for ${name.value}, found ${found}, which this version does not support yet; write ${rule.value} or remove ${name.value}, and ${rule.instead}`,
      );
      return undefined;
    case "later":
      problems.report(
        node,
        `expected arguments of this version, found ${name.value}, which it does not support yet; remove it, and ${rule.instead}`,
      );
      return undefined;
  }
}
