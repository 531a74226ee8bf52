import { InvariantError } from "../../base/errors.ts";
import { makeKeyText } from "../../decode/key-text.ts";
import type { FieldValue } from "../../decode/row-batch.ts";
import type { FieldType } from "../../mapping/view-definition.ts";
import { createTextSpan, type TextSpan } from "../columns/text-span.ts";
import { compareBytes } from "./compare-bytes.ts";
import { encodeProbeText } from "./probe-text.ts";
import { makeSortableText } from "./sortable-text.ts";

/** Points the span at the UTF-8 of a row's key. */
export type LocateKey = (slot: number, span: TextSpan) => unknown;

/** One column as orders read it, by row slot: what `FieldColumn` is by row. */
export type SlotColumn =
  | { readonly kind: "number"; readonly type: FieldType; get(slot: number): number /* NaN: null */ }
  | { readonly kind: "code"; readonly type: FieldType; get(slot: number): number /* -1: null */ }
  | TextColumn;

export interface TextColumn {
  readonly kind: "text";
  readonly type: FieldType;
  /** False: null. */
  locate(slot: number, span: TextSpan): boolean;
  /** What `locate` would give; does not go to where the text is. */
  hasText(slot: number): boolean;
}

/** Where rows stand against what is looked for. Holds until the view changes. */
export interface RowProbe {
  /** Negative: the row stands before it; zero: it is one of what is looked for; positive: after it. An integer. */
  compare(slot: number): number;
}

/** What is looked for: in an order by key a key, in an order by value a value or, with `key`, a place among its rows. */
export interface OrderBound {
  readonly value?: FieldValue | undefined;
  readonly key?: string | undefined;
}

/** The order of rows, by key or by (value, key). */
export interface RowComparator {
  /** Whether the row has a place in the order: rows whose value is null have none in an order by value. */
  hasPlace(slot: number): boolean;
  /** Looks for a row, by the cells that it has now: only it compares equal. Always the same probe, aimed anew. */
  aimAt(slot: number): RowProbe;
  /** Looks for a bound. The value has the column's type and is not null. Throws `InvariantError` for the other kind of bound. */
  probe(bound: OrderBound): RowProbe;
}

/** Makes the order by key: that of the key texts' UTF-8, which is by code point. */
export function makeKeyComparator(locateKey: LocateKey): RowComparator {
  const own = new BytesProbe(locateKey);
  return {
    hasPlace: () => true,
    aimAt: (slot) => {
      locateKey(slot, own.target);
      return own;
    },
    probe: ({ value, key }) => {
      if (key === undefined || value !== undefined) throw new InvariantError("an order by key is searched by a key");
      return aimAtKey(locateKey, key);
    },
  };
}

/** Makes the order by (value, key) of a column: `compareValues` of its type, then keys. */
export function makeValueComparator(column: SlotColumn, locateKey: LocateKey): RowComparator {
  const makeProbe = makeValueProbes(column);
  const ownValue = makeProbe();
  const ownKey = new BytesProbe(locateKey);
  const own = new PairProbe(ownValue, ownKey);
  return {
    hasPlace: makeHasValue(column),
    aimAt: (slot) => {
      ownValue.aimAt(slot);
      locateKey(slot, ownKey.target);
      return own;
    },
    probe: ({ value, key }) => {
      if (value === undefined || value === null) throw new InvariantError("an order by value is searched by a value");
      const probe = makeProbe();
      probe.aimAtValue(value);
      return key === undefined ? probe : new PairProbe(probe, aimAtKey(locateKey, key));
    },
  };
}

/** Makes the question whether a row's value is other than null. */
export function makeHasValue(column: SlotColumn): (slot: number) => boolean {
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

/** A probe for values only, that can be aimed. */
interface ValueProbe extends RowProbe {
  aimAt(slot: number): void;
  aimAtValue(value: FieldValue): void;
}

function makeValueProbes(column: SlotColumn): () => ValueProbe {
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

  compare(slot: number): number {
    return this.#rows.compare(slot);
  }
}

class BytesProbe implements RowProbe {
  readonly target = createTextSpan();
  readonly #row = createTextSpan();
  readonly #locate: LocateKey;

  constructor(locate: LocateKey) {
    this.#locate = locate;
  }

  compare(slot: number): number {
    this.#locate(slot, this.#row);
    return compareBytes(this.#row, this.target);
  }
}

class PairProbe implements RowProbe {
  readonly #value: RowProbe;
  readonly #key: RowProbe;

  constructor(value: RowProbe, key: RowProbe) {
    this.#value = value;
    this.#key = key;
  }

  compare(slot: number): number {
    return this.#value.compare(slot) || this.#key.compare(slot);
  }
}

function aimAtKey(locateKey: LocateKey, key: string): RowProbe {
  const probe = new BytesProbe(locateKey);
  aimAtText(probe.target, key);
  return probe;
}

function aimAtText(target: TextSpan, text: string): void {
  const bytes = encodeProbeText(text);
  target.bytes = bytes;
  target.start = 0;
  target.end = bytes.length;
}
