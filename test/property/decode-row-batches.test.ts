import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ViewDefinition } from "../../src/mapping/view-definition.ts";
import {
  DictionaryTexts,
  makeBatchWriter,
  makeRowBatch,
  type RowOperation,
  readRowBatch,
} from "../support/row-batches.ts";
import { defineView } from "../support/view-definitions.ts";
import { text, typedJson } from "./decode-arbitraries.ts";

const place = fc.record({ key: text, offset: fc.nat(), timestamp: fc.integer({ min: -1 }) });

describe("row batches", () => {
  test("give back every value of every mapping", () => {
    fc.assert(
      fc.property(fc.array(typedJson, { maxLength: 6 }), place, (members, { key, offset, timestamp }) => {
        const base = defineView();
        const fields = members.map(({ type }, at) => ({
          name: `f${at}`,
          description: undefined,
          deprecationReason: undefined,
          type,
          source: { from: "value" as const, path: [`f${at}`] },
          isIndexed: false,
        }));
        const definition: ViewDefinition = { ...base, fields: [...base.fields, ...fields] };
        const row: RowOperation = {
          operation: "UPSERT",
          key,
          offset,
          timestamp,
          recordKey: undefined,
          values: [key, ...members.map(({ value }) => value)],
        };
        expect(readRowBatch(definition, makeRowBatch(definition, [row, row]))).toStrictEqual([row, row]);
      }),
      { numRuns: 1_000 },
    );
  });

  test("give back texts batch after batch, out of dictionary and block", () => {
    const definition = defineView({ fields: { word: "String", other: "String!" } });
    const word = fc.oneof(fc.constantFrom("a", "b", "", '"', "ä\n"), text, fc.constant("x".repeat(65)));
    const row = fc
      .tuple(place, fc.option(word), word, fc.boolean())
      .map(
        ([{ key, offset, timestamp }, first, second, isDelete]): RowOperation =>
          isDelete
            ? { operation: "DELETE", key, offset, timestamp, recordKey: undefined }
            : { operation: "UPSERT", key, offset, timestamp, recordKey: undefined, values: [key, first, second] },
      );
    fc.assert(
      fc.property(fc.array(fc.array(row, { maxLength: 12 }), { maxLength: 4 }), (batches) => {
        const writer = makeBatchWriter(definition);
        const texts = new DictionaryTexts();
        for (const rows of batches) {
          expect(readRowBatch(definition, makeRowBatch(definition, rows, { writer }), texts)).toStrictEqual(rows);
        }
      }),
    );
  });
});
