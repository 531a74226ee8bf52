import { InvariantError } from "../../../../src/base/errors.ts";
import type { ViewDefinition } from "../../../../src/mapping/view-definition.ts";
import type { ColumnStore } from "../../../../src/view/store/column-store.ts";
import { openStore } from "../../../support/open-store.ts";
import { makeBatchWriter, makeRowBatch, type RowOperation } from "../../../support/row-batches.ts";
import { createTestWorld, type TestStore, type TestWorld } from "./test-world.ts";

/** Views of these definitions, which hold columns: what is put comes to them in row batches. */
export interface ColumnWorld extends TestWorld, Disposable {}

/** Creates empty ones. */
export async function createColumnWorld(definitions: readonly ViewDefinition[]): Promise<ColumnWorld> {
  const stores = new Map<string, ColumnStore>();
  for (const definition of definitions) {
    const store = openStore(definition);
    store.addPartition({ partition: 0, startOffset: 0, lastStableOffset: 0, highWatermark: 0 });
    await store.buildIndexes({ giveWay: () => undefined });
    stores.set(definition.name, store);
  }
  const world = createTestWorld(definitions, (definition) => {
    const store = stores.get(definition.name);
    if (store === undefined) throw new InvariantError(`no store of ${definition.name}`);
    return createColumnStore(definition, store);
  });
  return {
    ...world,
    [Symbol.dispose]: () => {
      for (const store of stores.values()) store.close();
    },
  };
}

function createColumnStore(definition: ViewDefinition, store: ColumnStore): TestStore {
  const writer = makeBatchWriter(definition);
  return {
    reader: store.reader,
    put: (key, values, offset) => {
      const place = { key, offset, timestamp: 0 };
      const row: RowOperation =
        values === null ? { operation: "DELETE", ...place } : { operation: "UPSERT", ...place, values };
      return store.apply(makeRowBatch(definition, [row], { writer }), "IMAGES")[0];
    },
  };
}
