import type { FieldNode } from "graphql";
import type { Row, RowList, RowPage, ViewReader } from "../../view/view-reader.ts";
import type { CursorScope } from "../cursor.ts";

/** One page of a list, open to be written. */
export interface OpenPage {
  readonly reader: ViewReader;
  readonly list: RowList;
  readonly page: RowPage;
  /** The page's rows; none if the plan does not read the page. */
  readonly rows: readonly Row[];
}

/** What selects of a list, and what its cursors are called. */
export interface ListPlace {
  readonly nodes: readonly FieldNode[];
  readonly cursors: CursorScope;
}
