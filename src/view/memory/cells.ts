/** What a chunk is seen as. */
export type Cells = Float64Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;

/** Makes the cells of a chunk. */
export interface CellsConstructor<C extends Cells> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: SharedArrayBuffer, byteOffset: number, length: number): C;
}
