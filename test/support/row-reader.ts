import {
  type Column,
  type ColumnLayout,
  type FieldPlace,
  nullCode8,
  nullCode16,
  textInBlock,
  textNull,
} from "../../src/decode/columns/column-layout.ts";
import {
  layRowColumns,
  operationDelete,
  operationUpsert,
  type RowColumns,
} from "../../src/decode/columns/row-columns.ts";
import { makeCellParser, type ReadText } from "../../src/decode/output-text.ts";
import type { FieldValue, RowBatch } from "../../src/decode/row-batch.ts";
import { scalarCodecs } from "../../src/decode/scalars/scalar-codecs.ts";
import type { FieldType } from "../../src/mapping/view-definition.ts";
import type { RowOperation } from "./row-operations.ts";

/** Where codes of a dictionary are looked up. */
interface Texts {
  get(dictionary: string, column: number, code: number): string;
}

/** What a row's block holds. */
interface Block {
  readonly key: string;
  readonly recordKey: string | undefined;
  /** By `Column.slot`; undefined where the block has none. */
  readonly texts: ReadonlyArray<string | undefined>;
}

/** Reads rows of a batch back by the letter of `RowColumns`, with no code of the writer; throws where a row breaks it. */
export class RowReader {
  readonly #layout: ColumnLayout;
  readonly #batch: RowBatch;
  readonly #texts: Texts;
  readonly #columns: RowColumns;
  /** By `Column.index`. */
  readonly #parsers: readonly ReadText[];

  constructor(layout: ColumnLayout, batch: RowBatch, texts: Texts) {
    this.#layout = layout;
    this.#batch = batch;
    this.#texts = texts;
    this.#columns = layRowColumns(layout, batch.capacityRows, batch.buffer);
    this.#parsers = layout.columns.map(({ type }) => makeCellParser(type));
  }

  read(row: number): RowOperation {
    const { offsets, timestamps, operations } = this.#columns;
    const isDelete = at(operations, row) === operationDelete;
    if (!isDelete && at(operations, row) !== operationUpsert)
      throw new Error("a row is neither an upsert nor a delete");
    const block = this.#readBlock(row, isDelete);
    const facts = {
      key: block.key,
      offset: at(offsets, row),
      timestamp: at(timestamps, row),
      recordKey: block.recordKey,
    };
    if (isDelete) return { operation: "DELETE", ...facts };
    const values = this.#layout.places.map((place) => this.#readPlace(place, row, block));
    return { operation: "UPSERT", ...facts, values };
  }

  #readPlace(place: FieldPlace, row: number, block: Block): FieldValue {
    switch (place.kind) {
      case "key":
        return keyValue(place.type, block.key);
      case "column":
        return this.#readCell(place.column, row, block);
      case "embedded": {
        const members = place.members.map((member) => this.#readPlace(member, row, block));
        if (place.presence === undefined || at(at(this.#columns.code8s, place.presence.slot), row) === 1) {
          return { values: members };
        }
        return null;
      }
    }
  }

  #readCell({ kind, slot, type, index }: Column, row: number, block: Block): FieldValue {
    const { doubles, int32s, code8s, code16s, texts } = this.#columns;
    switch (kind) {
      case "double": {
        const value = at(at(doubles, slot), row);
        return Number.isNaN(value) ? null : value;
      }
      case "int32":
        return at(at(int32s, slot), row);
      case "code8":
        return valueOfCode(type, at(at(code8s, slot), row), nullCode8);
      case "code16":
        return valueOfCode(type, at(at(code16s, slot), row), nullCode16);
      case "text": {
        const cell = at(at(texts, slot), row);
        const inBlock = block.texts[slot];
        if ((cell === textInBlock) !== (inBlock !== undefined)) throw new Error("cell and block differ");
        if (cell === textNull) return null;
        return at(this.#parsers, index)(inBlock ?? this.#texts.get(this.#batch.dictionary, index, cell));
      }
    }
  }

  #readBlock(row: number, isDelete: boolean): Block {
    const { blockAt, blocks, blockBytes } = this.#columns;
    const word = at(blockAt, row);
    const end = word + at(blocks, word);
    if (end > this.#batch.blockWords) throw new Error("a block ends beyond the batch's");
    const cursor = { bytes: blockBytes, at: 4 * word + 4 };
    const key = takeText(cursor, takeVarint(cursor));
    const recordKey = this.#layout.hasRecordKey ? takeText(cursor, takeVarint(cursor)) : undefined;
    const texts = isDelete ? [] : this.#layout.textColumns.map(() => takeCellText(cursor));
    const padding = blockBytes.subarray(cursor.at, 4 * end);
    if (padding.length > 3 || padding.some((byte) => byte !== 0))
      throw new Error("a block has something after its texts");
    return { key, recordKey, texts };
  }
}

/** A key's value out of its canonical text. */
function keyValue(type: FieldType, text: string): FieldValue {
  return type.kind === "scalar" ? scalarCodecs[type.scalar].parseText(text) : text;
}

function valueOfCode(type: FieldType, code: number, nullCode: number): FieldValue {
  if (code === nullCode) return null;
  if (type.kind === "enum") return at(type.definition.values, code).name;
  if (code > 1) throw new Error(`a Boolean has the code ${code}`);
  return code === 1;
}

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

function takeCellText(cursor: Cursor): string | undefined {
  const head = takeVarint(cursor);
  if (head === 0) return undefined;
  const text = takeText(cursor, (head - 1) >>> 1);
  const isPlain = ((head - 1) & 1) === 1;
  if (isPlain !== (JSON.stringify(text) === `"${text}"`))
    throw new Error(`a text is marked ${isPlain ? "" : "not "}plain`);
  return text;
}

function takeText(cursor: Cursor, length: number): string {
  cursor.at += length;
  const bytes = cursor.bytes.slice(cursor.at - length, cursor.at);
  return decoder.decode(bytes);
}

function takeVarint(cursor: Cursor): number {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = at(cursor.bytes, cursor.at);
    cursor.at += 1;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return value >>> 0;
  }
}

function at<Value>(array: ArrayLike<Value>, index: number): Value {
  const value = array[index];
  if (value === undefined) throw new Error(`nothing at ${index} of ${array.length}`);
  return value;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
