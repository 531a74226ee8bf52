import type { FieldValue } from "../decode/row-batch.ts";
import type { FieldReader, Row, ViewReader } from "../view/view-reader.ts";

/** An entity on its way through graphql: a row, and the reader that can read it. */
export interface Entity {
  readonly row: Row;
  readonly reader: ViewReader;
}

/** Reads one field of entities of one view. Asks a reader for its field only when the reader is another one than before. */
export function makeFieldOf(name: string): (entity: Entity) => FieldValue {
  let reader: ViewReader | undefined;
  let read: FieldReader | undefined;
  return (entity) => {
    if (read === undefined || entity.reader !== reader) {
      reader = entity.reader;
      read = entity.reader.field(name);
    }
    return read(entity.row);
  };
}
