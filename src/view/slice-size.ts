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
  #joined = 0;

  constructor(options: SliceSizeOptions) {
    this.#options = options;
    this.#size = options.first;
  }

  /**
   * What the next slice may take, if so many followers of what it changes have ever joined: each new one may ask for much,
   * also if it has come in the place of another. Many new ones may ask for that each, and by code that has not run yet.
   */
  sizeFor(joined: number): number {
    if (joined > this.#joined) this.restart(joined - this.#joined);
    this.#joined = joined;
    return this.#size;
  }

  /** Forgets what was learned, as there are so many new followers. */
  restart(newcomers = 1): void {
    const { least, first } = this.#options;
    this.#size = Math.max(least, Math.min(this.#size, Math.floor(first / newcomers)));
  }

  /** A slice of this size took so long. Grows by twice at most, and only after a full one: another says nothing of that. */
  note(tookMs: number, { isFull }: { readonly isFull: boolean }): void {
    const { least, most, targetMs } = this.#options;
    const fitting = tookMs === 0 ? most : Math.floor((this.#size * targetMs) / tookMs);
    const limit = isFull ? Math.min(most, 2 * this.#size) : this.#size;
    this.#size = Math.max(least, Math.min(limit, fitting));
  }
}
