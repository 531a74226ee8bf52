import type { TailwaterError } from "../../base/errors.ts";
import type { ChangeDetail, KeyChange } from "../key-change.ts";
import type { ChangeSubscription, ChangeSubscriptionOptions } from "../readable-view.ts";
import { SubscriberTooSlowError } from "../view-errors.ts";
import { Handout, type HandoutOptions } from "./handout.ts";
import { KeyFollowers } from "./key-followers.ts";
import { Mailbox, type MailboxOptions } from "./mailbox.ts";
import type { OwedChanges, RebuildChanges } from "./owed-changes.ts";
import { makePublication } from "./publication.ts";

export interface ChangefeedOptions extends Omit<HandoutOptions, "countJoined" | "keyFollowers"> {
  readonly view: string;
  readonly maxPendingKeys: number;
}

/** Hands one view's changes to its subscribers. A change costs what the subscribers of all keys and of its own key cost, not what all cost. */
export class Changefeed {
  readonly #options: ChangefeedOptions;
  readonly #handout: Handout;
  /** The same for all subscribers. */
  readonly #mailboxOptions: Omit<MailboxOptions, "onRegister" | "onRelease">;
  /** Whether they asked for images, by mailbox. */
  readonly #ofAllKeys = new Map<Mailbox, boolean>();
  readonly #ofKey = new Map<string, Set<Mailbox>>();
  readonly #keyFollowers = new KeyFollowers();
  #subscribers = 0;
  #joined = 0;
  /** Of those of all keys, those that asked for what keys showed before. */
  #imageTakers = 0;
  /** Of those of one key, how many asked for what that showed before, by key. */
  readonly #imageTakersOfKey = new Map<string, number>();
  #isFinished = false;
  #makeFailure: (() => TailwaterError) | undefined;

  constructor(options: ChangefeedOptions) {
    this.#options = options;
    this.#handout = new Handout({ ...options, keyFollowers: this.#keyFollowers, countJoined: () => this.#joined });
    const { maxPendingKeys, makeSet } = options;
    this.#mailboxOptions = {
      maxPendingKeys,
      makeSet,
      makeTooSlowError: () => this.#makeTooSlowError(),
      onLook: (mailbox) => {
        if (this.#keyFollowers.catchUp(mailbox) && mailbox.isWanted) this.#handout.add(mailbox);
      },
      onMuch: (mailbox) => this.#handout.add(mailbox),
    };
  }

  /** Registered subscribers. */
  get subscribers(): number {
    return this.#subscribers;
  }

  /** Subscribers that have ever registered. */
  get joined(): number {
    return this.#joined;
  }

  /** Some subscribers follow all keys. */
  get hasFollowersOfAll(): boolean {
    return this.#ofAllKeys.size > 0;
  }

  /** What subscribers need of changes now. */
  get detail(): ChangeDetail {
    if (this.#imageTakers > 0) return "IMAGES";
    if (this.#imageTakersOfKey.size > 0) return { imagesOf: this.#imageTakersOfKey };
    return this.#subscribers > 0 ? "KEYS" : "NONE";
  }

  open(options: ChangeSubscriptionOptions): ChangeSubscription {
    return new Mailbox({
      ...this.#mailboxOptions,
      onRegister: (mailbox) => {
        this.#register(mailbox, options);
        if (this.#makeFailure !== undefined) mailbox.fail(this.#makeFailure());
        if (this.#isFinished) mailbox.finish();
      },
      onRelease: (mailbox) => this.#release(mailbox, options),
    });
  }

  /** Publishes one step's changes, in the same synchronous step as they are applied. */
  publish(changes: readonly KeyChange[]): void {
    if (changes.length === 0 || this.#subscribers === 0) return;
    const { makeSet } = this.#options;
    const ofAll = makePublication(changes, makeSet);
    for (const mailbox of [...this.#ofAllKeys.keys()]) mailbox.push(ofAll);
    if (this.#ofKey.size === 0) return;
    for (const change of changes) {
      const mailboxes = this.#ofKey.get(change.key);
      if (mailboxes === undefined) continue;
      const ofOne = makePublication([change], makeSet);
      for (const mailbox of [...mailboxes]) mailbox.push(ofOne);
    }
  }

  /**
   * The view's rebuilt store is served from now on, in the same synchronous step: what that has changed is handed out in
   * parts, in macrotasks that follow; whatever is published meanwhile comes after it, or is merged into it.
   */
  publishRebuild(changes: RebuildChanges): void {
    for (const [mailbox, images] of [...this.#ofAllKeys]) this.#owe(mailbox, changes.ofAll({ images }));
    this.#keyFollowers.owe(changes);
    this.#handout.begin();
  }

  /** Ends those that have not taken all of what they are owed of a rebuild, and need images for it, with SUBSCRIBER_TOO_SLOW. */
  failBehind(changes: RebuildChanges): void {
    const list = changes.ofAll({ images: true });
    for (const mailbox of [...this.#ofAllKeys.keys()])
      if (mailbox.pending.owed?.list === list) mailbox.fail(this.#makeTooSlowError());
  }

  /** Ends all subscriptions; what is pending is still given out. Later ones end at once. */
  finish(): void {
    this.#isFinished = true;
    while (this.#keyFollowers.areBehind) this.#keyFollowers.settleNext();
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

  #owe(mailbox: Mailbox, list: OwedChanges): void {
    if (list.size === 0) return;
    mailbox.owe(list);
    if (mailbox.isWanted) this.#handout.add(mailbox);
  }

  #makeTooSlowError(): TailwaterError {
    const { view, maxPendingKeys } = this.#options;
    return new SubscriberTooSlowError(view, maxPendingKeys);
  }

  #all(): Mailbox[] {
    return [...this.#ofAllKeys.keys(), ...[...this.#ofKey.values()].flatMap((mailboxes) => [...mailboxes])];
  }

  #register(mailbox: Mailbox, { key, needsPrevious = true }: ChangeSubscriptionOptions): void {
    this.#subscribers += 1;
    this.#joined += 1;
    if (needsPrevious) this.#countImageTaker(key, 1);
    if (key === undefined) {
      this.#ofAllKeys.set(mailbox, needsPrevious);
      return;
    }
    this.#keyFollowers.add(mailbox, { key, images: needsPrevious });
    const mailboxes = this.#ofKey.get(key) ?? new Set();
    this.#ofKey.set(key, mailboxes.add(mailbox));
  }

  #release(mailbox: Mailbox, { key, needsPrevious = true }: ChangeSubscriptionOptions): void {
    this.#subscribers -= 1;
    if (needsPrevious) this.#countImageTaker(key, -1);
    this.#ofAllKeys.delete(mailbox);
    if (key === undefined) return;
    this.#keyFollowers.delete(mailbox);
    const mailboxes = this.#ofKey.get(key);
    mailboxes?.delete(mailbox);
    if (mailboxes?.size === 0) this.#ofKey.delete(key);
  }

  #countImageTaker(key: string | undefined, by: 1 | -1): void {
    if (key === undefined) {
      this.#imageTakers += by;
      return;
    }
    const takers = (this.#imageTakersOfKey.get(key) ?? 0) + by;
    if (takers === 0) this.#imageTakersOfKey.delete(key);
    else this.#imageTakersOfKey.set(key, takers);
  }
}
