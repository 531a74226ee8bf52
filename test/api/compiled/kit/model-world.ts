import type { GraphQLSchema } from "graphql";
import { createExecutableSchema } from "../../../../src/api/executable-schema.ts";
import { type ApiLimits, defaultApiLimits } from "../../../../src/api/limits.ts";
import { createOperationContext, type OperationContext } from "../../../../src/api/operation-context.ts";
import { InvariantError } from "../../../../src/base/errors.ts";
import type { FieldValue } from "../../../../src/decode/row-batch.ts";
import type { ViewDefinition } from "../../../../src/mapping/view-definition.ts";
import type { Change } from "../../../../src/view/change-set.ts";
import type { ReadableView, ViewCatalog } from "../../../../src/view/readable-view.ts";
import { ViewNotReadyError } from "../../../../src/view/view-errors.ts";
import type { ViewPosition } from "../../../../src/view/view-position.ts";
import { type Candidate, liveOf } from "../../../model/entity.ts";
import { KeyTable } from "../../../model/key-table.ts";
import { makeChange } from "../../../model/make-change.ts";
import { ObjectReader, toRow } from "../../../model/object-reader.ts";
import { StoreIndexes } from "../../../model/store-indexes.ts";
import { ManualClock } from "../../../support/manual-clock.ts";

/** One view without a log: what is put is there. */
export interface ModelView extends ReadableView {
  /** Puts an entity (its values in the order of the definition's fields), or deletes it; undefined if that changed nothing. */
  put(key: string, values: readonly FieldValue[] | null): Change | undefined;
  /** From now on it is not ready, or ready again. */
  setReady(isReady: boolean): void;
}

/** Views without logs, and the API on top of them. */
export interface ModelWorld {
  readonly definitions: readonly ViewDefinition[];
  readonly schema: GraphQLSchema;
  readonly views: ViewCatalog;
  view(name: string): ModelView;
  context(limits?: Partial<ApiLimits>): OperationContext;
}

/** Creates empty views of these definitions. */
export function createModelWorld(definitions: readonly ViewDefinition[]): ModelWorld {
  const clock = new ManualClock();
  const models = new Map(definitions.map((definition) => [definition.name, createModelView(definition)]));
  return {
    definitions,
    schema: createExecutableSchema(definitions, {}),
    views: models,
    view: (name) => {
      const view = models.get(name);
      if (view === undefined) throw new InvariantError(`no view ${name}`);
      return view;
    },
    context: (limits = {}) =>
      createOperationContext({ views: models, clock, limits: { ...defaultApiLimits, ...limits } }),
  };
}

function createModelView(definition: ViewDefinition): ModelView {
  const table = new KeyTable();
  const indexes = new StoreIndexes(definition);
  const reader = new ObjectReader(definition, table, indexes);
  let offset = 0;
  let position: ViewPosition | undefined;
  let isReady = true;
  const check = () => {
    if (!isReady) throw new ViewNotReadyError(definition.name);
  };
  return {
    definition,
    quarantine: { totalCount: 0, page: () => [] },
    reader: () => {
      check();
      return reader;
    },
    position: () => {
      check();
      position ??= {
        view: definition.name,
        lineage: Buffer.from(definition.name).toString("hex"),
        positions: new Map([[0, offset]]),
        epochs: new Map(),
      };
      return position;
    },
    status: () => {
      throw new InvariantError("a model view has no status");
    },
    openChanges: () => {
      throw new InvariantError("a model view has no changes");
    },
    put: (key, values) => {
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
      offset += 1;
      position = undefined;
      return makeChange(key, before && toRow(before), after && toRow(after), 1);
    },
    setReady: (ready) => {
      isReady = ready;
    },
  };
}
