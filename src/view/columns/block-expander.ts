import { maxVarintBytes, putVarint } from "../../decode/columns/block-bytes.ts";
import type { ColumnLayout } from "../../decode/columns/column-layout.ts";
import { isPlainText } from "../../decode/columns/row-texts.ts";
import type { OpenBatch } from "./open-batch.ts";
import { endOfCell, endOfText } from "./read-block.ts";

const firstWords = 256;

/** Puts texts that a store's pools did not take into the blocks of the rows that have them. */
export class BlockExpander {
  readonly #layout: ColumnLayout;
  #words = new Uint32Array(firstWords);
  #bytes = bytesOf(this.#words);

  constructor(layout: ColumnLayout) {
    this.#layout = layout;
  }

  /** Words that the blocks of a batch may have more, at most. */
  measure({ columns, dictionary, from, rowCount }: OpenBatch): number {
    if (!dictionary.hasExpanded) return 0;
    let words = 0;
    for (const [slot, { expanded }] of dictionary.columns.entries()) {
      const cells = columns.texts[slot];
      for (let row = from; row < rowCount; row += 1) {
        const text = expanded.get(cells?.[row] ?? 0);
        if (text !== undefined) words += (maxVarintBytes + text.length + 3) >>> 2;
      }
    }
    return words;
  }

  /** The block of an upserting row with all texts that it must hold, at word 0; valid until the next. Undefined if it has them already. */
  expand({ columns, blocks, dictionary }: OpenBatch, row: number): Uint32Array | undefined {
    const textsOf = (slot: number): Uint8Array | undefined =>
      dictionary.columns[slot]?.expanded.get(columns.texts[slot]?.[row] ?? 0);
    const texts = this.#layout.textColumns.map(({ slot }) => textsOf(slot));
    if (texts.every((text) => text === undefined)) return undefined;
    const { bytes, words } = blocks;
    const word = columns.blockAt[row] as number; // a row of the batch
    const start = 4 * word + 4;
    const added = texts.reduce((sum, text) => sum + (text === undefined ? 0 : maxVarintBytes + text.length), 0);
    this.#makeRoom(4 * (words[word] as number) + added + 3); // a block begins with its words
    let at = endOfText(bytes, start);
    if (this.#layout.hasRecordKey) at = endOfText(bytes, at);
    let end = this.#put(4, bytes, start, at);
    for (const text of texts) {
      const next = endOfCell(bytes, at);
      end = text === undefined ? this.#put(end, bytes, at, next) : this.#putText(end, text);
      at = next;
    }
    for (; (end & 3) !== 0; end += 1) this.#bytes[end] = 0;
    this.#words[0] = end >>> 2;
    return this.#words;
  }

  #putText(at: number, text: Uint8Array): number {
    const isPlain = isPlainText(text, 0, text.length);
    const start = putVarint(this.#bytes, at, ((text.length << 1) | Number(isPlain)) + 1);
    return this.#put(start, text, 0, text.length);
  }

  #put(at: number, from: Uint8Array, start: number, end: number): number {
    this.#bytes.set(from.subarray(start, end), at);
    return at + end - start;
  }

  #makeRoom(bytes: number): void {
    if (bytes <= this.#bytes.length) return;
    this.#words = new Uint32Array(Math.ceil(bytes / 2));
    this.#bytes = bytesOf(this.#words);
  }
}

function bytesOf({ buffer }: Uint32Array): Uint8Array {
  return new Uint8Array(buffer);
}
