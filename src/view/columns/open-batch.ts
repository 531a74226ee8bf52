import type { RowColumns } from "../../decode/columns/row-columns.ts";
import type { Dictionary } from "./dictionary-codes.ts";
import type { KeyBlock } from "./key-table.ts";

/** A row batch on its way into a store: checked, and its buffer laid out. */
export interface OpenBatch {
  readonly partition: number;
  readonly columns: RowColumns;
  /** Its blocks, for finding keys. */
  readonly blocks: KeyBlock;
  readonly dictionary: Dictionary;
  /** First row that is not below the store's position. */
  readonly from: number;
  readonly rowCount: number;
}
