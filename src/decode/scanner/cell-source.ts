import type { ScalarName } from "../../mapping/view-definition.ts";
import { type Column, nullCode8, nullCode16 } from "../columns/column-layout.ts";

/**
 * Writes what scans a column's value at `p`, whose first byte is `c`, and sets `q` to the place after it: its usual form
 * by a scanner, null, or by `odd` whatever else the value may be.
 */
export function writeColumnUse(column: Column): string {
  const other = `if ((q = odd(v, p, row, ${column.index})) < 0) return -1;`;
  const rest = column.type.nullable
    ? `{ q = endOfNull(v, p); if (q >= 0) { ${writeNull(column)} } else ${other} }`
    : other;
  return `q = ${writeScan(column)}; if (q < 0) ${rest}`;
}

/** Writes what sets a column's cell to null, or, where it has none, to the 0 of an embedded value that is not there. */
export function writeNull(column: Column): string {
  switch (column.kind) {
    case "double":
      return `${nameOf(column)}[row] = NaN;`;
    case "int32":
      return `${nameOf(column)}[row] = 0;`;
    case "code8":
      return `${nameOf(column)}[row] = ${nullCode8};`;
    case "code16":
      return `${nameOf(column)}[row] = ${nullCode16};`;
    case "text":
      return `texts.putNull(${column.slot});`;
  }
}

/** Name of the variable that holds a column's array. */
export function nameOf({ kind, slot }: Pick<Column, "kind" | "slot">): string {
  return `${kind}${slot}`;
}

/** Name of the variable that holds the dictionary of a text column. */
export function nameOfDictionary(slot: number): string {
  return `dictionary${slot}`;
}

/** The call that scans the usual form of a column's value. */
function writeScan({ kind, slot, type, index }: Column): string {
  const variable = nameOf({ kind, slot });
  if (type.kind === "enum") return `scanEnum(v, p, ${variable}, row, enums${index}, guesses${index})`;
  if (type.kind !== "scalar" || type.scalar === "JSON") return `scanPrinted(v, p, texts, ${slot}, printed[${index}])`;
  const { quoted, bare } = scannersOf(type.scalar);
  const target = kind === "text" ? `texts, ${slot}` : `${variable}, row`;
  const call = (scanner: string): string =>
    `${scanner}(v, p, ${scanner === "scanString" ? `${target}, ${nameOfDictionary(slot)}` : target})`;
  return quoted === bare ? call(bare) : `c === 34 ? ${call(quoted)} : ${call(bare)}`;
}

/** Scanners of a scalar's values in quotes, and of those without: the same where the first byte need not be known. */
function scannersOf(scalar: Exclude<ScalarName, "JSON">): { readonly quoted: string; readonly bare: string } {
  switch (scalar) {
    case "ID":
      return { quoted: "scanString", bare: "scanInteger" };
    case "BigInt":
      return { quoted: "scanIntegerText", bare: "scanInteger" };
    case "Decimal":
      return { quoted: "scanDecimalText", bare: "scanDecimal" };
    case "DateTime":
      return { quoted: "scanDateTime", bare: "scanMilliseconds" };
    default:
      return { quoted: scannerOf[scalar], bare: scannerOf[scalar] };
  }
}

const scannerOf = {
  String: "scanString",
  UUID: "scanUuid",
  Date: "scanDate",
  Time: "scanTime",
  Bytes: "scanBase64",
  Float: "scanFloat",
  Int: "scanInt",
  Boolean: "scanBoolean",
} as const;
