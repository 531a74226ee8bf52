import { InvariantError } from "../../base/errors.ts";
import { makeCellParser } from "../../decode/output-text.ts";
import type { FieldValue } from "../../decode/row-batch.ts";
import type { FieldType } from "../../mapping/view-definition.ts";
import type { TextSpan } from "../../view/columns/text-span.ts";
import type { FieldColumn, Row } from "../../view/view-reader.ts";
import { makeNullWriter } from "./cell-writers.ts";
import { type RawBound, takeRaw } from "./raw-bound.ts";
import type { Write } from "./run.ts";

/** How a text is copied as it is: what it counts for, and what null does. */
export interface RawOptions {
  readonly bound: RawBound;
  readonly nullBytes: number;
}

/** Makes the writer that copies JSON text of a column. Throws `InvariantError` if the column holds none. */
export function makeRawWriter(type: FieldType, column: FieldColumn, { bound, nullBytes }: RawOptions): Write<Row> {
  const text = requireText(column);
  const onNull = makeNullWriter(type);
  return (row, run) => {
    const { span, sink, tally } = run;
    if (!text.locate(row, span)) {
      tally.takeBytes(nullBytes);
      onNull(run);
      return;
    }
    takeRaw(tally, bound, span);
    sink.putJson(span);
  };
}

/** Makes the writer that parses JSON text of a column and writes the value. Throws `InvariantError` if the column holds none. */
export function makeParsingWriter(type: FieldType, column: FieldColumn, write: Write<FieldValue>): Write<Row> {
  const text = requireText(column);
  const parse = makeCellParser(type);
  return (row, run) => write(text.locate(row, run.span) ? parse(readText(run.span)) : null, run);
}

function requireText(column: FieldColumn): Extract<FieldColumn, { readonly kind: "text" }> {
  if (column.kind === "text") return column;
  throw new InvariantError(`a list or an embedded value stands in a column of kind ${column.kind}`);
}

function readText({ bytes, start, end }: TextSpan): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("utf8");
}
