import type { TailwaterError } from "../base/errors.ts";
import type { Change } from "./change-set.ts";
import { Mailbox } from "./mailbox.ts";
import type { ChangeSubscription, ChangeSubscriptionOptions } from "./readable-view.ts";
import { SubscriberTooSlowError } from "./view-errors.ts";
import type { ViewPosition } from "./view-position.ts";

export interface ChangefeedOptions {
  readonly view: string;
  readonly maxPendingKeys: number;
  readonly getPosition: () => ViewPosition;
}

/** Hands one view's changes to its subscribers. A change costs what the subscribers of all keys and of its own key cost, not what all cost. */
export class Changefeed {
  readonly #options: ChangefeedOptions;
  readonly #ofAllKeys = new Set<Mailbox>();
  readonly #ofKey = new Map<string, Set<Mailbox>>();
  #subscribers = 0;
  #isFinished = false;
  #makeFailure: (() => TailwaterError) | undefined;

  constructor(options: ChangefeedOptions) {
    this.#options = options;
  }

  /** Registered subscribers. */
  get subscribers(): number {
    return this.#subscribers;
  }

  open({ key }: ChangeSubscriptionOptions): ChangeSubscription {
    const { view, maxPendingKeys, getPosition } = this.#options;
    return new Mailbox({
      maxPendingKeys,
      getPosition,
      makeTooSlowError: () => new SubscriberTooSlowError(view, maxPendingKeys),
      onRegister: (mailbox) => {
        this.#register(mailbox, key);
        if (this.#makeFailure !== undefined) mailbox.fail(this.#makeFailure());
        if (this.#isFinished) mailbox.finish();
      },
      onRelease: (mailbox) => this.#release(mailbox, key),
    });
  }

  /** Publishes one step's changes, in the same synchronous step as they are applied. */
  publish(changes: readonly Change[], { isRebuild = false }: { readonly isRebuild?: boolean } = {}): void {
    if (changes.length === 0 || this.#subscribers === 0) return;
    for (const mailbox of [...this.#ofAllKeys]) mailbox.push(changes, { isRebuild });
    if (this.#ofKey.size === 0) return;
    for (const change of changes) {
      for (const mailbox of [...(this.#ofKey.get(change.key) ?? [])]) mailbox.push([change], { isRebuild });
    }
  }

  /** Ends all subscriptions; what is pending is still given out. Later ones end at once. */
  finish(): void {
    this.#isFinished = true;
    for (const mailbox of this.#all()) mailbox.finish();
  }

  /** Ends all subscriptions with an error; those that were opened and begin later too, until `recover`. */
  fail(makeError: () => TailwaterError): void {
    this.#makeFailure = makeError;
    for (const mailbox of this.#all()) mailbox.fail(makeError());
  }

  recover(): void {
    this.#makeFailure = undefined;
  }

  #all(): Mailbox[] {
    return [...this.#ofAllKeys, ...[...this.#ofKey.values()].flatMap((mailboxes) => [...mailboxes])];
  }

  #register(mailbox: Mailbox, key: string | undefined): void {
    this.#subscribers += 1;
    if (key === undefined) {
      this.#ofAllKeys.add(mailbox);
      return;
    }
    const mailboxes = this.#ofKey.get(key) ?? new Set();
    this.#ofKey.set(key, mailboxes.add(mailbox));
  }

  #release(mailbox: Mailbox, key: string | undefined): void {
    this.#subscribers -= 1;
    this.#ofAllKeys.delete(mailbox);
    if (key === undefined) return;
    const mailboxes = this.#ofKey.get(key);
    mailboxes?.delete(mailbox);
    if (mailboxes?.size === 0) this.#ofKey.delete(key);
  }
}
