import type { FieldValue } from "../../src/decode/row-batch.ts";

/** What one record does to one key, as values: rows of a batch in the form that tests and models like. */
export type RowOperation =
  | {
      readonly operation: "UPSERT";
      /** Canonical key text: the entity's identity. */
      readonly key: string;
      readonly offset: number;
      readonly timestamp: number;
      /** In the order of `ViewDefinition.fields`. */
      readonly values: readonly FieldValue[];
      /** Only with `@key(path:)`: the whole record key as canonical JSON text, so that two record keys of one id can be told apart. */
      readonly recordKey?: string | undefined;
    }
  | {
      readonly operation: "DELETE";
      readonly key: string;
      readonly offset: number;
      readonly timestamp: number;
      /** As for UPSERT. */
      readonly recordKey?: string | undefined;
    };
