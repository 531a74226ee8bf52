import type { ViewDefinition } from "../../../../src/mapping/view-definition.ts";
import { type Candidate, liveOf } from "../../../model/entity.ts";
import { KeyTable } from "../../../model/key-table.ts";
import { ObjectReader, toRow } from "../../../model/object-reader.ts";
import { StoreIndexes } from "../../../model/store-indexes.ts";
import { createTestWorld, type TestStore, type TestWorld } from "./test-world.ts";

/** Creates empty views of these definitions, which hold objects. */
export function createModelWorld(definitions: readonly ViewDefinition[]): TestWorld {
  return createTestWorld(definitions, createModelStore);
}

function createModelStore(definition: ViewDefinition): TestStore {
  const table = new KeyTable();
  const indexes = new StoreIndexes(definition);
  return {
    reader: new ObjectReader(definition, table, indexes),
    put: (key, values, offset) => {
      const before = liveOf(table.get(key));
      const candidate: Candidate = {
        key,
        partition: 0,
        offset,
        timestamp: 0,
        values,
        recordKey: undefined,
        sizeBytes: 0,
      };
      const after = liveOf(table.put(candidate));
      indexes.move(before, after);
      if (before === undefined && after === undefined) return undefined;
      const existence = { existedBefore: before !== undefined, existsNow: after !== undefined };
      return { key, ...existence, before: before && toRow(before), records: 1 };
    },
  };
}
