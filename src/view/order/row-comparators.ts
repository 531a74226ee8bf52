import { InvariantError } from "../../base/errors.ts";
import type { FieldValue } from "../../decode/row-batch.ts";
import type { LeafColumn } from "../columns/slot-column.ts";
import type { TextSpan } from "../columns/text-span.ts";
import { aimAtText, BytesProbe } from "./bytes-probe.ts";
import { makeHasValue, makeValueProbes, type RowProbe } from "./value-probe.ts";

/** Points the span at the UTF-8 of a row's key. */
export type LocateKey = (slot: number, span: TextSpan) => unknown;

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
export function makeValueComparator(column: LeafColumn, locateKey: LocateKey): RowComparator {
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
