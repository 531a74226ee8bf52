import { describe, expect, test } from "vitest";
import { hashBytes } from "../../../src/base/hash-bytes.ts";
import type { BufferSource } from "../../../src/decode/columns/buffer-source.ts";
import { makeColumnLayout } from "../../../src/decode/columns/column-layout.ts";
import { RowBatchWriter } from "../../../src/decode/columns/row-batch-writer.ts";
import { layRowColumns } from "../../../src/decode/columns/row-columns.ts";
import type { FieldValue } from "../../../src/decode/row-batch.ts";
import type { ViewDefinition } from "../../../src/mapping/view-definition.ts";
import { makeRowBatch, type RowOperation, readRowBatch } from "../../support/row-batches.ts";
import { defineView } from "../../support/view-definitions.ts";

const view = defineView({
  embedded: { Place: { city: "String!", zone: "Int!", inner: "Inner" }, Inner: { isOpen: "Boolean!" } },
  fields: { note: "String", place: "Place", count: "Int!", status: "Boolean" },
});
const long = "ü".repeat(40);

describe("a row batch writer", () => {
  test("flattens embedded values, also where they or parts of them are not there", () => {
    const rows = [
      upsert("a", [null, null, 1, null]),
      upsert("b", ["n", { values: ["Bern", 3, null] }, -1, true]),
      upsert("c", ["n", { values: ["Bern", -3, { values: [false] }] }, 0, false]),
    ];
    expect(readRowBatch(view, makeRowBatch(view, rows))).toStrictEqual(rows);
  });

  test("hashes the key's bytes with its seed", () => {
    const hashSeed = 99 + 2 ** 40;
    const batch = makeRowBatch(view, [upsert("zürich", [null, null, 1, null])], { hashSeed });
    const key = new TextEncoder().encode("zürich");
    expect(layRowColumns(makeColumnLayout(view), batch.capacityRows, batch.buffer).keyHashes[0]).toBe(
      hashBytes(key, 0, key.length, hashSeed),
    );
  });

  test("grows blocks where the estimate is too low, and gives back what it has outgrown", () => {
    const buffers = new DirtyBuffers();
    const rows = Array.from({ length: 50 }, (_, n) => upsert(`${n}`, [`${n} ${long}`, null, n, null]));
    const batch = writeBatch(view, rows, { buffers });
    expect(readRowBatch(view, batch)).toStrictEqual(rows);
    expect(buffers.lent).toStrictEqual(new Set([batch.buffer]));
    expect(buffers.taken).toBeGreaterThan(1);
  });

  test("writes over whatever a pooled buffer held", () => {
    const rows = [upsert("a", [long, null, 1, null]), { ...upsert("a", []), operation: "DELETE" as const }];
    const batch = writeBatch(view, rows, { buffers: new DirtyBuffers() });
    expect(readRowBatch(view, batch)).toMatchObject([{ key: "a" }, { operation: "DELETE", key: "a" }]);
  });

  test("overwrites a row that was given up", () => {
    const writer = new RowBatchWriter({ layout: makeColumnLayout(view), hashSeed: 7, dictionary: "d" });
    writer.begin(1, 0);
    writer.columns.int32s[1]?.fill(77);
    writer.texts.putText(0, "given up");
    const row = upsert("a", [null, null, 5, null]);
    writer.upsert(row, row.values);
    expect(readRowBatch(view, { ...makeRowBatch(view, []), ...writer.finish() })).toStrictEqual([row]);
  });

  test("holds the whole record key beside the entity's where the key is a part of it", () => {
    const keyed = defineView({ keyFormat: "JSON", keyPath: ["id"], fields: { n: "Int" } });
    const rows: RowOperation[] = [
      { operation: "UPSERT", key: "7", offset: 3, timestamp: 4, values: ["7", null], recordKey: '{"id":7}' },
      { operation: "DELETE", key: "7", offset: 4, timestamp: 4, recordKey: '{"id":"7"}' },
    ];
    expect(readRowBatch(keyed, makeRowBatch(keyed, rows))).toStrictEqual(rows);
    expect(() => makeRowBatch(keyed, [{ ...rows[1], recordKey: undefined } as RowOperation])).toThrow(
      "a row without a record key is none of its view's",
    );
  });

  test("refuses more rows than a batch was begun for", () => {
    const writer = new RowBatchWriter({ layout: makeColumnLayout(view), hashSeed: 7, dictionary: "d" });
    writer.begin(8, 1_000);
    const head = { key: "a", offset: 1, timestamp: 1 };
    for (let row = 0; row < 8; row += 1) writer.deleteRow(head);
    expect(() => writer.deleteRow(head)).toThrow("a row batch gets more rows than it was begun for");
  });

  test("holds enums of any number of values", () => {
    for (const count of [254, 255, 256, 300]) {
      const values = Array.from({ length: count }, (_, n) => `V${n}`);
      const wide = defineView({ enums: { Wide: values }, fields: { first: "Wide!", last: "Wide", none: "Wide" } });
      const rows = [upsert("a", ["V0", `V${count - 1}`, null])];
      expect(readRowBatch(wide, makeRowBatch(wide, rows))).toStrictEqual(rows);
    }
  });
});

function upsert(key: string, values: readonly FieldValue[]) {
  return {
    operation: "UPSERT",
    key,
    offset: 12,
    timestamp: 34,
    values: [key, ...values],
    recordKey: undefined,
  } satisfies RowOperation;
}

/** Buffers that hold something, and a little more than was asked for. */
class DirtyBuffers implements BufferSource {
  readonly lent = new Set<ArrayBuffer>();
  taken = 0;

  takeBuffer(minBytes: number): ArrayBuffer {
    const buffer = new ArrayBuffer(minBytes + 13);
    new Uint8Array(buffer).fill(0xa5);
    this.lent.add(buffer);
    this.taken += 1;
    return buffer;
  }

  returnBuffer(buffer: ArrayBuffer): void {
    if (!this.lent.delete(buffer)) throw new Error("not lent");
  }
}

function writeBatch(
  definition: ViewDefinition,
  rows: readonly RowOperation[],
  { buffers }: { readonly buffers: BufferSource },
) {
  const layout = makeColumnLayout(definition);
  return makeRowBatch(definition, rows, {
    writer: new RowBatchWriter({ layout, hashSeed: 7, dictionary: "d", buffers }),
  });
}
