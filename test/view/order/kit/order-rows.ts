import { compareText } from "../../../../src/base/text-order.ts";
import { makeKeyText } from "../../../../src/decode/key-text.ts";
import type { FieldValue, JsonValue } from "../../../../src/decode/row-batch.ts";
import type { FieldType } from "../../../../src/mapping/view-definition.ts";
import type { LeafColumn } from "../../../../src/view/columns/slot-column.ts";
import type { TextSpan } from "../../../../src/view/columns/text-span.ts";
import { compareValues } from "../../../model/value-order.ts";

interface Cells {
  readonly key: string;
  readonly value: FieldValue;
  readonly keyBytes: Uint8Array;
  readonly text: Uint8Array | undefined;
}

const padding = 3;

/** Rows by slot, of a key and one value, read as a store reads them: what orders are made of, and the order that they must have. */
export class OrderRows {
  readonly type: FieldType;
  /** How often rows were read. */
  reads = 0;
  readonly #cells = new Map<number, Cells>();
  readonly #compareValues: (left: FieldValue, right: FieldValue) => number;

  constructor(type: FieldType) {
    this.type = type;
    this.#compareValues = compareValues(type);
  }

  set(slot: number, key: string, value: FieldValue): void {
    const isText = this.#kind === "text" && value !== null;
    const text = isText ? padded(cellText(this.type, value)) : undefined;
    this.#cells.set(slot, { key, value, keyBytes: padded(key), text });
  }

  /** In no order of theirs. */
  get slots(): number[] {
    return [...this.#cells.keys()];
  }

  keyOf(slot: number): string {
    return this.#at(slot).key;
  }

  valueOf(slot: number): FieldValue {
    return this.#at(slot).value;
  }

  readonly locateKey = (slot: number, span: TextSpan): void => {
    point(span, this.#at(slot).keyBytes);
  };

  get column(): LeafColumn {
    const { type } = this;
    switch (this.#kind) {
      case "number":
        return { kind: "number", type, get: (slot) => this.#number(slot, Number.NaN) };
      case "code":
        return { kind: "code", type, get: (slot) => this.#number(slot, -1) };
      default:
        return {
          kind: "text",
          type,
          locate: (slot, span) => {
            const { text } = this.#at(slot);
            if (text !== undefined) point(span, text);
            return text !== undefined;
          },
          hasText: (slot) => this.#at(slot).text !== undefined,
          touch: () => undefined,
        };
    }
  }

  /** By key. */
  readonly compareKeys = (left: number, right: number): number => compareText(this.keyOf(left), this.keyOf(right));

  /** By (value, key); neither null. */
  readonly compareRows = (left: number, right: number): number =>
    this.#compareValues(this.valueOf(left), this.valueOf(right)) || this.compareKeys(left, right);

  readonly compareValue = (slot: number, value: FieldValue): number => this.#compareValues(this.valueOf(slot), value);

  get #kind(): LeafColumn["kind"] {
    const { type } = this;
    if (type.kind === "enum") return "code";
    if (type.kind !== "scalar") throw new Error("only scalars and enums have orders");
    if (type.scalar === "Boolean") return "code";
    return ["Int", "Float", "DateTime"].includes(type.scalar) ? "number" : "text";
  }

  #number(slot: number, ifNull: number): number {
    const { value } = this.#at(slot);
    if (value === null) return ifNull;
    if (this.type.kind !== "enum") return Number(value);
    return this.type.definition.values.findIndex(({ name }) => name === value);
  }

  #at(slot: number): Cells {
    this.reads += 1;
    const cells = this.#cells.get(slot);
    if (cells === undefined) throw new Error(`there is no row ${slot}`);
    return cells;
  }
}

/** The cell's text as the store has it: JSON as it was printed, not in its canonical form. */
function cellText(type: FieldType, value: FieldValue): string {
  const isJson = type.kind === "scalar" && type.scalar === "JSON";
  return isJson ? JSON.stringify((value as JsonValue).json) : makeKeyText(type)(value); // a value of JSON is boxed
}

/** In the middle of other bytes. */
function padded(text: string): Uint8Array {
  const bytes = Buffer.from(text, "utf8");
  const all = new Uint8Array(bytes.length + 2 * padding).fill(0xee);
  all.set(bytes, padding);
  return all;
}

function point(span: TextSpan, bytes: Uint8Array): void {
  span.bytes = bytes;
  span.start = padding;
  span.end = bytes.length - padding;
}
