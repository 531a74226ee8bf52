import type { OpenBatch } from "./open-batch.ts";
import { haveSameKey } from "./read-block.ts";

const firstRows = 1_024;

/** The distinct keys of one batch's rows, in the order of their first rows. Used again for each batch. */
export class TouchedKeys {
  /** Keys of the batch. */
  count = 0;
  /** By key: its last row, which says what becomes of it. */
  lastRow = new Uint32Array(firstRows);
  /** By key: how many rows it has. */
  rows = new Uint32Array(firstRows);
  /** Open addressing over the keys' hashes: key + 1, or 0. */
  #places = new Uint32Array(2 * firstRows);

  gather(batch: OpenBatch): void {
    const { from, rowCount } = batch;
    this.#begin(rowCount - from);
    for (let row = from; row < rowCount; row += 1) {
      const place = this.#findPlace(batch, row);
      const known = this.#places[place] as number; // places are below the length
      if (known === 0) {
        this.#places[place] = this.count + 1;
        this.lastRow[this.count] = row;
        this.rows[this.count] = 1;
        this.count += 1;
      } else {
        this.lastRow[known - 1] = row;
        this.rows[known - 1] = (this.rows[known - 1] as number) + 1; // a key that is known
      }
    }
  }

  #begin(rows: number): void {
    this.count = 0;
    if (rows > this.lastRow.length) {
      this.lastRow = new Uint32Array(2 * rows);
      this.rows = new Uint32Array(2 * rows);
      let places = this.#places.length;
      while (places < 2 * this.lastRow.length) places *= 2;
      this.#places = new Uint32Array(places);
    } else {
      this.#places.fill(0);
    }
  }

  #findPlace({ columns: { keyHashes, blockAt }, blocks: { words, bytes } }: OpenBatch, row: number): number {
    // Rows of the batch have places in its columns, places of the table are below its length.
    const hash = keyHashes[row] as number;
    const word = blockAt[row] as number;
    const mask = this.#places.length - 1;
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const known = this.#places[place] as number;
      if (known === 0) return place;
      const other = this.lastRow[known - 1] as number;
      if (keyHashes[other] === hash && haveSameKey(words, bytes, word, words, bytes, blockAt[other] as number))
        return place;
    }
  }
}
