import type { TailwaterError } from "../base/errors.ts";
import type { ChangeSet } from "./change-set.ts";
import type { KeyChange } from "./key-change.ts";
import { mergeChanges } from "./merge-changes.ts";
import type { Publication } from "./publication.ts";
import type { ChangeSubscription, ChangeTaker } from "./readable-view.ts";

export interface MailboxOptions {
  readonly maxPendingKeys: number;
  /** Makes the set that is taken now: with the rows and the position of this moment. */
  readonly makeSet: (changes: Iterable<KeyChange>) => ChangeSet;
  /** What is thrown when more keys are pending. */
  readonly makeTooSlowError: () => TailwaterError;
  /** Called by the first `next()`, synchronously. */
  readonly onRegister: (mailbox: Mailbox) => void;
  /** Called once when the mailbox ends, whichever way, if it was registered. */
  readonly onRelease: (mailbox: Mailbox) => void;
}

type State =
  | { readonly phase: "new" }
  | { readonly phase: "open" }
  /** What is pending is still given out, then it is done. */
  | { readonly phase: "ending" }
  /** The next `next()` rejects, then it is done. */
  | { readonly phase: "failed"; readonly error: TailwaterError }
  | { readonly phase: "done" };

const done: IteratorReturnResult<undefined> = { done: true, value: undefined };

/** One subscriber's pending changes, at most one for each key (F2), without rows: those are looked up when it takes. The contract is `ChangeSubscription`'s. */
export class Mailbox implements ChangeSubscription {
  readonly #options: MailboxOptions;
  readonly #pending = new Map<string, KeyChange>();
  readonly #waiting: ChangeTaker[] = [];
  #allowance = 0;
  #state: State = { phase: "new" };

  constructor(options: MailboxOptions) {
    this.#options = options;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<ChangeSet, undefined>> {
    return new Promise((resolve, reject) => {
      this.takeNext({
        onSet: (value) => resolve({ done: false, value }),
        onEnd: () => resolve(done),
        onError: reject,
      });
    });
  }

  takeNext(taker: ChangeTaker): void {
    if (this.#state.phase === "new") {
      this.#state = { phase: "open" };
      this.#options.onRegister(this);
    }
    if (this.#state.phase === "failed") {
      const { error } = this.#state;
      this.#state = { phase: "done" };
      taker.onError(error);
    } else if (this.#pending.size > 0) taker.onSet(this.#take());
    else if (this.#state.phase !== "open") taker.onEnd();
    else this.#waiting.push(taker);
  }

  return(): Promise<IteratorReturnResult<undefined>> {
    this.#release({ phase: "done" });
    this.#pending.clear();
    for (const taker of this.#waiting.splice(0)) taker.onEnd();
    return Promise.resolve(done);
  }

  /** Hands changes of one step to who waits, or keeps them. Those of a rebuild do not count against the limit. */
  push(publication: Publication): void {
    if (this.#state.phase !== "open") return;
    const taker = this.#waiting.shift();
    if (taker !== undefined) {
      // Whoever waits has nothing pending, and the changes of one step have one for each key already.
      taker.onSet(publication.takeSet());
      return;
    }
    for (const change of publication.changes) this.#merge(change);
    if (publication.isRebuild) this.#allowance = this.#pending.size;
    if (this.#pending.size > this.#options.maxPendingKeys + this.#allowance)
      this.fail(this.#options.makeTooSlowError());
  }

  /** Ends it: what is pending is still given out. */
  finish(): void {
    if (this.#state.phase !== "open") return;
    this.#release({ phase: "ending" });
    for (const taker of this.#waiting.splice(0)) taker.onEnd();
  }

  /** Ends it with an error; what is pending is dropped. */
  fail(error: TailwaterError): void {
    if (this.#state.phase !== "open") return;
    const [first, ...others] = this.#waiting.splice(0);
    this.#pending.clear();
    this.#release(first === undefined ? { phase: "failed", error } : { phase: "done" });
    first?.onError(error);
    for (const taker of others) taker.onEnd();
  }

  #merge(change: KeyChange): void {
    const pending = this.#pending.get(change.key);
    const merged = pending === undefined ? change : mergeChanges(pending, change);
    if (merged === undefined) this.#pending.delete(change.key);
    else this.#pending.set(change.key, merged);
  }

  #take(): ChangeSet {
    const set = this.#options.makeSet(this.#pending.values());
    this.#pending.clear();
    this.#allowance = 0;
    return set;
  }

  #release(state: State): void {
    const wasOpen = this.#state.phase === "open";
    this.#state = state;
    if (wasOpen) this.#options.onRelease(this);
  }
}
