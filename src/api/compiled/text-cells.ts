import { InvariantError } from "../../base/errors.ts";
import type { FieldType } from "../../mapping/view-definition.ts";
import type { FieldColumn, Row } from "../../view/view-reader.ts";
import { makeNullWriter } from "./cell-writers.ts";
import type { WriteText } from "./compile-scope.ts";
import { type RawBound, takeRaw } from "./raw-bound.ts";
import type { Write } from "./run.ts";

/** What is done with the cells of a text column that are not null, and what null counts for. */
export interface JsonCellOptions {
  readonly writeText: WriteText;
  readonly nullBytes: number;
}

/** Makes the writer of cells that hold JSON text. Throws `InvariantError` if the column holds no text. */
export function makeJsonCellWriter(
  type: FieldType,
  column: FieldColumn,
  { writeText, nullBytes }: JsonCellOptions,
): Write<Row> {
  if (column.kind !== "text") throw new InvariantError(`JSON text stands in a column of kind ${column.kind}`);
  const onNull = makeNullWriter(type);
  return (row, run) => {
    const { span } = run;
    if (column.locate(row, span)) writeText(span.bytes, span.start, span.end, run);
    else {
      run.tally.takeBytes(nullBytes);
      onNull(run);
    }
  };
}

/** Makes the writer that copies JSON text as it is. */
export function makeRawTextWriter(bound: RawBound): WriteText {
  return (bytes, start, end, { tally, sink }) => {
    takeRaw(tally, bound, bytes, start, end);
    sink.putRange(bytes, start, end);
  };
}
