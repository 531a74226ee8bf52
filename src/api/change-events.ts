import type { ChangeSet } from "../view/change-set.ts";
import type { ChangeSubscription } from "../view/readable-view.ts";

/**
 * A subscription's source for graphql: the change sets that hold a change, one event each. Registers on its first
 * `next()`, as all our iterators do, and that is the moment `from: NOW` means: graphql and the transports call it
 * within the macrotask in which the operation starts, and views change only in macrotasks of their own, so nothing
 * that is applied after the operation has started is missed. An operation that is dropped before leaves nothing behind.
 */
export class ChangeEvents implements AsyncIterableIterator<ChangeSet, undefined> {
  readonly #subscription: ChangeSubscription;

  constructor(subscription: ChangeSubscription) {
    this.#subscription = subscription;
  }

  async next(): Promise<IteratorResult<ChangeSet, undefined>> {
    for (;;) {
      const result = await this.#subscription.next();
      if (result.done || result.value.changes.length > 0) return result;
    }
  }

  /** Frees everything, also while a `next()` is pending (F3). */
  return(): Promise<IteratorReturnResult<undefined>> {
    return this.#subscription.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
