import type { ChangeSet } from "../../view/change-set.ts";
import type { ChangeSubscription, ChangeTaker } from "../../view/readable-view.ts";
import type { EventGroup, GroupMember } from "./event-group.ts";

/** Who gets what the events of one subscription print as. */
export interface EventReceiver<Payload> {
  /** One event; shared, so not to be changed. The next one comes after `takeNext()`. */
  onPayload(payload: Payload): void;
  /** There are no more. */
  onEnd(): void;
  /** It was ended. Not masked yet. */
  onError(error: unknown): void;
}

export interface EventSubscriberParts<Payload> {
  readonly changes: ChangeSubscription;
  readonly receiver: EventReceiver<Payload>;
  /** Gives the group of those that have equal events. */
  readonly joinGroup: () => EventGroup<Payload>;
}

/** One subscription's events, each one asked for by `takeNext()`. */
export class EventSubscriber<Payload> implements ChangeTaker, GroupMember<Payload> {
  readonly #parts: EventSubscriberParts<Payload>;
  #group: EventGroup<Payload> | undefined;
  #isOver = false;

  constructor(parts: EventSubscriberParts<Payload>) {
    this.#parts = parts;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get evaluation(): object | undefined {
    return this.#group;
  }

  /** Asks for one event; call it again when that has come. The first call registers. */
  takeNext(): void {
    if (this.#isOver) return;
    if (this.#group === undefined) {
      this.#group = this.#parts.joinGroup();
      this.#group.join();
    }
    this.#parts.changes.takeNext(this);
  }

  /** Frees everything, also while an event is asked for (F3). Nothing is received from now on. */
  close(): void {
    if (!this.#leave()) return;
    void this.#parts.changes.return(); // frees at once, resolves always
  }

  onSet(set: ChangeSet): void {
    this.#group?.add(this, set);
  }

  onEnd(): void {
    if (this.#leave()) this.#parts.receiver.onEnd();
  }

  onError(error: unknown): void {
    if (this.#leave()) this.#parts.receiver.onError(error);
  }

  receive(payload: Payload): void {
    if (!this.#isOver) this.#parts.receiver.onPayload(payload);
  }

  fail(error: unknown): void {
    if (this.#isOver) return;
    this.close();
    this.#parts.receiver.onError(error);
  }

  /** False if it was over already. */
  #leave(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#group?.leave();
    return true;
  }
}
