import type { TextSpan } from "../columns/text-span.ts";

/** How rows that were looked at get codes. */
export interface CodePlan {
  /** First words are below 2^highBits. 0: all rows are equal, none needs a code. */
  readonly highBits: number;
  /** Second words are below 2^lowBits; 0: there are none. */
  readonly lowBits: number;
  /** Undefined: rows with equal codes are equal. */
  readonly ties: RowTies | undefined;
}

/** Rows with equal codes and maybe different values. */
export interface RowTies {
  /** How many bytes of their values are equal. */
  readonly depth: number;
  /** Bytes of the longest value: what comparing two may cost. */
  readonly longestBytes: number;
  readonly comparison: RowComparison;
}

/** Compares rows by their values. */
export interface RowComparison {
  /** Points the span at a row's value; it holds until the comparison is used again. */
  locate(slot: number, span: TextSpan): unknown;
  /** Keeps a row for `compare`. */
  hold(slot: number): void;
  /** Compares a row with the one held: negative, zero or positive. */
  compare(slot: number): number;
}

/**
 * Gives rows codes of two words in the order of their values: rows of a lesser value have a lesser or an equal code. Rows
 * are first looked at, so that their codes tell as much apart as two words can; rows with equal codes and different
 * values are looked at once more, among themselves. Synchronous; `look` and `encode` stop after some work and say where.
 */
export interface RowCoder {
  /** No two rows have equal values. */
  readonly areUnique: boolean;
  /** Whether the plan for some of many rows is likely to cover all of them: `encode` says if it does not. */
  readonly canSample: boolean;
  /** Begins with other rows. `depth` is 0, or that of the plan under which all these rows had equal codes. */
  begin(depth: number): void;
  /** May be called again after `encode`: the next plan covers all rows that were looked at or given a code. */
  look(slots: Uint32Array, from: number, to: number): number;
  /** The plan for the rows that were looked at. Its first words tell at least two rows apart, unless all are equal. */
  plan(): CodePlan;
  /**
   * Leaves the first word of `slots[at]` in `highs[at]`, the second one by slot in `lows[slots[at]]`. Stops at a row that
   * the plan does not cover, too: gives `from` if that is the first.
   */
  encode(slots: Uint32Array, from: number, to: number, words: CodeWords): number;
}

export interface CodeWords {
  readonly highs: Uint32Array;
  readonly lows: Uint32Array;
}
