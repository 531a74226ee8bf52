import { MemoryLimitError } from "./memory-limit-error.ts";
import { SharedBuffers } from "./shared-buffers.ts";

/** A view's store, in the eyes of others that need memory. */
export interface MemoryHolder {
  /** Of the view. */
  readonly name: string;
  readonly heldBytes: number;
  /** Gives back all that it holds. Undefined while it does not have to: it is served, or about to be. */
  readonly giveUp: ((error: MemoryLimitError) => void) | undefined;
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

  /**
   * Makes sure that a holder may take so much more. If all views would pass the limit, the largest of those that are still
   * being replayed gives up: it is served by nobody, and the likeliest not to fit, while one that is served, or a small one,
   * would fail for another's need. Throws `MemoryLimitError` if that is the holder itself, or there is none.
   */
  require(growthBytes: number, holder: MemoryHolder): void {
    const { limitBytes } = this;
    for (let { heldBytes } = this; heldBytes + growthBytes > limitBytes; { heldBytes } = this) {
      const largest = this.#findLargestReplayed();
      const facts = { limitBytes, heldBytes, growthBytes, asker: holder.name };
      if (largest === undefined || largest === holder) throw new MemoryLimitError({ ...facts, view: holder });
      const error = new MemoryLimitError({ ...facts, view: largest });
      const { giveUp } = largest;
      this.remove(largest);
      giveUp?.(error);
    }
    // What is kept for later counts last: it goes first.
    if (this.heldBytes + growthBytes + this.buffers.keptBytes > limitBytes) this.buffers.drop();
  }

  #findLargestReplayed(): MemoryHolder | undefined {
    let largest: MemoryHolder | undefined;
    for (const holder of this.#holders) {
      if (holder.giveUp !== undefined && holder.heldBytes > (largest?.heldBytes ?? 0)) largest = holder;
    }
    return largest;
  }
}
