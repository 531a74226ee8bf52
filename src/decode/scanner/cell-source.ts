import type { FieldType } from "../../mapping/view-definition.ts";
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
  const scan = writeScan(column);
  return scan === undefined ? rest : `q = ${scan}; if (q < 0) ${rest}`;
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

/** The call that scans the usual form of a column's value; undefined if there is none. */
function writeScan({ kind, slot, type, index }: Column): string | undefined {
  const variable = nameOf({ kind, slot });
  if (type.kind === "enum") return `scanEnum(v, p, ${variable}, row, enums[${index}])`;
  if (type.kind !== "scalar") return undefined;
  const [quoted, bare] = scannersOf(type);
  const target = kind === "text" ? `texts, ${slot}` : `${variable}, row`;
  const call = (scanner: string): string => `${scanner}(v, p, ${target})`;
  if (quoted === undefined || bare === undefined) return (quoted ?? bare) ? call(quoted ?? bare ?? "") : undefined;
  return `c === 34 ? ${call(quoted)} : ${call(bare)}`;
}

/** The scanners of a scalar's values in quotes, and of those without. */
function scannersOf({ scalar }: FieldType & { readonly kind: "scalar" }): readonly [string | undefined, string?] {
  switch (scalar) {
    case "ID":
      return ["scanString", "scanInteger"];
    case "String":
      return ["scanString"];
    case "UUID":
      return ["scanUuid"];
    case "Date":
      return ["scanDate"];
    case "Time":
      return ["scanTime"];
    case "Bytes":
      return ["scanBase64"];
    case "BigInt":
      return ["scanIntegerText", "scanInteger"];
    case "Decimal":
      return ["scanDecimalText", "scanDecimal"];
    case "DateTime":
      return ["scanDateTime", "scanMilliseconds"];
    case "Float":
      return [undefined, "scanFloat"];
    case "Int":
      return [undefined, "scanInt"];
    case "Boolean":
      return [undefined, "scanBoolean"];
    case "JSON":
      return [undefined];
  }
}
