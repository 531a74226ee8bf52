import type { Column, ColumnKind, ColumnLayout } from "../../decode/columns/column-layout.ts";
import type { ViewDefinition } from "../../mapping/view-definition.ts";
import type { Cells, CellsConstructor } from "../memory/cells.ts";
import type { ChunkAllocator } from "../memory/chunk-allocator.ts";
import { ChunkedColumn, chunkRows } from "./chunked-column.ts";
import { RowRecords } from "./row-records.ts";

/** Rows that the first chunk begins with. */
const firstRows = 64;

interface Growable {
  readonly rowBytes: number;
  grow(capacityRows: number): void;
  close(): void;
}

/**
 * The rows of a view: for each candidate (a key's newest record in one partition) a slot, that is a place in every column.
 * Slots are numbered from 1; 0 is none. What a free slot's cells hold means nothing.
 */
export class RowTable {
  readonly records: RowRecords;
  /** Cells, by `Column.slot`. */
  readonly doubles: readonly ChunkedColumn<Float64Array>[];
  readonly int32s: readonly ChunkedColumn<Int32Array>[];
  readonly code16s: readonly ChunkedColumn<Uint16Array>[];
  readonly code8s: readonly ChunkedColumn<Uint8Array>[];
  readonly texts: readonly ChunkedColumn<Uint16Array>[];
  readonly #all: readonly Growable[];
  readonly #rowBytes: number;
  #capacity = 0;
  #end = 1;
  #firstFree = 0;
  #freeRows = 0;

  constructor(definition: ViewDefinition, { columns }: ColumnLayout, allocator: ChunkAllocator) {
    const open = <C extends Cells>(kind: ColumnKind, CellArray: CellsConstructor<C>): ChunkedColumn<C>[] =>
      columns
        .filter((column) => column.kind === kind)
        .map((column) => new ChunkedColumn(CellArray, { allocator, account: nameAccount(definition, column) }));
    this.records = new RowRecords(allocator);
    this.doubles = open("double", Float64Array);
    this.int32s = open("int32", Int32Array);
    this.code16s = open("code16", Uint16Array);
    this.code8s = open("code8", Uint8Array);
    this.texts = open("text", Uint16Array);
    this.#all = [this.records, ...[this.doubles, this.int32s, this.code16s, this.code8s, this.texts].flat()];
    this.#rowBytes = this.#all.reduce((sum, { rowBytes }) => sum + rowBytes, 0);
  }

  /** Behind the last slot that was ever in use. */
  get end(): number {
    return this.#end;
  }

  /** Bytes that `reserve` would take beside what it would give back. */
  measureGrowth(rows: number): number {
    const needed = this.#end + rows - this.#freeRows;
    let capacity = this.#capacity;
    while (capacity < needed) capacity = nextCapacity(capacity);
    return (capacity - this.#capacity) * this.#rowBytes;
  }

  /** Makes room, so that so many rows can be allocated without moving a column. */
  reserve(rows: number): void {
    const needed = this.#end + rows - this.#freeRows;
    while (this.#capacity < needed) {
      this.#capacity = nextCapacity(this.#capacity);
      for (const column of this.#all) column.grow(this.#capacity);
    }
  }

  /** A slot that was free; there must be room. */
  allocate(): number {
    const slot = this.#firstFree;
    if (slot === 0) {
      this.#end += 1;
      return this.#end - 1;
    }
    this.#firstFree = this.records.blockOf(slot);
    this.#freeRows -= 1;
    return slot;
  }

  /** Frees a slot. */
  free(slot: number): void {
    this.records.setFlags(slot, 0);
    this.records.setBlock(slot, this.#firstFree);
    this.#firstFree = slot;
    this.#freeRows += 1;
  }

  /** Forgets all chunks; the allocator has, or gets, their memory back. */
  close(): void {
    for (const column of this.#all) column.close();
  }
}

function nextCapacity(capacity: number): number {
  return capacity < chunkRows ? Math.max(firstRows, 2 * capacity) : capacity + chunkRows;
}

/** What a column's memory is counted under: the names of the fields that lead to it, as `column shipping.city`. */
function nameAccount({ fields }: ViewDefinition, { path, type, kind }: Column): string {
  const names: string[] = [];
  let within = fields;
  for (const place of path) {
    const field = within[place];
    if (field === undefined) break;
    names.push(field.name);
    if (field.type.kind === "embedded") within = field.type.definition.fields;
  }
  return type.kind === "embedded" && kind === "code8"
    ? `column ${names.join(".")} presence`
    : `column ${names.join(".")}`;
}
