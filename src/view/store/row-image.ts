import type { FieldValue } from "../../decode/row-batch.ts";
import type { Row } from "../view-reader.ts";

/** What a row showed before it was changed. */
export interface RowImage {
  readonly key: string;
  /** In the order of `ViewDefinition.fields`. */
  readonly values: readonly FieldValue[];
}

/** `Row` is opaque: only these functions make and open rows. A live one is its slot, one of the past its image. */
export function slotToRow(slot: number): Row {
  return slot as unknown as Row;
}

export function imageToRow(image: RowImage): Row {
  return image as unknown as Row;
}

/** The image, or undefined if the row is live. */
export function imageOf(row: Row): RowImage | undefined {
  return typeof (row as unknown) === "number" ? undefined : (row as unknown as RowImage);
}

/** The slot of a live row. */
export function slotOf(row: Row): number {
  return row as unknown as number;
}
