import { MemoryLimitError } from "./memory-limit-error.ts";
import { SharedBuffers } from "./shared-buffers.ts";

/** Something that holds memory. */
export interface MemoryHolder {
  readonly heldBytes: number;
}

/** What all views of a gateway may hold together, and the buffers that they hold it in. */
export class MemoryBudget {
  readonly buffers = new SharedBuffers();
  readonly limitBytes: number;
  readonly #holders = new Set<MemoryHolder>();

  /** Default: no limit. */
  constructor(limitBytes = Number.POSITIVE_INFINITY) {
    this.limitBytes = limitBytes;
  }

  /** Bytes that all views hold. */
  get heldBytes(): number {
    let bytes = 0;
    for (const holder of this.#holders) bytes += holder.heldBytes;
    return bytes;
  }

  /** The holder counts from now on, until it is removed. */
  add(holder: MemoryHolder): void {
    this.#holders.add(holder);
  }

  remove(holder: MemoryHolder): void {
    this.#holders.delete(holder);
  }

  /** Throws `MemoryLimitError` if a view that holds so much could not hold so much more. */
  require(growthBytes: number, view: { readonly name: string; readonly heldBytes: number }): void {
    const { heldBytes, limitBytes } = this;
    if (heldBytes + growthBytes > limitBytes) throw new MemoryLimitError({ limitBytes, heldBytes, growthBytes, view });
    // What is kept for later counts last: it goes first.
    if (heldBytes + growthBytes + this.buffers.keptBytes > limitBytes) this.buffers.drop();
  }
}
