import type { FieldType } from "../../mapping/view-definition.ts";
import type { ColumnLayout } from "../columns/column-layout.ts";
import type { RowColumns } from "../columns/row-columns.ts";
import type { RowTexts } from "../columns/row-texts.ts";
import type { TextDictionary } from "../columns/text-dictionary.ts";
import { TextGuesses } from "../columns/text-guesses.ts";
import { ByteNames } from "./byte-names.ts";
import { endOfNull, endOfValue, skipSpace } from "./end-of-value.ts";
import type { Followers, MemberOrders } from "./member-orders.ts";
import { makeEndOfPrinted, scanPrinted } from "./printed-values.ts";
import {
  scanDecimal,
  scanDecimalText,
  scanFloat,
  scanInt,
  scanInteger,
  scanIntegerText,
  scanMilliseconds,
} from "./scan-numbers.ts";
import type { ScanPlan } from "./scan-plan.ts";
import { scanBase64, scanBoolean, scanEnum, scanString, scanUuid } from "./scan-strings.ts";
import { endOfPlainText } from "./scan-text.ts";
import { scanDate, scanDateTime, scanTime } from "./scan-times.ts";
import { writeScannerSource } from "./scanner-source.ts";

/** Scans record values of one view; keeps what it has learned of the order of their members. */
export interface Scanner {
  /** Says where the cells of the next rows go. */
  bind(columns: RowColumns): void;
  /**
   * Scans the object that begins at `at`, which a zero ends, and writes the cells of its row: those of texts to the
   * scanner's `RowTexts`. The place after the object and the white space behind it; or -1 if it is not one that a scanner
   * takes: then what the row holds means nothing. A value counts only if the place is its end.
   */
  scan(view: DataView, at: number, row: number): number;
  /** By `ScanNode.index`: what it has learned. */
  readonly followers: readonly Followers[];
}

/**
 * Decides a value that is not in its usual form, at `at`, and writes the cell of this column; gives the place after it,
 * or -1 if the record must take the slow way.
 */
export type ScanOddValue = (view: DataView, at: number, row: number, column: number) => number;

/** What the source of a scanner calls. */
const helpers = {
  endOfNull,
  endOfPlainText,
  endOfValue,
  scanBase64,
  scanBoolean,
  scanDate,
  scanDateTime,
  scanDecimal,
  scanDecimalText,
  scanEnum,
  scanFloat,
  scanInt,
  scanInteger,
  scanIntegerText,
  scanMilliseconds,
  scanPrinted,
  scanString,
  scanTime,
  scanUuid,
  skipSpace,
};

/** What a scanner works with. */
export interface ScannerParts {
  readonly texts: RowTexts;
  /** By `Column.slot` of text columns. */
  readonly dictionaries: readonly TextDictionary[];
  readonly odd: ScanOddValue;
  /** Default: none is known. */
  readonly orders?: MemberOrders | undefined;
}

/** Compiles the scanner of a plan. Throws `EvalError` where code must not be generated (see `canGenerateCode`). */
export function compileScanner(
  plan: ScanPlan,
  layout: ColumnLayout,
  { texts, dictionaries, odd, orders = [] }: ScannerParts,
): Scanner {
  const names = plan.nodes.map(({ members }) => new ByteNames(members.map(({ name }) => name)));
  const enums = layout.columns.map(({ type }) =>
    type.kind === "enum" ? new ByteNames(type.definition.values.map(({ name }) => name)) : undefined,
  );
  const guesses = layout.columns.map(({ type }) => (type.kind === "enum" ? new TextGuesses() : undefined));
  const printed = layout.columns.map(({ type }) => (isJson(type) ? makeEndOfPrinted(type) : undefined));
  const source = writeScannerSource(plan, layout, orders);
  const make = new Function("helpers", "texts", "dictionaries", "names", "enums", "guesses", "printed", "odd", source);
  // The source ends in `return { bind, scan, followers }`, which are of this form.
  return make(helpers, texts, dictionaries, names, enums, guesses, printed, odd) as Scanner;
}

/** False where the process has been told not to generate code (`--disallow-code-generation-from-strings`). */
export function canGenerateCode(): boolean {
  try {
    new Function("");
    return true;
  } catch (error) {
    if (error instanceof EvalError) return false;
    throw error;
  }
}

/** True if cells of this type hold JSON text. */
function isJson(type: FieldType): boolean {
  return type.kind === "list" || type.kind === "embedded" || (type.kind === "scalar" && type.scalar === "JSON");
}
