import { InvariantError } from "../base/errors.ts";
import { readEmbeddedTypes } from "./embedded-mapping.ts";
import { Problems } from "./problems.ts";
import { type QueryNames, readQueryNames, reportSharedQueries } from "./query-names.ts";
import { reportTakenFieldNames, reportTakenTypeNames } from "./reserved-names.ts";
import { readDocument, type SdlSource } from "./sdl-document.ts";
import type { ViewDefinition } from "./view-definition.ts";
import { readViewDraft } from "./view-draft.ts";
import { checkTopic, makeViewDefinition, readAllJoins } from "./view-mapping.ts";

/**
 * The views that a schema author's SDL declares, in declaration order. Throws `SchemaError` with all problems of all
 * sources; one that does not parse hides none of the others'. Pure.
 */
export function mapSchema(sources: readonly SdlSource[]): readonly ViewDefinition[] {
  const problems = new Problems();
  const document = readDocument(sources, problems);
  reportTakenTypeNames(document, problems);
  const types = readEmbeddedTypes(document, problems);
  const drafts = new Map([...document.views].map(([name, node]) => [name, readViewDraft(node, types)]));
  const names = new Map<string, QueryNames>();
  for (const [name, draft] of drafts) {
    checkTopic(draft, problems);
    names.set(name, readQueryNames(draft, problems));
  }
  reportSharedQueries(drafts, names, problems);
  const joins = readAllJoins({ drafts, refused: document.refused, problems });
  reportTakenFieldNames(document, joins, problems);
  if (drafts.size === 0 && document.isComplete)
    problems.add({
      file: sources[0]?.name ?? "schema",
      line: sources.length === 0 ? 0 : 1,
      column: sources.length === 0 ? 0 : 1,
      message: `expected a type with @view, found none; add @view(topic: "…") to the type of a topic's records`,
    });
  problems.throwIfAny();
  return [...drafts].map(([name, draft]) => {
    const queryNames = names.get(name);
    if (queryNames === undefined) throw new InvariantError(`view ${name} has no query names`);
    return makeViewDefinition(draft, queryNames, joins);
  });
}
