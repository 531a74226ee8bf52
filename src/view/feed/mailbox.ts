import type { TailwaterError } from "../../base/errors.ts";
import type { ChangeSet } from "../change-set.ts";
import type { ChangeSubscription, ChangeTaker } from "../readable-view.ts";
import type { MakeSet } from "./make-change-set.ts";
import type { OwedChanges } from "./owed-changes.ts";
import { PendingChanges } from "./pending-changes.ts";
import type { Publication } from "./publication.ts";

export interface MailboxOptions {
  readonly maxPendingKeys: number;
  readonly makeSet: MakeSet;
  /** What is thrown when more keys are pending. */
  readonly makeTooSlowError: () => TailwaterError;
  /** Called by the first `next()`, synchronously. */
  readonly onRegister: (mailbox: Mailbox) => void;
  /** Called once when the mailbox ends, whichever way, if it was registered. */
  readonly onRelease: (mailbox: Mailbox) => void;
  /** Called before it is looked at what it has: it may be owed what it does not know of yet. */
  readonly onLook: (mailbox: Mailbox) => void;
  /** Somebody waits for more than is given out at once: `give`, in a macrotask that has time for it. */
  readonly onMuch: (mailbox: Mailbox) => void;
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
/** So many pending changes are given out as soon as somebody asks. */
const fewChanges = 64;

/** One subscriber's pending changes, at most one for each key (F2), without rows: those are looked up when it takes. The contract is `ChangeSubscription`'s. */
export class Mailbox implements ChangeSubscription {
  readonly pending = new PendingChanges();
  readonly #options: MailboxOptions;
  readonly #waiting: ChangeTaker[] = [];
  /** What was given last is not complete. */
  #isMidStep = false;
  #state: State = { phase: "new" };

  constructor(options: MailboxOptions) {
    this.#options = options;
  }

  /** Somebody waits, and there is something to give. */
  get isWanted(): boolean {
    return this.#waiting.length > 0 && (this.#isMidStep || !this.pending.isEmpty);
  }

  /** Of who waits: as `ChangeTaker.evaluation`. */
  get evaluation(): object | undefined {
    return this.#waiting[0]?.evaluation;
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
      return;
    }
    this.#options.onLook(this);
    this.#waiting.push(taker);
    if (this.#hasMuch) this.#options.onMuch(this);
    else if (this.isWanted) this.give(fewChanges);
    else this.#endWaiting();
  }

  return(): Promise<IteratorReturnResult<undefined>> {
    this.#release({ phase: "done" });
    this.#forget();
    this.#endWaiting();
    return Promise.resolve(done);
  }

  /** Hands changes of one step to who waits, or keeps them. */
  push(publication: Publication): void {
    if (this.#state.phase !== "open") return;
    this.#options.onLook(this);
    if (this.#waiting.length > 0 && this.pending.isEmpty) {
      // Whoever waits has nothing pending, and the changes of one step have one for each key already.
      this.hand(publication.takeSet());
      return;
    }
    for (const change of publication.changes) this.pending.add(change);
    this.#checkPace();
  }

  /** It is to tell these changes of one step. They are given out by `give`, and do not count against the limit. */
  owe(list: OwedChanges): void {
    if (this.#state.phase !== "open") return;
    const { owed } = this.pending;
    if (owed !== undefined && owed.list.size - owed.from > fewChanges) {
      // What it is still owed would have to be made ordinary changes, all at once.
      this.fail(this.#options.makeTooSlowError());
      return;
    }
    this.pending.owe(list);
  }

  /** Gives a set of so many changes at most to who waits. Says how many were taken. */
  give(limit: number): number {
    this.#options.onLook(this);
    const changes = this.pending.take(limit);
    this.hand(this.#options.makeSet(changes, { isComplete: this.pending.isEmpty }));
    return changes.length;
  }

  /** Gives a set that was taken from what is pending to who waits. One without changes is kept back, unless it completes others. */
  hand(set: ChangeSet): void {
    if (set.changes.length > 0 || (this.#isMidStep && set.isComplete)) {
      this.#isMidStep = !set.isComplete;
      this.#waiting.shift()?.onSet(set);
    }
    if (this.isWanted) this.#options.onMuch(this);
    else this.#endWaiting();
  }

  /** Ends it: what is pending is still given out. */
  finish(): void {
    if (this.#state.phase !== "open") return;
    this.#release({ phase: "ending" });
    this.#endWaiting();
  }

  /** Ends it with an error; what is pending is dropped. */
  fail(error: TailwaterError): void {
    if (this.#state.phase !== "open") return;
    const [first, ...others] = this.#waiting.splice(0);
    this.#forget();
    this.#release(first === undefined ? { phase: "failed", error } : { phase: "done" });
    first?.onError(error);
    for (const taker of others) taker.onEnd();
  }

  #forget(): void {
    this.pending.clear();
    this.#isMidStep = false;
  }

  get #hasMuch(): boolean {
    return this.pending.owed !== undefined || this.pending.size > fewChanges;
  }

  #checkPace(): void {
    const { owed, size } = this.pending;
    const allowance = owed === undefined ? 0 : owed.list.size - owed.from; // keys that are owed may be pending too
    if (size > this.#options.maxPendingKeys + allowance) this.fail(this.#options.makeTooSlowError());
  }

  /** Nothing comes any more for those who wait: unless the mailbox is open, or has something for them. */
  #endWaiting(): void {
    if (this.#state.phase === "open" || this.isWanted) return;
    for (const taker of this.#waiting.splice(0)) taker.onEnd();
  }

  #release(state: State): void {
    const wasOpen = this.#state.phase === "open";
    this.#state = state;
    if (wasOpen) this.#options.onRelease(this);
  }
}
