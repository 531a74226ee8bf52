import type { Cells, CellsConstructor } from "../memory/cells.ts";
import type { Chunk, ChunkAllocator } from "../memory/chunk-allocator.ts";

/** Rows of one chunk: row `slot` is row `slot & chunkMask` of chunk `slot >>> chunkShift`. */
export const chunkRows = 65_536;
export const chunkShift = 16;
export const chunkMask = chunkRows - 1;

export interface ChunkedColumnOptions {
  readonly allocator: ChunkAllocator;
  readonly account: string;
  /** Cells of one row, one after the other. Default 1. */
  readonly rowCells?: number | undefined;
}

/**
 * One column of a view's rows. The first chunk begins small and doubles, so that a small view takes little; from then on
 * growing copies nothing.
 */
export class ChunkedColumn<C extends Cells> {
  /** Always the same array; its first element is another after the column has grown. */
  readonly chunks: C[] = [];
  /** Bytes of one row. */
  readonly rowBytes: number;
  readonly #Cells: CellsConstructor<C>;
  readonly #allocator: ChunkAllocator;
  readonly #account: string;
  readonly #rowCells: number;
  #first: Chunk | undefined;

  constructor(CellArray: CellsConstructor<C>, { allocator, account, rowCells = 1 }: ChunkedColumnOptions) {
    this.#Cells = CellArray;
    this.#allocator = allocator;
    this.#account = account;
    this.#rowCells = rowCells;
    this.rowBytes = rowCells * CellArray.BYTES_PER_ELEMENT;
  }

  /** Makes room for so many rows: a power of two up to `chunkRows`, then a multiple of it, more than before. */
  grow(capacityRows: number): void {
    const firstRows = Math.min(capacityRows, chunkRows);
    if ((this.chunks[0]?.length ?? 0) < firstRows * this.#rowCells) this.#growFirst(firstRows);
    while (this.chunks.length * chunkRows < capacityRows) {
      this.chunks.push(this.#open(this.#allocate(chunkRows), chunkRows));
    }
  }

  /** Forgets all chunks. */
  close(): void {
    this.chunks.length = 0;
  }

  #growFirst(rows: number): void {
    const chunk = this.#allocate(rows);
    const cells = this.#open(chunk, rows);
    const [known] = this.chunks;
    if (known !== undefined) cells.set(known);
    this.chunks[0] = cells;
    if (this.#first !== undefined) this.#allocator.free(this.#first, this.#account);
    this.#first = chunk;
  }

  #allocate(rows: number): Chunk {
    return this.#allocator.allocate(rows * this.rowBytes, this.#account);
  }

  #open({ buffer, byteOffset }: Chunk, rows: number): C {
    return new this.#Cells(buffer, byteOffset, rows * this.#rowCells);
  }
}
