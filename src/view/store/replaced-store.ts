import type { ViewStore } from "./view-store.ts";

/** A store that another has replaced. It stands still; it is closed when nobody holds it, so not while it can be read. */
export class ReplacedStore {
  readonly store: ViewStore;
  #holders = 1;

  /** Whoever makes it holds it. */
  constructor(store: ViewStore) {
    this.store = store;
  }

  hold(): void {
    this.#holders += 1;
  }

  /** The holder does not need it any more. */
  release(): void {
    this.#holders -= 1;
    if (this.#holders === 0) this.store.close();
  }
}
