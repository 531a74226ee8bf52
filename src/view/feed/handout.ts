import type { Clock } from "../../base/clock.ts";
import { takeTurn } from "../../base/event-loop.ts";
import type { ChangeSet } from "../change-set.ts";
import { SliceSize, type SliceSizeOptions } from "../slice-size.ts";
import type { KeyFollowers } from "./key-followers.ts";
import type { Mailbox } from "./mailbox.ts";
import type { MakeSet } from "./make-change-set.ts";
import type { OwedRest } from "./pending-changes.ts";

export interface HandoutOptions {
  readonly clock: Clock;
  readonly makeSet: MakeSet;
  /** Who follows one key: what a rebuild owes them is made ordinary changes, as they are owed a key of which nobody else is. */
  readonly keyFollowers: KeyFollowers;
  /** All subscribers that there have ever been. */
  readonly countJoined: () => number;
  /** Nothing more is handed out of what was wanted. */
  readonly onDefect: (defect: unknown) => void;
  /** Changes that are handed out in one macrotask, each as often as it is evaluated. Default: `handoutSlices`. */
  readonly slices?: SliceSizeOptions | undefined;
}

const handoutSlices: SliceSizeOptions = { first: 16, least: 1, most: 8_192, targetMs: 3 };
/** Changes of one set at most: what takes long all of a sudden does not take long for many. */
const maxSetChanges = 512;
/** Several evaluations go into one macrotask if each can have so many changes: the first ones, after a swap, cost most by themselves. */
const minSharedChanges = 16;

/**
 * Hands out what subscribers have pending when that is too much for one step: parts of it, so many changes in a macrotask
 * that it takes a few milliseconds with their evaluation. Who is owed the same from the same place gets the same set, so
 * that equal operations share its evaluation; who is farther back goes first, until it stands where others are. Different
 * operations take turns if they are too many for one macrotask.
 */
export class Handout {
  readonly #options: HandoutOptions;
  readonly #slices: SliceSize;
  /** In the order in which they asked. */
  readonly #wanted = new Set<Mailbox>();
  #isScheduled = false;
  #servesOwed = true;

  constructor(options: HandoutOptions) {
    this.#options = options;
    this.#slices = new SliceSize(options.slices ?? handoutSlices);
  }

  /** Gives to a mailbox in later macrotasks. */
  add(mailbox: Mailbox): void {
    this.#wanted.add(mailbox);
    this.#schedule();
  }

  /** Mailboxes are owed something from now on. */
  begin(): void {
    this.#slices.restart();
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled || (this.#wanted.size === 0 && !this.#options.keyFollowers.areBehind)) return;
    this.#isScheduled = true;
    takeTurn(() => this.#run());
  }

  #run(): void {
    const { clock, countJoined, onDefect } = this.#options;
    const beganMs = clock.monotonicMs();
    let isFull = false;
    try {
      isFull = this.#step(this.#slices.sizeFor(countJoined()));
    } catch (defect) {
      this.#wanted.clear();
      onDefect(defect);
    }
    // What was handed out is evaluated in a microtask of the step, which is before this one.
    queueMicrotask(() => {
      this.#slices.note(clock.monotonicMs() - beganMs, { isFull });
      this.#isScheduled = false;
      this.#schedule();
    });
  }

  /** Says whether it has handed out as many changes as it may. */
  #step(changes: number): boolean {
    let left = changes;
    const { keyFollowers } = this.#options;
    for (; left > 0 && keyFollowers.areBehind; left -= 1) keyFollowers.settleNext();
    if (left === 0) return true;
    for (const mailbox of [...this.#wanted]) if (!mailbox.isWanted) this.#wanted.delete(mailbox);
    while (left > 0 && this.#wanted.size > 0) left -= Math.max(1, this.#serveNext(left));
    return left <= 0;
  }

  /** Serves who is owed something and who has it pending in turns. Gives how many changes that took. */
  #serveNext(limit: number): number {
    const [owed, own] = [this.#findHindmost(), this.#findFirst()];
    this.#servesOwed = own === undefined || (owed !== undefined && !this.#servesOwed);
    const next = this.#servesOwed ? owed : own;
    if (next === undefined) return limit;
    if (next.pending.owed !== undefined && next.pending.canShare) return this.#serveGroup(next.pending.owed, limit);
    this.#wanted.delete(next);
    return next.give(Math.min(limit, maxSetChanges));
  }

  #findHindmost(): Mailbox | undefined {
    let found: Mailbox | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const mailbox of this.#wanted) {
      const from = mailbox.pending.owed?.from ?? Number.POSITIVE_INFINITY;
      if (from < least) [found, least] = [mailbox, from];
    }
    return found;
  }

  #findFirst(): Mailbox | undefined {
    for (const mailbox of this.#wanted) if (mailbox.pending.owed === undefined) return mailbox;
    return undefined;
  }

  /** Gives a part of a list to those who wait for it at this place: up to where the next ones wait, at most. */
  #serveGroup({ list, from }: OwedRest, limit: number): number {
    const byEvaluation = new Map<object | undefined, Mailbox[]>();
    let to = list.size;
    for (const mailbox of this.#wanted) {
      const { owed, canShare } = mailbox.pending;
      if (owed?.list !== list) continue;
      if (owed.from > from) to = Math.min(to, owed.from);
      else if (owed.from === from && canShare) {
        const known = byEvaluation.get(mailbox.evaluation);
        if (known === undefined) byEvaluation.set(mailbox.evaluation, [mailbox]);
        else known.push(mailbox);
      }
    }
    const evaluations = Math.max(1, Math.min(byEvaluation.size, Math.floor(limit / minSharedChanges)));
    to = Math.min(to, from + Math.min(maxSetChanges, Math.max(1, Math.floor(limit / evaluations))));
    this.#serve([...byEvaluation.values()].slice(0, evaluations).flat(), to);
    return evaluations * (to - from);
  }

  /** Gives the same to all of them: what they are owed up to this place. */
  #serve(group: readonly Mailbox[], to: number): void {
    const [first, ...others] = group;
    const changes = first?.pending.takeOwed(to) ?? [];
    for (const mailbox of others) mailbox.pending.passOwed(to, changes);
    const sets = new Map<boolean, ChangeSet>();
    for (const mailbox of group) {
      const { isEmpty: isComplete } = mailbox.pending;
      const set = sets.get(isComplete) ?? this.#options.makeSet(changes, { isComplete });
      sets.set(isComplete, set);
      this.#wanted.delete(mailbox);
      mailbox.hand(set);
    }
  }
}
