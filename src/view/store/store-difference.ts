import { InvariantError } from "../../base/errors.ts";
import { createTextSpan } from "../columns/text-span.ts";
import { compareBytes } from "../order/compare-bytes.ts";
import type { Pacer } from "../pacer.ts";
import type { FieldColumn, Row, ViewReader } from "../view-reader.ts";
import { KeyDifferences } from "./key-differences.ts";
import { makeHasSameContent } from "./same-content.ts";

const pageRows = 256;

/**
 * The keys in which two generations differ, in key order: both must stand still meanwhile. A key whose stored values are
 * the same in both is none. Gives way in between.
 */
export async function compareGenerations(before: ViewReader, after: ViewReader, pacer: Pacer): Promise<KeyDifferences> {
  const differences = new KeyDifferences();
  const hasSameContent = makeHasSameContent(before, after);
  const [old, now] = [new RowCursor(before), new RowCursor(after)];
  for (let steps = 0; old.row !== undefined || now.row !== undefined; steps += 1) {
    if (steps % pageRows === 0) await pacer.giveWay();
    const order = compareCursors(old, now);
    if (order < 0) differences.add(old.keySpan, true);
    else if (order > 0) differences.add(now.keySpan, false);
    else if (!hasSameContent(old.row as Row, now.row as Row)) differences.add(now.keySpan, true); // equal: both have a row
    if (order <= 0) old.advance();
    if (order >= 0) now.advance();
  }
  return differences;
}

/** By key; a cursor that has come to its end is behind all. */
function compareCursors(old: RowCursor, now: RowCursor): number {
  if (old.row === undefined) return 1;
  return now.row === undefined ? -1 : compareBytes(old.keySpan, now.keySpan);
}

/** Goes through all rows in key order, page by page. */
class RowCursor {
  readonly keySpan = createTextSpan();
  readonly #reader: ViewReader;
  readonly #keys: Extract<FieldColumn, { readonly kind: "text" }>;
  #page: readonly Row[] = [];
  #at = -1;

  constructor(reader: ViewReader) {
    const keys = reader.column(reader.definition.keyField);
    if (keys.kind !== "text") throw new InvariantError(`keys of ${reader.definition.name} are no texts`);
    this.#reader = reader;
    this.#keys = keys;
    this.advance();
  }

  /** Undefined at the end. */
  get row(): Row | undefined {
    return this.#page[this.#at];
  }

  advance(): void {
    this.#at += 1;
    if (this.#at >= this.#page.length) {
      const last = this.#page.at(-1);
      const after = last === undefined ? undefined : this.#reader.keyOf(last);
      this.#page = this.#reader.all().page({ after, limit: pageRows });
      this.#at = 0;
    }
    if (this.row !== undefined) this.#keys.locate(this.row, this.keySpan);
  }
}
