import type { JoinContext } from "./joins.ts";
import { readJoins } from "./joins.ts";
import { hashMapping } from "./mapping-hash.ts";
import type { Problems } from "./problems.ts";
import type { QueryNames } from "./query-names.ts";
import type { Isolation, JoinDefinition, KeyFormat, OnBadRecord, ViewDefinition } from "./view-definition.ts";
import type { ViewDraft } from "./view-draft.ts";

/** Joins of every view, by the view's name. */
export type JoinsByView = ReadonlyMap<string, readonly JoinDefinition[]>;

/** Reads the joins of all views. */
export function readAllJoins(context: JoinContext): JoinsByView {
  return new Map([...context.drafts].map(([name, draft]) => [name, readJoins(draft, context)]));
}

/** Puts a view's definition together. Only right when no problem has been reported: what could not be read has its default. */
export function makeViewDefinition(draft: ViewDraft, names: QueryNames, joins: JoinsByView): ViewDefinition {
  const name = draft.node.name.value;
  const values = draft.view?.values;
  const content = {
    topic: values?.get("topic") ?? "",
    keyFormat: (values?.get("keyFormat") ?? "STRING") as KeyFormat, // directive-table.ts admits no other text
    isolation: (values?.get("isolation") ?? "READ_COMMITTED") as Isolation, // as above
    fields: [...draft.fields.values()],
  };
  const lookedUp = new Set(
    [...joins.values()]
      .flat()
      .flatMap((join) => (join.kind === "toMany" && join.target === name ? join.foreignField : [])),
  );
  return {
    name,
    description: draft.node.description?.value,
    ...content,
    onBadRecord: (values?.get("onBadRecord") ?? "QUARANTINE") as OnBadRecord, // as above
    keyField: draft.keyField ?? "",
    joins: joins.get(name) ?? [],
    joinedFields: content.fields.flatMap((field) => (lookedUp.has(field.name) ? field.name : [])),
    fieldOrder: [...draft.fieldNodes.keys()],
    ...names,
    mappingHash: hashMapping(content),
  };
}

/** Reports a view without a topic, or with one that Kafka would not have. */
export function checkTopic({ node, view }: ViewDraft, problems: Problems): void {
  if (view === undefined) return;
  const topic = view.values.get("topic");
  if (topic === undefined) {
    if (!view.given.has("topic"))
      problems.report(
        view.node,
        `expected a topic for the view ${node.name.value}, found none; write @view(topic: "…")`,
      );
  } else if (!/^[a-zA-Z0-9._-]{1,249}$/.test(topic) || topic === "." || topic === "..") {
    problems.report(
      view.given.get("topic") ?? view.node,
      `expected a Kafka topic of 1 to 249 letters, digits, dots, underscores and hyphens, found ${JSON.stringify(topic)}; correct it`,
    );
  }
}
