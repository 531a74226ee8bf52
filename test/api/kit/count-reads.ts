import type { ReadableView, ViewCatalog } from "../../../src/view/readable-view.ts";
import type { FieldColumn, Row, RowList, ViewReader } from "../../../src/view/view-reader.ts";

/** What was read of views: rows of pages and single look-ups, and values of fields. */
export interface ReadCounts {
  rows: number;
  values: number;
}

/** The same views, which count what is read of them. */
export function countReads(views: ViewCatalog): { readonly views: ViewCatalog; readonly counts: ReadCounts } {
  const counts: ReadCounts = { rows: 0, values: 0 };
  const counted = [...views].map(([name, view]) => [name, countView(view, counts)] as const);
  return { views: new Map(counted), counts };
}

function countView(view: ReadableView, counts: ReadCounts): ReadableView {
  return {
    definition: view.definition,
    quarantine: view.quarantine,
    reader: () => countReader(view.reader(), counts),
    position: () => view.position(),
    status: () => view.status(),
    openChanges: (options) => view.openChanges(options),
  };
}

function countReader(reader: ViewReader, counts: ReadCounts): ViewReader {
  const countList = (list: RowList): RowList => ({
    size: list.size,
    page: (page) => {
      const rows = list.page(page);
      counts.rows += rows.length;
      return rows;
    },
  });
  return {
    definition: reader.definition,
    size: reader.size,
    get: (key) => {
      counts.rows += 1;
      return reader.get(key);
    },
    getAt: (key) => {
      counts.rows += 1;
      return reader.getAt(key);
    },
    keyOf: (row) => reader.keyOf(row),
    field: (name) => {
      const read = reader.field(name);
      return (row) => {
        counts.values += 1;
        return read(row);
      };
    },
    column: (name) => countColumn(reader.column(name), counts),
    all: () => countList(reader.all()),
    matching: (field, value) => countList(reader.matching(field, value)),
    range: (field, range) => reader.range(field, range),
  };
}

function countColumn(column: FieldColumn, counts: ReadCounts): FieldColumn {
  const counted = <Result>(result: Result): Result => {
    counts.values += 1;
    return result;
  };
  switch (column.kind) {
    case "text":
      return { ...column, locate: (row, span) => counted(column.locate(row, span)) };
    case "embedded": {
      const members = column.members.map((member) => countColumn(member, counts));
      return { ...column, isPresent: (row) => counted(column.isPresent(row)), members };
    }
    default:
      return { ...column, get: (row: Row) => counted(column.get(row)) };
  }
}
