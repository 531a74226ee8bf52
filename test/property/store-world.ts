import { expect } from "vitest";
import { compareText } from "../../src/base/text-order.ts";
import type { FieldValue, RowBatch } from "../../src/decode/row-batch.ts";
import type { ViewDefinition } from "../../src/mapping/view-definition.ts";
import type { Change } from "../../src/view/change-set.ts";
import type { KeyChange } from "../../src/view/key-change.ts";
import { createPacer } from "../../src/view/pacer.ts";
import type { ColumnStore, ColumnStoreOptions } from "../../src/view/store/column-store.ts";
import type { ViewReader } from "../../src/view/view-reader.ts";
import { ObjectStore } from "../model/object-store.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { openStore } from "../support/open-store.ts";
import { makeBatchWriter, makeRowBatch, type RowOperation } from "../support/row-batches.ts";
import { casePartitions, type StepRow, type StoreCase, type StoreStep } from "./store-arbitraries.ts";

const retentionMs = 1_000;

/** A text that tells values apart. */
export function print(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) => (typeof member === "bigint" ? `${member}n` : member)) ?? "";
}

/** What a reader shows, by key: a text of all stored fields. */
export function contentOf(reader: ViewReader): Map<string, string> {
  const fields = reader.definition.fields.map(({ name }) => reader.field(name));
  const rows = reader.all().page({ limit: Number.MAX_SAFE_INTEGER });
  return new Map(rows.map((row) => [reader.keyOf(row), print(fields.map((read) => read(row)))]));
}

/** One store and its model, to which the same is done. */
export class StoreWorld {
  readonly definition: ViewDefinition;
  readonly clock = new ManualClock();
  readonly store: ColumnStore;
  readonly model: ObjectStore;
  /** By partition: what was delivered, by offset; a hole is undefined. */
  readonly #logs = new Map<number, (RowOperation | undefined)[]>(casePartitions.map((partition) => [partition, []]));
  #writer;
  #isBuilt = false;
  /** What a subscriber holds, by key. */
  #held = new Map<string, string>();

  constructor({ definition }: StoreCase, options: Partial<ColumnStoreOptions> = {}) {
    this.definition = definition;
    const { clock } = this;
    this.store = openStore(definition, { clock, tombstoneRetentionMs: retentionMs, ...options });
    const facts = { generation: 1, incarnation: "life-1", clock, tombstoneRetentionMs: retentionMs };
    this.model = new ObjectStore({ definition, ...facts });
    this.#writer = makeBatchWriter(definition);
    for (const partition of casePartitions) {
      const bounds = { partition, startOffset: 0, lastStableOffset: 0, highWatermark: 0 };
      this.store.addPartition(bounds);
      this.model.addPartition(bounds);
    }
  }

  get isBuilt(): boolean {
    return this.#isBuilt;
  }

  async take(step: StoreStep): Promise<void> {
    switch (step.kind) {
      case "batch":
        this.#deliver(step);
        break;
      case "build":
        await this.build();
        break;
      case "maintain":
        if (this.store.needsMaintenance) this.#maintain();
        break;
      case "expire": {
        const position = this.store.positions.get(step.partition) ?? 0;
        const startOffset = Math.max(0, position - step.offsets);
        this.store.expireBelow(step.partition, startOffset);
        this.model.expireBelow(step.partition, startOffset);
        // A row that is still to expire counts where record keys collide.
        if (this.#hasRecordKey) this.settle();
        break;
      }
      case "wait":
        // Forgetting decides which older record may show again: both do it at the same moment.
        this.settle();
        this.clock.advance(step.ms);
        this.settle();
        break;
    }
  }

  async build(): Promise<void> {
    if (this.#isBuilt) return;
    this.settle();
    const pacer = createPacer(this.clock, 5, new AbortController().signal);
    await this.store.buildIndexes(pacer);
    await this.model.buildIndexes(pacer);
    this.#isBuilt = true;
    this.#held = contentOf(this.model.reader);
    this.settle(); // tombstones that were old enough before can be forgotten from now on
  }

  /** All maintenance that is due is done. */
  settle(): void {
    while (this.store.needsMaintenance) this.#maintain();
    this.model.forgetTombstones();
  }

  /** What subscribers hold, by key. */
  get held(): ReadonlyMap<string, string> {
    return this.#held;
  }

  get #hasRecordKey(): boolean {
    return this.definition.fields.some(({ source }) => source.from === "key" && source.path !== undefined);
  }

  #maintain(): void {
    const changes = this.store.maintain("IMAGES");
    if (!this.#isBuilt) expect(changes).toEqual([]);
    this.#follow(changes);
  }

  #deliver(step: Extract<StoreStep, { readonly kind: "batch" }>): void {
    const { partition, back, rows, hole, hasNewDecoder, sliceRows } = step;
    if (hasNewDecoder) this.#writer = makeBatchWriter(this.definition);
    const log = this.#logs.get(partition) ?? [];
    const from = Math.max(0, log.length - back);
    for (const row of rows) log.push(this.#operationOf(row, log.length));
    for (let at = 0; at < hole; at += 1) log.push(undefined);
    const batch = this.#batchOf(partition, from, log);
    const expected = this.model.apply(batch);
    for (;;) {
      const beforeOffset = this.store.sliceEnd(batch, sliceRows);
      const changes = this.store.apply(batch, "IMAGES", { beforeOffset });
      if (this.#isBuilt && sliceRows === Number.POSITIVE_INFINITY) this.#compareChanges(changes, expected);
      this.#follow(changes);
      if (beforeOffset >= batch.nextOffset) return;
      expect(this.store.positions.get(partition)).toBe(beforeOffset);
    }
  }

  #operationOf({ key, recordKey, timestamp, values }: StepRow, offset: number): RowOperation {
    const facts = { key, offset, timestamp, recordKey: this.#hasRecordKey ? recordKey : undefined };
    return values === null ? { operation: "DELETE", ...facts } : { operation: "UPSERT", ...facts, values };
  }

  #batchOf(partition: number, fromOffset: number, log: readonly (RowOperation | undefined)[]): RowBatch {
    const rows = log.slice(fromOffset).filter((row) => row !== undefined);
    const facts = { partition, fromOffset, nextOffset: log.length, leaderEpoch: rows.length, skippedNullKeys: 1 };
    return makeRowBatch(this.definition, rows, { ...facts, writer: this.#writer });
  }

  /** Changes are the model's, unless rows are still to expire: those the model does not have any more. */
  #compareChanges(changes: readonly KeyChange[], expected: readonly Change[]): void {
    if (this.store.needsMaintenance) return;
    const kinds = changes.map(({ key, existedBefore, existsNow, records }) => {
      return [key, existedBefore ? (existsNow ? "UPDATE" : "DELETE") : "INSERT", records];
    });
    expect(kinds).toEqual(expected.map(({ key, kind, mergedRecords }) => [key, kind, mergedRecords]));
  }

  /** F1: what a subscriber held before is what changes say, and with them it holds what the store shows. */
  #follow(changes: readonly KeyChange[]): void {
    const { reader } = this.store;
    const fields = this.definition.fields.map(({ name }) => reader.field(name));
    expect(new Set(changes.map(({ key }) => key)).size).toBe(changes.length);
    for (const { key, existedBefore, existsNow, before } of changes) {
      expect(existedBefore).toBe(this.#held.has(key));
      expect(before && print(fields.map((read) => read(before)))).toBe(this.#held.get(key));
      expect(before === undefined ? key : reader.keyOf(before)).toBe(key);
      const row = reader.get(key);
      expect(row !== undefined).toBe(existsNow);
      if (row === undefined) this.#held.delete(key);
      else this.#held.set(key, print(fields.map((read) => read(row))));
    }
  }
}

/** In key order. */
export function sortByKey(content: ReadonlyMap<string, string>): [string, string][] {
  return [...content].sort(([left], [right]) => compareText(left, right));
}

/** All values that live rows have in a field, each once. */
export function valuesIn(reader: ViewReader, field: string): FieldValue[] {
  const read = reader.field(field);
  const values = reader
    .all()
    .page({ limit: Number.MAX_SAFE_INTEGER })
    .map((row) => read(row));
  return [...new Map(values.map((value) => [print(value), value])).values()];
}
