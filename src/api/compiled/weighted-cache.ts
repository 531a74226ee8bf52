/** How much a cache keeps. Bytes are estimates. */
export interface CacheBounds {
  readonly maxEntries: number;
  readonly maxBytes: number;
  /** What takes more is not kept: one entry shall not drive out many. */
  readonly maxEntryBytes: number;
}

interface Kept<Value> {
  readonly value: Value;
  bytes: number;
  /** Asked for since it last was to go. */
  isUsed: boolean;
}

/** Entries by text, within bounds: the oldest goes first, but what was used since it came gets a second time. */
export class WeightedCache<Value> {
  readonly #bounds: CacheBounds;
  readonly #onEvict: () => void;
  readonly #entries = new Map<string, Kept<Value>>();
  #bytes = 0;

  constructor(bounds: CacheBounds, onEvict: () => void = () => undefined) {
    this.#bounds = bounds;
    this.#onEvict = onEvict;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** An estimate. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Counts as a use. */
  get(text: string): Value | undefined {
    const kept = this.#entries.get(text);
    if (kept === undefined) return undefined;
    kept.isUsed = true;
    return kept.value;
  }

  /** Does not count as a use. */
  has(text: string): boolean {
    return this.#entries.has(text);
  }

  /** True if this value is what is there. Does not count as a use. */
  holds(text: string, value: Value): boolean {
    return this.#entries.get(text)?.value === value;
  }

  /** Puts an entry in, or says that it takes `bytes` now. Others may go for it; if it alone is too great it goes, and they stay. */
  set(text: string, value: Value, bytes: number): void {
    const { maxEntryBytes, maxBytes } = this.#bounds;
    if (bytes > Math.min(maxEntryBytes, maxBytes)) {
      this.delete(text);
      return;
    }
    const known = this.#entries.get(text);
    this.#bytes += bytes - (known?.bytes ?? 0);
    if (known === undefined) this.#entries.set(text, { value, bytes, isUsed: false });
    else known.bytes = bytes;
    this.#evict();
  }

  /** Takes an entry out, if it is there. */
  delete(text: string): void {
    this.#bytes -= this.#entries.get(text)?.bytes ?? 0;
    this.#entries.delete(text);
  }

  #evict(): void {
    const { maxEntries, maxBytes } = this.#bounds;
    while (this.#entries.size > maxEntries || this.#bytes > maxBytes) {
      for (const [text, kept] of this.#entries) {
        this.#entries.delete(text);
        if (kept.isUsed) {
          kept.isUsed = false;
          this.#entries.set(text, kept);
          continue;
        }
        this.#bytes -= kept.bytes;
        this.#onEvict();
        break;
      }
    }
  }
}
