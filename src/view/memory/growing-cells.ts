import type { Cells, CellsConstructor } from "./cells.ts";
import type { Chunk, ChunkAllocator } from "./chunk-allocator.ts";

/** An array in one chunk, for what stays small: when it is full, it is copied to one of twice the length. */
export class GrowingCells<C extends Cells> {
  /** Another after `reserve`. */
  cells: C;
  readonly #Cells: CellsConstructor<C>;
  readonly #allocator: ChunkAllocator;
  readonly #account: string;
  #chunk: Chunk;

  constructor(
    CellArray: CellsConstructor<C>,
    length: number,
    { allocator, account }: { readonly allocator: ChunkAllocator; readonly account: string },
  ) {
    this.#Cells = CellArray;
    this.#allocator = allocator;
    this.#account = account;
    this.#chunk = allocator.allocate(CellArray.BYTES_PER_ELEMENT * length, account);
    this.cells = new CellArray(this.#chunk.buffer, this.#chunk.byteOffset, length);
  }

  /** Makes room for so many cells; new ones are 0. */
  reserve(length: number): void {
    if (length <= this.cells.length) return;
    let grownLength = 2 * this.cells.length;
    while (grownLength < length) grownLength *= 2;
    const known = this.cells;
    const chunk = this.#allocator.allocate(this.#Cells.BYTES_PER_ELEMENT * grownLength, this.#account);
    this.cells = new this.#Cells(chunk.buffer, chunk.byteOffset, grownLength);
    this.cells.set(known);
    this.#allocator.free(this.#chunk, this.#account);
    this.#chunk = chunk;
  }
}
