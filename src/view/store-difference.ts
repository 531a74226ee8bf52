import type { Change } from "./change-set.ts";
import { makeChange } from "./merge-changes.ts";
import type { Pacer } from "./pacer.ts";
import type { Row, ViewReader } from "./view-reader.ts";

const pageRows = 512;

/**
 * What leads from one generation to another, by key: both must stand still meanwhile. A key whose stored values are the
 * same in both is no change.
 */
export async function compareGenerations(before: ViewReader, after: ViewReader, pacer: Pacer): Promise<Change[]> {
  const changes: Change[] = [];
  const isSame = makeComparison(before, after);
  const note = (key: string, old: Row | undefined, now: Row | undefined): void => {
    const change =
      old !== undefined && now !== undefined && isSame(old, now) ? undefined : makeChange(key, old, now, 1);
    if (change !== undefined) changes.push(change);
  };
  for await (const rows of pagesOf(before, pacer))
    for (const row of rows) note(before.keyOf(row), row, after.get(before.keyOf(row)));
  for await (const rows of pagesOf(after, pacer)) {
    for (const row of rows) if (before.get(after.keyOf(row)) === undefined) note(after.keyOf(row), undefined, row);
  }
  return changes;
}

/** All rows in key order, page by page, giving way in between. */
async function* pagesOf(reader: ViewReader, pacer: Pacer): AsyncGenerator<readonly Row[], void> {
  let last: string | undefined;
  for (;;) {
    const rows = reader.all().page({ after: last, limit: pageRows });
    const lastRow = rows.at(-1);
    if (lastRow === undefined) return;
    last = reader.keyOf(lastRow);
    yield rows;
    await pacer.giveWay();
  }
}

function makeComparison(before: ViewReader, after: ViewReader): (old: Row, now: Row) => boolean {
  const fields = before.definition.fields.map(({ name }) => [before.field(name), after.field(name)] as const);
  return (old, now) =>
    fields.every(([readOld, readNow]) => {
      const [left, right] = [readOld(old), readNow(now)];
      return left === right || (typeof left === "object" && typeof right === "object" && print(left) === print(right));
    });
}

function print(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) => (typeof member === "bigint" ? `${member}n` : member));
}
