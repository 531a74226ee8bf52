import { InvariantError } from "../../base/errors.ts";
import type { FieldType } from "../../mapping/view-definition.ts";
import type { FieldColumn, Row } from "../../view/view-reader.ts";
import { encode, type FixedText } from "./fixed-text.ts";
import { writeNull } from "./object-writer.ts";
import type { Run, Write } from "./run.ts";

/** A scalar or an enum. */
export type LeafType = Extract<FieldType, { readonly kind: "scalar" | "enum" }>;

/** Makes the writer of the cells of an enum, or of a scalar but JSON. Throws `InvariantError` if the column is not of that type. */
export function makeLeafWriter(type: LeafType, column: FieldColumn): Write<Row> {
  const onNull = makeNullWriter(type);
  switch (column.kind) {
    case "number":
      if (type.kind === "scalar" && type.scalar === "DateTime") return makeDateTimeWriter(column, onNull);
      return makeNumberWriter(column, onNull);
    case "code":
      return type.kind === "enum"
        ? makeEnumWriter(column, encodeNames(type), onNull)
        : makeBooleanWriter(column, onNull);
    case "text":
      return makeTextWriter(type, column, onNull);
    case "embedded":
      throw new InvariantError("a column of embedded values is read as scalars");
  }
}

/** What happens for null: an invariant is broken where the type has none. */
export function makeNullWriter({ nullable }: FieldType): (run: Run) => void {
  return nullable
    ? writeNull
    : () => {
        throw new InvariantError("a field that is never null is null");
      };
}

type NumberColumn = Extract<FieldColumn, { readonly kind: "number" }>;
type CodeColumn = Extract<FieldColumn, { readonly kind: "code" }>;
type TextColumn = Extract<FieldColumn, { readonly kind: "text" }>;
type OnNull = (run: Run) => void;

// Counted as in value-bytes.ts.
const nullBytes = 4;
const numberBytes = 20;
const dateTimeBytes = 26;
const bigIntBytes = 22;

function makeNumberWriter(column: NumberColumn, onNull: OnNull): Write<Row> {
  return (row, run) => {
    const value = column.get(row);
    run.tally.takeBytes(numberBytes);
    if (Number.isNaN(value)) onNull(run);
    else run.sink.putNumber(value);
  };
}

function makeDateTimeWriter(column: NumberColumn, onNull: OnNull): Write<Row> {
  return (row, run) => {
    const value = column.get(row);
    run.tally.takeBytes(dateTimeBytes);
    if (Number.isNaN(value)) onNull(run);
    else run.sink.putDateTime(value);
  };
}

function makeBooleanWriter(column: CodeColumn, onNull: OnNull): Write<Row> {
  return (row, run) => {
    const code = column.get(row);
    run.tally.takeBytes(numberBytes);
    if (code === -1) onNull(run);
    else run.sink.putFixed(code === 1 ? trueText : falseText);
  };
}

function makeEnumWriter(column: CodeColumn, names: readonly FixedText[], onNull: OnNull): Write<Row> {
  return (row, run) => {
    const code = column.get(row);
    if (code === -1) {
      run.tally.takeBytes(nullBytes);
      onNull(run);
      return;
    }
    const name = names[code] as FixedText; // codes are places in the declaration
    run.tally.takeBytes(name.length);
    run.sink.putFixed(name);
  };
}

/** Scalars held as text (JSON is none of these): in quotes, but for keys that are numbers. */
function makeTextWriter(type: LeafType, column: TextColumn, onNull: OnNull): Write<Row> {
  if (type.kind === "scalar") {
    switch (type.scalar) {
      case "Int":
      case "Float":
      case "Boolean":
        return makeKeyTextWriter(column);
      case "BigInt":
        return makeStringWriter(column, onNull, { minBytes: bigIntBytes });
    }
  }
  return makeStringWriter(column, onNull, { minBytes: nullBytes });
}

/** A text counts for its length, quotes included, or for `minBytes` if that is more; null for `nullBytes` in any case. */
function makeStringWriter(column: TextColumn, onNull: OnNull, { minBytes }: { readonly minBytes: number }): Write<Row> {
  const leastBytes = minBytes === nullBytes ? 0 : minBytes;
  return (row, run) => {
    const { span, sink, tally } = run;
    if (!column.locate(row, span)) {
      tally.takeBytes(nullBytes);
      onNull(run);
      return;
    }
    const bytes = span.end - span.start + 2;
    tally.takeBytes(bytes > leastBytes ? bytes : leastBytes);
    sink.putText(span);
  };
}

/** Of keys, which are never null: a number's canonical text is what JSON prints too. */
function makeKeyTextWriter(column: TextColumn): Write<Row> {
  return (row, { span, sink, tally }) => {
    if (!column.locate(row, span)) throw new InvariantError("a row has no key");
    tally.takeBytes(numberBytes);
    sink.putRange(span.bytes, span.start, span.end);
  };
}

function encodeNames({ definition }: Extract<LeafType, { readonly kind: "enum" }>): readonly FixedText[] {
  return definition.values.map(({ name }) => encode(JSON.stringify(name)));
}

const trueText = encode("true");
const falseText = encode("false");
