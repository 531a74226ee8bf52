/** A body of which more is to come. */
export interface UnfinishedBody {
  /** Says that so many more bytes of it are held. May refuse it, or others. */
  grow(bytes: number): void;
  /** It has come, or nobody waits for it any more. Idempotent. */
  end(): void;
}

/**
 * Bounds what all bodies together hold that have not come yet: each connection may hold as much as one body may have, for
 * as long as a request may take. Beyond the bound those are refused that have been coming for longest, since a body that is
 * meant to come has come after a moment.
 */
export class UnfinishedBodies {
  readonly #maxBytes: number;
  /** The oldest first → bytes. */
  readonly #held = new Map<UnfinishedBody, number>();
  readonly #refusals = new WeakMap<UnfinishedBody, () => void>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** A new one. `refuse` is called once, when it has to go; it is ended then. */
  open(refuse: () => void): UnfinishedBody {
    const body: UnfinishedBody = {
      grow: (bytes) => this.#grow(body, bytes),
      end: () => this.#end(body),
    };
    this.#held.set(body, 0);
    this.#refusals.set(body, refuse);
    return body;
  }

  #grow(body: UnfinishedBody, bytes: number): void {
    const held = this.#held.get(body);
    if (held === undefined) return;
    this.#held.set(body, held + bytes);
    this.#bytes += bytes;
    for (const oldest of this.#held.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#end(oldest);
      this.#refusals.get(oldest)?.();
    }
  }

  #end(body: UnfinishedBody): void {
    this.#bytes -= this.#held.get(body) ?? 0;
    this.#held.delete(body);
  }
}
