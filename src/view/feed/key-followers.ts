import type { Mailbox } from "./mailbox.ts";
import type { RebuildChanges } from "./owed-changes.ts";

/** What one of them follows. */
export interface KeyFollower {
  readonly key: string;
  /** It needs what the key showed before. */
  readonly images: boolean;
}

/**
 * The subscribers of one key each. A rebuild owes something to all of them from one moment on, which takes no longer the
 * more they are: a mailbox learns of it when somebody looks at it, or when its turn comes.
 */
export class KeyFollowers {
  #settled = new Map<Mailbox, KeyFollower>();
  /** Those whose mailboxes do not know yet what the rebuild owes them. */
  #behind = new Map<Mailbox, KeyFollower>();
  /** Held while somebody is behind. */
  #changes: RebuildChanges | undefined;

  /** Some mailboxes do not know yet what they are owed. */
  get areBehind(): boolean {
    return this.#behind.size > 0;
  }

  add(mailbox: Mailbox, follower: KeyFollower): void {
    this.#settled.set(mailbox, follower);
  }

  delete(mailbox: Mailbox): void {
    if (!this.#settled.delete(mailbox) && this.#behind.delete(mailbox)) this.#letGo();
  }

  /** All of them are owed what this rebuild has changed of their keys. */
  owe(changes: RebuildChanges): void {
    for (const mailbox of this.#behind.keys()) this.catchUp(mailbox); // of a rebuild just before this one
    if (this.#settled.size === 0) return;
    [this.#behind, this.#settled] = [this.#settled, this.#behind];
    changes.hold();
    this.#changes = changes;
  }

  /** Tells a mailbox what it is owed, before anything else is done with it. False if it is not behind. */
  catchUp(mailbox: Mailbox): boolean {
    const follower = this.#behind.get(mailbox);
    if (follower === undefined || this.#changes === undefined) return false;
    mailbox.owe(this.#changes.ofKey(follower.key, follower));
    this.#behind.delete(mailbox);
    this.#settled.set(mailbox, follower);
    this.#letGo();
    return true;
  }

  /** Gives out what one of those that are behind is owed, or makes an ordinary change of it if nobody waits for it. */
  settleNext(): void {
    const mailbox = this.#behind.keys().next().value;
    if (mailbox === undefined) return;
    this.catchUp(mailbox);
    if (mailbox.isWanted) mailbox.give(1);
    else mailbox.pending.settle();
  }

  #letGo(): void {
    if (this.#behind.size > 0) return;
    this.#changes?.release();
    this.#changes = undefined;
  }
}
