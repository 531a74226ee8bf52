import type { ViewDefinition } from "../../mapping/view-definition.ts";
import type { Row, ViewReader } from "../../view/view-reader.ts";
import { hasRowsAfter, hasRowsBefore, type PageOfRows } from "../page-neighbours.ts";
import { type CompileScope, readSelection } from "./compile-scope.ts";
import { makeCursorWriter } from "./cursor-writer.ts";
import { encode } from "./fixed-text.ts";
import { type Member, makeObjectWriter, writeNull } from "./object-writer.ts";
import type { ListPlace, OpenPage } from "./open-page.ts";
import type { Run, Write } from "./run.ts";

/** How `PageInfo` is written that stands at one place of an operation. */
export interface PageInfoPlan {
  /** Does anything of it depend on the page? */
  readonly isLookedAt: boolean;
  bind(reader: ViewReader): Write<OpenPage>;
}

/** Plans `PageInfo` as these nodes select it. */
export function planPageInfo(
  { keyField }: ViewDefinition,
  { nodes, cursors }: ListPlace,
  scope: CompileScope,
): PageInfoPlan {
  const { cost, fields } = readSelection(nodes, "PageInfo", scope);
  const members = fields.map(({ responseName: name, fieldName }): ((reader: ViewReader) => Member<OpenPage>) => {
    switch (fieldName) {
      case "hasNextPage":
        return () => ({ name, write: (open, run) => writeBoolean(hasRowsAfter(describePage(open)), run) });
      case "hasPreviousPage":
        return () => ({ name, write: (open, run) => writeBoolean(hasRowsBefore(describePage(open)), run) });
      case "startCursor":
      case "endCursor":
        return (reader) => {
          const writeCursor = makeCursorWriter(cursors, reader.column(keyField));
          const place = fieldName === "startCursor" ? 0 : -1;
          return { name, write: ({ rows }, run) => writeOptional(rows.at(place), writeCursor, run) };
        };
      case "__typename":
        return () => ({ name, json: '"PageInfo"' });
      default:
        scope.refuse(`PageInfo.${fieldName}`);
        return () => ({ name, json: "null" });
    }
  });
  return {
    isLookedAt: fields.some(({ fieldName }) => fieldName !== "__typename"),
    bind: (reader) => {
      const writeObject = makeObjectWriter(members.map((bind) => bind(reader)));
      return (open, run) => {
        run.tally.takeObjects(1, cost);
        writeObject(open, run);
      };
    },
  };
}

function describePage({ reader, list, page, rows }: OpenPage): PageOfRows {
  const keyOf = (row: Row | undefined) => row && reader.keyOf(row);
  return {
    rows: list,
    page,
    startKey: keyOf(rows[0]),
    endKey: keyOf(rows.at(-1)),
    keyOf: (row) => reader.keyOf(row),
  };
}

function writeOptional(row: Row | undefined, write: Write<Row>, run: Run): void {
  if (row === undefined) writeNull(run);
  else write(row, run);
}

function writeBoolean(value: boolean, { sink }: Run): void {
  sink.putFixed(value ? trueText : falseText);
}

const trueText = encode("true");
const falseText = encode("false");
