/** In which bounds a slice's size moves, and how long a slice is to take. */
export interface SliceSizeOptions {
  readonly first: number;
  readonly least: number;
  readonly most: number;
  readonly targetMs: number;
}

/**
 * How many things one slice of work takes, learned from how long slices took: what a row costs differs a hundredfold between
 * a view without indexes that nobody follows and one with ten that many follow, and changes with every subscription.
 */
export class SliceSize {
  readonly #options: SliceSizeOptions;
  #size: number;

  constructor(options: SliceSizeOptions) {
    this.#options = options;
    this.#size = options.first;
  }

  /** What the next slice may take. */
  get size(): number {
    return this.#size;
  }

  /** A slice of this size took so long. Grows by twice at most, as a slice that had little to do says nothing of a full one. */
  note(tookMs: number): void {
    const { least, most, targetMs } = this.#options;
    const fitting = tookMs === 0 ? most : Math.floor((this.#size * targetMs) / tookMs);
    this.#size = Math.max(least, Math.min(most, 2 * this.#size, fitting));
  }
}
