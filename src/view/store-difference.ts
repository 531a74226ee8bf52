import { InvariantError } from "../base/errors.ts";
import { createTextSpan } from "./columns/text-span.ts";
import type { KeyChange } from "./key-change.ts";
import { compareBytes } from "./order/compare-bytes.ts";
import type { Pacer } from "./pacer.ts";
import { makeHasSameContent } from "./same-content.ts";
import type { FieldColumn, Row, ViewReader } from "./view-reader.ts";

const pageRows = 256;
const imagesBetweenLooks = 64;

/**
 * What leads from one generation to another, in key order: both must stand still meanwhile. A key whose stored values are
 * the same in both is no change. Without images. Gives way in between.
 */
export async function compareGenerations(before: ViewReader, after: ViewReader, pacer: Pacer): Promise<KeyChange[]> {
  const changes: KeyChange[] = [];
  const hasSameContent = makeHasSameContent(before, after);
  const [old, now] = [new RowCursor(before), new RowCursor(after)];
  for (let steps = 0; old.row !== undefined || now.row !== undefined; steps += 1) {
    if (steps % pageRows === 0) await pacer.giveWay();
    const order = compareCursors(old, now);
    if (order < 0) changes.push(makeKeyChange(old.key, { existedBefore: true, existsNow: false }));
    else if (order > 0) changes.push(makeKeyChange(now.key, { existedBefore: false, existsNow: true }));
    else if (!hasSameContent(old.row as Row, now.row as Row))
      changes.push(makeKeyChange(now.key, { existedBefore: true, existsNow: true })); // equal: both have a row
    if (order <= 0) old.advance();
    if (order >= 0) now.advance();
  }
  return changes;
}

/** The same changes with the images of what their keys showed. Gives way in between; the view must stand still. */
export async function addImages(
  changes: readonly KeyChange[],
  takeImage: (key: string) => Row | undefined,
  pacer: Pacer,
): Promise<KeyChange[]> {
  const complete: KeyChange[] = [];
  for (const change of changes) {
    if (complete.length % imagesBetweenLooks === 0) await pacer.giveWay();
    complete.push(change.existedBefore ? { ...change, before: takeImage(change.key) } : change);
  }
  return complete;
}

function makeKeyChange(key: string, facts: Pick<KeyChange, "existedBefore" | "existsNow">): KeyChange {
  return { key, ...facts, before: undefined, records: 1 };
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

  /** Only where there is a row. */
  get key(): string {
    return this.#reader.keyOf(this.row as Row);
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
