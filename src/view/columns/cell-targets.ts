import { chunkMask, chunkShift } from "./chunked-column.ts";

const firstRows = 1_024;

/**
 * Which rows of a batch go to which slots, arranged by chunk: loops over one chunk of a column after the other find its
 * array once, not once a row. Used again for each batch.
 */
export class CellTargets {
  /** Those that were added, in order. */
  #addedRows = new Uint32Array(firstRows);
  #addedSlots = new Uint32Array(firstRows);
  /** Rows of the batch; of one chunk in the order in which they were added, so that a later one of a slot overwrites an earlier one. */
  rows = new Uint32Array(firstRows);
  /** Where in the chunk each row's slot is. */
  places = new Uint32Array(firstRows);
  /** By chunk: the first of `rows` that goes there; one more for the end. What lies beyond means nothing. */
  starts = new Uint32Array(2);
  count = 0;

  /** Forgets all; makes room for so many rows, to be added to a table of so many chunks. */
  begin(rows: number): void {
    this.count = 0;
    if (rows <= this.rows.length) return;
    this.#addedRows = new Uint32Array(2 * rows);
    this.#addedSlots = new Uint32Array(2 * rows);
    this.rows = new Uint32Array(2 * rows);
    this.places = new Uint32Array(2 * rows);
  }

  add(row: number, slot: number): void {
    this.#addedRows[this.count] = row;
    this.#addedSlots[this.count] = slot;
    this.count += 1;
  }

  /** Arranges what was added, for columns of so many chunks. */
  arrange(chunks: number): void {
    if (this.starts.length <= chunks) this.starts = new Uint32Array(2 * chunks + 1);
    arrange(this.#addedRows, this.#addedSlots, this, chunks);
  }
}

/** Counts the slots of each chunk, then puts each row behind those before it. */
function arrange(
  addedRows: Uint32Array,
  addedSlots: Uint32Array,
  { rows, places, starts, count }: CellTargets,
  chunks: number,
): void {
  // Rows are below the count, chunks below their number: the casts are true by that.
  starts.fill(0, 0, chunks + 1);
  for (let at = 0; at < count; at += 1) {
    const chunk = (addedSlots[at] as number) >>> chunkShift;
    starts[chunk] = (starts[chunk] as number) + 1;
  }
  let end = 0;
  for (let chunk = 0; chunk <= chunks; chunk += 1) {
    end += starts[chunk] as number;
    starts[chunk] = end;
  }
  // From the last one on, as the ends become the starts.
  for (let at = count - 1; at >= 0; at -= 1) {
    const slot = addedSlots[at] as number;
    const place = (starts[slot >>> chunkShift] as number) - 1;
    starts[slot >>> chunkShift] = place;
    rows[place] = addedRows[at] as number;
    places[place] = slot & chunkMask;
  }
}
