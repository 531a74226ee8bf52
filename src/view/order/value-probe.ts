import { hashBytes } from "../../base/hash-bytes.ts";
import { hashNumber } from "../../base/hash-number.ts";
import { makeKeyText } from "../../decode/key-text.ts";
import type { FieldValue } from "../../decode/row-batch.ts";
import type { FieldType } from "../../mapping/view-definition.ts";
import type { LeafColumn, TextColumn } from "../columns/slot-column.ts";
import type { TextSpan } from "../columns/text-span.ts";
import { aimAtText, BytesProbe } from "./bytes-probe.ts";
import { makeSortableText } from "./sortable-text.ts";

/** Where rows stand against what is looked for. Holds until the view changes. */
export interface RowProbe {
  /** Negative: the row stands before it; zero: it is one of what is looked for; positive: after it. An integer. */
  compare(slot: number): number;
}

/** A probe for the values of one column. It must have been aimed; rows it is shown have a value. */
export interface ValueProbe extends RowProbe {
  /** Looks for the value that a row has now. */
  aimAt(slot: number): void;
  /** Looks for a value of the column's type, not null. */
  aimAtValue(value: FieldValue): void;
  /** Hash of the value that is looked for. Values that compare equal have equal hashes. */
  hash(seed: number): number;
}

/** Makes the function that makes probes for a column's values. Throws `InvariantError` if they have no order. */
export function makeValueProbes(column: LeafColumn): () => ValueProbe {
  switch (column.kind) {
    case "number":
      return () => new NumberProbe(column, Number);
    case "code": {
      const toCode = makeCode(column.type);
      return () => new NumberProbe(column, toCode);
    }
    case "text":
      return () => new TextProbe(column);
  }
}

/** Makes the question whether a row's value is other than null. */
export function makeHasValue(column: LeafColumn): (slot: number) => boolean {
  switch (column.kind) {
    case "number":
      return (slot) => !Number.isNaN(column.get(slot));
    case "code":
      return (slot) => column.get(slot) >= 0;
    case "text":
      return (slot) => column.hasText(slot);
  }
}

/**
 * Makes the function that points the span at bytes whose order is that of a text column's values; false for a null. The
 * bytes hold until the same function is called again: two rows' bytes at once take two functions.
 */
export function makeLocateSortable(column: TextColumn): (slot: number, span: TextSpan) => boolean {
  const makeSortable = makeSortableText(column.type);
  if (makeSortable === undefined) return (slot, span) => column.locate(slot, span);
  return (slot, span) => {
    if (!column.locate(slot, span)) return false;
    makeSortable(span);
    return true;
  };
}

/** The code of a value: of an unknown enum value -1, which stands before all. */
function makeCode(type: FieldType): (value: FieldValue) => number {
  if (type.kind !== "enum") return Number;
  const codes = new Map<FieldValue, number>(type.definition.values.map(({ name }, code) => [name, code]));
  return (value) => codes.get(value) ?? -1;
}

class NumberProbe implements ValueProbe {
  readonly #column: { get(slot: number): number };
  readonly #toNumber: (value: FieldValue) => number;
  #target = 0;

  constructor(column: { get(slot: number): number }, toNumber: (value: FieldValue) => number) {
    this.#column = column;
    this.#toNumber = toNumber;
  }

  aimAt(slot: number): void {
    this.#target = this.#column.get(slot);
  }

  aimAtValue(value: FieldValue): void {
    this.#target = this.#toNumber(value);
  }

  hash(seed: number): number {
    return hashNumber(this.#target, seed);
  }

  compare(slot: number): number {
    const value = this.#column.get(slot);
    return value < this.#target ? -1 : value > this.#target ? 1 : 0;
  }
}

class TextProbe implements ValueProbe {
  readonly #type: FieldType;
  readonly #locateTarget: (slot: number, span: TextSpan) => boolean;
  readonly #rows: BytesProbe;

  constructor(column: TextColumn) {
    this.#type = column.type;
    this.#locateTarget = makeLocateSortable(column);
    this.#rows = new BytesProbe(makeLocateSortable(column));
  }

  aimAt(slot: number): void {
    this.#locateTarget(slot, this.#rows.target);
  }

  aimAtValue(value: FieldValue): void {
    const { target } = this.#rows;
    aimAtText(target, makeKeyText(this.#type)(value));
    makeSortableText(this.#type)?.(target);
  }

  hash(seed: number): number {
    const { bytes, start, end } = this.#rows.target;
    return hashBytes(bytes, start, end, seed);
  }

  compare(slot: number): number {
    return this.#rows.compare(slot);
  }
}
