import type { FieldValue } from "../../../src/decode/row-batch.ts";
import { createPacer } from "../../../src/view/pacer.ts";
import type { ViewReader } from "../../../src/view/view-reader.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { openStore } from "../../support/open-store.ts";
import { makeBatchWriter, makeRowBatch, type RowOperation } from "../../support/row-batches.ts";
import { defineView } from "../../support/view-definitions.ts";

const batchRows = 1_000;
/** A decoder begins a new dictionary after so many batches. */
const dictionaryBatches = 25;
const tombstoneRetentionMs = 50;

const definition = defineView({
  fields: { n: { type: "Int", isIndexed: true }, text: "String", word: { type: "String", isIndexed: true } },
});

/** Values of one entity: `n`, `text`, `word`. */
export type SizedValues = readonly [n: number, text: string | null, word: string];

/** A store that is written in batches of 1,000, beside a map that says what it should hold. */
export class SizedStore {
  readonly clock = new ManualClock();
  readonly store = openStore(definition, { clock: this.clock, tombstoneRetentionMs, maxPooledTexts: 3_000 });
  readonly expected = new Map<string, SizedValues>();
  #writer = makeBatchWriter(definition);
  #batches = 0;
  #nextOffset = 0;

  constructor() {
    this.store.addPartition({ partition: 0, startOffset: 0, lastStableOffset: 0, highWatermark: 0 });
  }

  /** Writes these keys with the values that `make` gives, or deletes those that get none. */
  write(keys: readonly string[], make: (key: string, at: number) => SizedValues | undefined): void {
    for (let from = 0; from < keys.length; from += batchRows) {
      const fromOffset = this.#nextOffset;
      const rows = keys.slice(from, from + batchRows).map((key, at) => this.#makeRow(key, make(key, from + at)));
      if (this.#batches % dictionaryBatches === 0) this.#writer = makeBatchWriter(definition);
      this.#batches += 1;
      this.store.apply(makeRowBatch(definition, rows, { writer: this.#writer, fromOffset }), "NONE");
    }
  }

  async build(): Promise<void> {
    await this.store.buildIndexes(createPacer(this.clock, 5, new AbortController().signal));
  }

  /** Does all upkeep that is due now; gives the steps that it took. */
  settle(): number {
    let steps = 0;
    for (; this.store.needsMaintenance; steps += 1) this.store.maintain("NONE");
    return steps;
  }

  /** Lets all tombstones have waited long enough. */
  forget(): void {
    this.clock.advance(tombstoneRetentionMs + 1);
  }

  /** Bytes of one account. */
  bytesOf(account: string): number {
    return this.store.memoryByAccount.get(account) ?? 0;
  }

  #makeRow(key: string, values: SizedValues | undefined): RowOperation {
    const offset = this.#nextOffset;
    this.#nextOffset += 1;
    if (values === undefined) {
      this.expected.delete(key);
      return { operation: "DELETE", key, offset, timestamp: 0 };
    }
    this.expected.set(key, values);
    return { operation: "UPSERT", key, offset, timestamp: 0, values: [key, ...values] };
  }
}

/** Keys of which the reader does not show what is expected, and those that it shows beside them. */
export function listWrong(reader: ViewReader, expected: ReadonlyMap<string, SizedValues>): string[] {
  const fields = ["n", "text", "word"].map((name) => reader.field(name));
  const wrong = [...expected.keys()].filter((key) => {
    const row = reader.get(key);
    return row === undefined || fields.some((read, at) => read(row) !== expected.get(key)?.[at]);
  });
  const shown = reader.all().page({ limit: Number.MAX_SAFE_INTEGER });
  const inOrder = [...expected.keys()].sort();
  return [...wrong, ...shown.map((row) => reader.keyOf(row)).filter((key, at) => key !== inOrder[at])];
}

/** Values of an indexed field that the reader finds in other rows than those that are expected to have them. */
export function listWrongValues(
  reader: ViewReader,
  field: "n" | "word",
  expected: ReadonlyMap<string, SizedValues>,
): FieldValue[] {
  const at = field === "n" ? 0 : 2;
  const keys = Map.groupBy([...expected.keys()].sort(), (key) => expected.get(key)?.[at] ?? null);
  return [...keys].flatMap(([value, wanted]) => {
    const found = reader.matching(field, value);
    const page = found.page({ limit: 3 }).map((row) => reader.keyOf(row));
    const isRight = found.size === wanted.length && page.join() === wanted.slice(0, 3).join();
    return isRight ? [] : [value];
  });
}
