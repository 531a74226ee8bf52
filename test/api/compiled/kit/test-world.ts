import type { GraphQLSchema } from "graphql";
import { createExecutableSchema } from "../../../../src/api/executable-schema.ts";
import { type ApiLimits, defaultApiLimits } from "../../../../src/api/limits.ts";
import { createOperationContext, type OperationContext } from "../../../../src/api/operation-context.ts";
import { InvariantError } from "../../../../src/base/errors.ts";
import type { FieldValue } from "../../../../src/decode/row-batch.ts";
import type { ViewDefinition } from "../../../../src/mapping/view-definition.ts";
import type { KeyChange } from "../../../../src/view/key-change.ts";
import type { ReadableView, ViewCatalog } from "../../../../src/view/readable-view.ts";
import { ViewNotReadyError } from "../../../../src/view/view-errors.ts";
import type { ViewPosition } from "../../../../src/view/view-position.ts";
import type { ViewReader } from "../../../../src/view/view-reader.ts";
import { ManualClock } from "../../../support/manual-clock.ts";

/** One view without a log: what is put is there. */
export interface TestView extends ReadableView {
  /** Puts an entity (its values in the order of the definition's fields), or deletes it; undefined if that changed nothing. */
  put(key: string, values: readonly FieldValue[] | null): KeyChange | undefined;
  /** From now on it is not ready, or ready again. */
  setReady(isReady: boolean): void;
}

/** Views without logs, and the API on top of them. */
export interface TestWorld {
  readonly definitions: readonly ViewDefinition[];
  readonly schema: GraphQLSchema;
  readonly views: ViewCatalog;
  view(name: string): TestView;
  context(limits?: Partial<ApiLimits>): OperationContext;
}

/** What holds the entities of a test view. */
export interface TestStore {
  readonly reader: ViewReader;
  /** As `TestView.put`; each call has an offset of its own, from 0 on. */
  put(key: string, values: readonly FieldValue[] | null, offset: number): KeyChange | undefined;
}

/** Creates a world of views over these stores, by name. */
export function createTestWorld(
  definitions: readonly ViewDefinition[],
  storeOf: (definition: ViewDefinition) => TestStore,
): TestWorld {
  const clock = new ManualClock();
  const views = new Map(
    definitions.map((definition) => [definition.name, createTestView(definition, storeOf(definition))]),
  );
  return {
    definitions,
    schema: createExecutableSchema(definitions, {}),
    views,
    view: (name) => {
      const view = views.get(name);
      if (view === undefined) throw new InvariantError(`no view ${name}`);
      return view;
    },
    context: (limits = {}) => createOperationContext({ views, clock, limits: { ...defaultApiLimits, ...limits } }),
  };
}

function createTestView(definition: ViewDefinition, store: TestStore): TestView {
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
      return store.reader;
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
      throw new InvariantError("a test view has no status");
    },
    openChanges: () => {
      throw new InvariantError("a test view has no changes");
    },
    put: (key, values) => {
      const change = store.put(key, values, offset);
      offset += 1;
      position = undefined;
      return change;
    },
    setReady: (ready) => {
      isReady = ready;
    },
  };
}
