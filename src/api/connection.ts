import type { RowList, RowPage, ViewReader } from "../view/view-reader.ts";
import { type CursorScope, encodeCursor } from "./cursor.ts";
import type { Entity } from "./entity.ts";
import type { OutputBudget } from "./output-budget.ts";
import { hasRowsAfter, hasRowsBefore, type PageOfRows } from "./page-neighbours.ts";

export interface ConnectionOptions {
  readonly reader: ViewReader;
  readonly rows: RowList;
  readonly page: RowPage;
  readonly scope: CursorScope;
  readonly budget: OutputBudget;
}

/**
 * One page of a list of entities. Nothing is read before it is asked for; `totalCount` alone reads no row. Takes the
 * page's entities from the budget when the page is read, and again each time it is put out once more.
 */
export class Connection {
  readonly #options: ConnectionOptions;
  #page: readonly Entity[] | undefined;
  #isPutOut = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  get totalCount(): number {
    return this.#options.rows.size;
  }

  /** The page's entities in key order, to be put out. */
  takeEntities(): readonly Entity[] {
    const entities = this.#entities();
    if (this.#isPutOut) this.#options.budget.takeEntities(entities.length);
    this.#isPutOut = true;
    return entities;
  }

  get startCursor(): string | null {
    return this.#cursorOf(this.#entities()[0]);
  }

  get endCursor(): string | null {
    return this.#cursorOf(this.#entities().at(-1));
  }

  get hasPreviousPage(): boolean {
    return hasRowsBefore(this.#pageOfRows());
  }

  get hasNextPage(): boolean {
    return hasRowsAfter(this.#pageOfRows());
  }

  #entities(): readonly Entity[] {
    if (this.#page !== undefined) return this.#page;
    const { reader, rows, page, budget } = this.#options;
    const found = page.limit === 0 ? [] : rows.page(page);
    budget.takeEntities(found.length);
    this.#page = found.map((row) => ({ row, reader }));
    return this.#page;
  }

  #cursorOf(entity: Entity | undefined): string | null {
    if (entity === undefined) return null;
    const { scope, budget } = this.#options;
    const cursor = encodeCursor(scope, entity.reader.keyOf(entity.row));
    budget.takeBytes(cursor.length + 2);
    return cursor;
  }

  #pageOfRows(): PageOfRows {
    const { reader, rows, page } = this.#options;
    const entities = this.#entities();
    const keyOf = (entity: Entity | undefined) => entity && reader.keyOf(entity.row);
    return {
      rows,
      page,
      startKey: keyOf(entities[0]),
      endKey: keyOf(entities.at(-1)),
      keyOf: (row) => reader.keyOf(row),
    };
  }
}
