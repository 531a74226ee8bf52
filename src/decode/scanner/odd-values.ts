import type { ViewDefinition } from "../../mapping/view-definition.ts";
import { makeColumnWriter } from "../columns/cell-writer.ts";
import type { RowBatchWriter } from "../columns/row-batch-writer.ts";
import { needsExactJson } from "../exact-json.ts";
import { makeValueParser } from "../field-codec.ts";
import { parseJsonText } from "../json-text.ts";
import type { FieldValue } from "../row-batch.ts";
import { ValueProblem } from "../value-problem.ts";
import type { ScanOddValue } from "./compile-scanner.ts";
import { endOfValue } from "./end-of-value.ts";

/**
 * Makes what decides single values that are not in their usual form (texts with escapes, numbers with exponents, lists):
 * the same codecs that parse whole records. A value means the same wherever it stands, so the rest of the record need
 * not be parsed for it; one that the codecs refuse goes with its record to the slow way, which finds the words.
 */
export function makeOddValueScanner(definition: ViewDefinition, writer: RowBatchWriter): ScanOddValue {
  const parseOptions = { isExact: needsExactJson(definition) };
  const cells = writer.layout.columns.map((column) => ({
    parse: makeValueParser(column.type),
    write: makeColumnWriter(column),
  }));
  const parseAs = (column: number, text: string): FieldValue | undefined => {
    try {
      return cells[column]?.parse(parseJsonText(text, parseOptions));
    } catch (error) {
      if (error instanceof ValueProblem) return undefined;
      throw error;
    }
  };
  return (view, at, row, column) => {
    if (writer.texts.isBorrowed) return -1; // what is made of the value could not be put anywhere
    const end = endOfValue(view, at);
    if (end === -1) return -1;
    const value = parseAs(column, writer.texts.textAt(at, end));
    if (value === undefined) return -1;
    cells[column]?.write(writer.columns, row, value, writer.texts);
    return end;
  };
}
