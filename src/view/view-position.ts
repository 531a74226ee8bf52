/** Where one view stands: what is applied. An immutable copy. */
export interface ViewPosition {
  /** Name of the view. */
  readonly view: string;
  /** Hex text: hash of topic id, mapping and isolation. */
  readonly lineage: string;
  /** Partition → next offset to read; everything below is applied. */
  readonly positions: ReadonlyMap<number, number>;
  /** Partition → leader epoch of the last applied batch; partitions without one are absent. */
  readonly epochs: ReadonlyMap<number, number>;
}
