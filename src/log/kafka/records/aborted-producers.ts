import type { AbortedTransaction } from "../wire/fetch.ts";

/**
 * Which producers are inside an aborted transaction, as reading goes on. Lives for one answer: the broker sends the
 * list again with each.
 */
export class AbortedProducers {
  /** By first offset: the broker lists transactions as they ended. */
  readonly #pending: readonly AbortedTransaction[];
  #next = 0;
  readonly #producers = new Set<bigint>();

  constructor(transactions: readonly AbortedTransaction[]) {
    this.#pending = transactions.toSorted((one, other) => one.firstOffset - other.firstOffset);
  }

  /** Takes in every transaction that begins at `offset` or before: several may be open there at once. */
  advanceTo(offset: number): void {
    for (;;) {
      const transaction = this.#pending[this.#next];
      if (transaction === undefined || transaction.firstOffset > offset) return;
      this.#producers.add(transaction.producerId);
      this.#next += 1;
    }
  }

  has(producerId: bigint): boolean {
    return this.#producers.has(producerId);
  }

  /** The producer's transaction has ended: what comes next is another one. */
  end(producerId: bigint): void {
    this.#producers.delete(producerId);
  }
}
