import { InvariantError } from "../../base/errors.ts";
import type { ColumnLayout } from "../../decode/columns/column-layout.ts";
import { firstDictionaryCode, textInBlock } from "../../decode/columns/column-layout.ts";
import type { RowBatch } from "../../decode/row-batch.ts";
import type { TextPool } from "./text-pool.ts";

/** Dictionaries of decoders that are known at a time: of more than there are ingest workers, with those that were replaced. */
const maxDictionaries = 256;

/** What the codes of one column of a decoder's dictionary are in the column's pool. */
export interface ColumnCodes {
  /** By the decoder's code: the pool's, or `textInBlock` where the pool was full. Longer than there are codes. */
  codes: Uint16Array;
  /** Codes that are known: from here on none is. */
  size: number;
  /** Texts that the pool did not take, by the decoder's code. */
  readonly expanded: Map<number, Uint8Array>;
}

/** One decoder's dictionary, by `Column.slot` of the text columns. */
export interface Dictionary {
  readonly columns: readonly ColumnCodes[];
  /** Some text was not taken by its pool: rows that speak of it get it into their blocks. */
  hasExpanded: boolean;
}

/**
 * Turns the codes of decoders' dictionaries into those of a store's pools. Not part of what a store is: another decoder
 * has another dictionary.
 */
export class DictionaryCodes {
  readonly #layout: ColumnLayout;
  /** By `Column.slot`. */
  readonly #pools: readonly TextPool[];
  /** The one that was used last is last. */
  readonly #dictionaries = new Map<string, Dictionary>();

  constructor(layout: ColumnLayout, pools: readonly TextPool[]) {
    this.#layout = layout;
    this.#pools = pools;
  }

  /**
   * By `Column.slot`, how many codes the batch's dictionary has with its new texts. Throws `InvariantError` if these do not
   * follow the ones before, or are of no text column.
   */
  checkSizes({ dictionary, newTexts }: RowBatch): number[] {
    const known = this.#dictionaries.get(dictionary);
    const sizes = this.#layout.textColumns.map(({ slot }) => known?.columns[slot]?.size ?? firstDictionaryCode);
    for (const { column, code } of newTexts) {
      const slot = this.#slotOf(column);
      if (code !== sizes[slot]) throw new InvariantError(`code ${code} of a dictionary came out of order`);
      sizes[slot] = code + 1;
    }
    return sizes;
  }

  /** Notes the batch's new texts; gives the dictionary that its cells speak of. The batch has been checked. */
  note({ dictionary: name, newTexts }: RowBatch): Dictionary {
    const known = this.#dictionaries.get(name);
    const dictionary = known ?? makeDictionary(this.#pools.length);
    if (known !== undefined) this.#dictionaries.delete(name);
    else if (this.#dictionaries.size === maxDictionaries) this.#dictionaries.delete(firstOf(this.#dictionaries.keys()));
    this.#dictionaries.set(name, dictionary);
    for (const { column, text } of newTexts) {
      const slot = this.#slotOf(column);
      // One of each for each text column.
      const own = this.#pools[slot]?.codeOf(text) ?? textInBlock;
      if (addCode(dictionary.columns[slot] as ColumnCodes, own, text)) dictionary.hasExpanded = true;
    }
    return dictionary;
  }

  #slotOf(column: number): number {
    const known = this.#layout.columns[column];
    if (known?.kind !== "text")
      throw new InvariantError(`a dictionary has a text of column ${column}, which has no texts`);
    return known.slot;
  }
}

/** Says whether the text must be expanded. */
function addCode(column: ColumnCodes, own: number, text: Uint8Array): boolean {
  if (column.size === column.codes.length) {
    const grown = new Uint16Array(2 * column.size);
    grown.set(column.codes);
    column.codes = grown;
  }
  column.codes[column.size] = own;
  if (own === textInBlock) column.expanded.set(column.size, text);
  column.size += 1;
  return own === textInBlock;
}

function makeDictionary(textColumns: number): Dictionary {
  const columns = Array.from({ length: textColumns }, (): ColumnCodes => {
    return { codes: Uint16Array.of(0, textInBlock, 0, 0, 0, 0, 0, 0), size: firstDictionaryCode, expanded: new Map() };
  });
  return { columns, hasExpanded: false };
}

function firstOf(names: Iterable<string>): string {
  for (const name of names) return name;
  return "";
}
