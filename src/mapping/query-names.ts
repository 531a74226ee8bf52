import pluralize from "pluralize";
import type { Problems } from "./problems.ts";
import type { ViewDraft } from "./view-draft.ts";

/** What one entity and several are called in the API. */
export interface QueryNames {
  readonly singular: string;
  readonly plural: string;
}

/** Fields of every change, beside the one that is named after the view. */
const changeFields: readonly string[] = ["kind", "id", "previous", "merged", "position"];

/**
 * Names of a view: its own with a small first word (`Order` → `order`, `URLMap` → `urlMap`, `SKU` → `sku`), and the
 * plural of that or the one given.
 */
export function readQueryNames({ node, view }: ViewDraft, problems: Problems): QueryNames {
  const name = node.name.value;
  // The first word is a capital, or capitals up to the one that begins a word of its own.
  const singular = name.replace(/^(?:[A-Z]+(?![a-z])|[A-Z])/, (word) => word.toLowerCase());
  const given = view?.values.get("plural");
  const plural = given ?? pluralize(singular);
  const place = view?.given.get("plural") ?? node.name;
  if (!/^(?!__)[A-Za-z_][A-Za-z0-9_]*$/.test(plural))
    problems.report(
      place,
      `expected a GraphQL name for plural, found ${JSON.stringify(plural)}; use letters, digits and underscores`,
    );
  else if (singular === plural)
    problems.report(
      place,
      `expected a plural that differs from the singular ${singular}, found the same; give another with @view(plural: …)`,
    );
  if (changeFields.includes(singular))
    problems.report(
      node.name,
      `expected a view name that is free, found ${name}, whose changes have a field ${singular} already; rename the type`,
    );
  return { singular, plural };
}

/** Reports views that would share a query field, and so a subscription field too. `names` goes by view name. */
export function reportSharedQueries(
  drafts: ReadonlyMap<string, ViewDraft>,
  names: ReadonlyMap<string, QueryNames>,
  problems: Problems,
): void {
  const owners = new Map<string, string>();
  for (const [view, { singular, plural }] of names) {
    const node = drafts.get(view)?.node;
    if (node === undefined) continue;
    const fields = [singular, plural, `${plural}ByIds`, `${plural}Aggregate`];
    const shared = [...new Set(fields)].find((field) => owners.has(field));
    if (shared !== undefined)
      problems.report(
        node.name,
        `expected query names of its own for ${view}, found ${shared}, which ${owners.get(shared)} has; rename the type or give another plural`,
      );
    for (const field of fields) if (!owners.has(field)) owners.set(field, view);
  }
}
