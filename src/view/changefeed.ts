import type { TailwaterError } from "../base/errors.ts";
import type { ChangeSet } from "./change-set.ts";
import type { ChangeDetail, KeyChange } from "./key-change.ts";
import { Mailbox } from "./mailbox.ts";
import { makePublication } from "./publication.ts";
import type { ChangeSubscription, ChangeSubscriptionOptions } from "./readable-view.ts";
import { SubscriberTooSlowError } from "./view-errors.ts";

export interface ChangefeedOptions {
  readonly view: string;
  readonly maxPendingKeys: number;
  /** Makes a set of changes with the rows and the position of this moment. */
  readonly makeSet: (changes: Iterable<KeyChange>) => ChangeSet;
}

/** Hands one view's changes to its subscribers. A change costs what the subscribers of all keys and of its own key cost, not what all cost. */
export class Changefeed {
  readonly #options: ChangefeedOptions;
  readonly #ofAllKeys = new Set<Mailbox>();
  readonly #ofKey = new Map<string, Set<Mailbox>>();
  #subscribers = 0;
  /** Of these, those that asked for what keys showed before. */
  #imageTakers = 0;
  #isFinished = false;
  #makeFailure: (() => TailwaterError) | undefined;

  constructor(options: ChangefeedOptions) {
    this.#options = options;
  }

  /** Registered subscribers. */
  get subscribers(): number {
    return this.#subscribers;
  }

  /** What subscribers need of changes now. */
  get detail(): ChangeDetail {
    if (this.#imageTakers > 0) return "IMAGES";
    return this.#subscribers > 0 ? "KEYS" : "NONE";
  }

  open(options: ChangeSubscriptionOptions): ChangeSubscription {
    const { view, maxPendingKeys, makeSet } = this.#options;
    return new Mailbox({
      maxPendingKeys,
      makeSet,
      makeTooSlowError: () => new SubscriberTooSlowError(view, maxPendingKeys),
      onRegister: (mailbox) => {
        this.#register(mailbox, options);
        if (this.#makeFailure !== undefined) mailbox.fail(this.#makeFailure());
        if (this.#isFinished) mailbox.finish();
      },
      onRelease: (mailbox) => this.#release(mailbox, options),
    });
  }

  /** Publishes one step's changes, in the same synchronous step as they are applied. */
  publish(changes: readonly KeyChange[], { isRebuild = false }: { readonly isRebuild?: boolean } = {}): void {
    if (changes.length === 0 || this.#subscribers === 0) return;
    const facts = { isRebuild, makeSet: this.#options.makeSet };
    const ofAll = makePublication(changes, facts);
    for (const mailbox of [...this.#ofAllKeys]) mailbox.push(ofAll);
    if (this.#ofKey.size === 0) return;
    for (const change of changes) {
      const mailboxes = this.#ofKey.get(change.key);
      if (mailboxes === undefined) continue;
      const ofOne = makePublication([change], facts);
      for (const mailbox of [...mailboxes]) mailbox.push(ofOne);
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

  #register(mailbox: Mailbox, { key, needsPrevious = true }: ChangeSubscriptionOptions): void {
    this.#subscribers += 1;
    if (needsPrevious) this.#imageTakers += 1;
    if (key === undefined) {
      this.#ofAllKeys.add(mailbox);
      return;
    }
    const mailboxes = this.#ofKey.get(key) ?? new Set();
    this.#ofKey.set(key, mailboxes.add(mailbox));
  }

  #release(mailbox: Mailbox, { key, needsPrevious = true }: ChangeSubscriptionOptions): void {
    this.#subscribers -= 1;
    if (needsPrevious) this.#imageTakers -= 1;
    this.#ofAllKeys.delete(mailbox);
    if (key === undefined) return;
    const mailboxes = this.#ofKey.get(key);
    mailboxes?.delete(mailbox);
    if (mailboxes?.size === 0) this.#ofKey.delete(key);
  }
}
