/** Where a directive may stand. */
export type DirectivePlace = "a type" | "a field" | "an enum value";

/**
 * What an argument takes: any text, one of some names, or, of what the language names but this version does not serve
 * yet, one name only or nothing. `instead` says how to do without.
 */
export type ArgumentRule =
  | { readonly kind: "text" }
  | { readonly kind: "choice"; readonly values: readonly string[] }
  | { readonly kind: "onlyYet"; readonly value: string; readonly instead: string }
  | { readonly kind: "later"; readonly instead: string };

export interface DirectiveRule {
  readonly places: readonly DirectivePlace[];
  readonly arguments: Readonly<Record<string, ArgumentRule>>;
}

const text: ArgumentRule = { kind: "text" };

/** All directives of the schema language, with their arguments. */
export const directiveTable: ReadonlyMap<string, DirectiveRule> = new Map<string, DirectiveRule>([
  [
    "view",
    {
      places: ["a type"],
      arguments: {
        topic: text,
        plural: text,
        format: { kind: "onlyYet", value: "JSON", instead: "let a stream job write the records as JSON" },
        keyFormat: { kind: "choice", values: ["STRING", "JSON", "INT32", "INT64", "UUID", "BYTES"] },
        envelope: {
          kind: "onlyYet",
          value: "NONE",
          instead: "let the connector unwrap its records (for Debezium the transform ExtractNewRecordState)",
        },
        when: { kind: "later", instead: "give these records a topic of their own" },
        reduce: { kind: "later", instead: "name a compacted topic that holds the latest state of each key" },
        onBadRecord: { kind: "choice", values: ["QUARANTINE", "HALT"] },
        isolation: { kind: "choice", values: ["READ_COMMITTED", "READ_UNCOMMITTED"] },
      },
    },
  ],
  ["key", { places: ["a field"], arguments: { path: text } }],
  [
    "source",
    {
      places: ["a field"],
      arguments: {
        path: text,
        header: text,
        record: { kind: "choice", values: ["TIMESTAMP", "OFFSET", "PARTITION"] },
      },
    },
  ],
  ["index", { places: ["a field"], arguments: {} }],
  ["join", { places: ["a field"], arguments: { local: text, foreign: text } }],
  ["deprecated", { places: ["a field", "an enum value"], arguments: { reason: text } }],
]);

/** Directives of the schema language that this version does not serve yet, and how to do without. */
export const laterDirectives: ReadonlyMap<string, string> = new Map([
  ["computed", "let the producer put the value into the record"],
]);
