import type { Clock } from "../../base/clock.ts";
import { takeTurn } from "../../base/event-loop.ts";
import type { ChangeSet } from "../change-set.ts";
import type { KeyChange } from "../key-change.ts";
import { SliceSize, type SliceSizeOptions } from "../slice-size.ts";
import type { KeyFollowers } from "./key-followers.ts";
import type { Mailbox } from "./mailbox.ts";
import type { MakeSet } from "./make-change-set.ts";
import type { OwedChanges } from "./owed-changes.ts";
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
  /** Changes that are handed out before it looks at the clock, each as often as it is evaluated. Default: `handoutSlices`. */
  readonly slices?: SliceSizeOptions | undefined;
}

const handoutSlices: SliceSizeOptions = { first: 16, least: 1, most: 8_192, targetMs: 2 };
/** Changes of one set at most: what takes long all of a sudden, as code that V8 has given up, does not take long for many. */
const maxSetChanges = 256;
/** No slice begins later in a macrotask. */
const lastSliceMs = 1;

/** Changes that were taken of a list in this macrotask, and the sets made of them: one that completes its takers' step and one that does not. */
interface TakenPart {
  readonly list: OwedChanges;
  readonly from: number;
  readonly to: number;
  readonly changes: readonly KeyChange[];
  readonly sets: Map<boolean, ChangeSet>;
}

/**
 * Hands out what subscribers have pending when that is too much for one step: parts of it, slice by slice, each evaluated
 * before the next one begins, and as many slices in a macrotask as fit into few milliseconds. Who is owed the same from the
 * same place gets the same set, so that equal operations share its evaluation; different ones are served one after the
 * other. Who is farther back goes first, until it stands where others are.
 */
export class Handout {
  readonly #options: HandoutOptions;
  readonly #slices: SliceSize;
  /** In the order in which they asked. */
  readonly #wanted = new Set<Mailbox>();
  #isScheduled = false;
  #servesOwed = true;
  /** In this macrotask: in a later one, entities may show something else. */
  #lastTaken: TakenPart | undefined;

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
    if (this.#isScheduled || !this.#hasWork) return;
    this.#isScheduled = true;
    takeTurn(() => this.#run());
  }

  get #hasWork(): boolean {
    return this.#wanted.size > 0 || this.#options.keyFollowers.areBehind;
  }

  #run(): void {
    this.#serveSlice(this.#options.clock.monotonicMs() + lastSliceMs);
  }

  #serveSlice(untilMs: number): void {
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
      const nowMs = clock.monotonicMs();
      this.#slices.note(nowMs - beganMs, { isFull });
      if (this.#hasWork && nowMs < untilMs) this.#serveSlice(untilMs);
      else {
        this.#lastTaken = undefined;
        this.#isScheduled = false;
        this.#schedule();
      }
    });
  }

  /** Says whether it has handed out as many changes as it may. */
  #step(changes: number): boolean {
    let left = changes;
    const { keyFollowers } = this.#options;
    for (; left > 0 && keyFollowers.areBehind; left -= 1) keyFollowers.settleNext();
    if (left === 0) return true;
    for (const mailbox of this.#wanted) if (!mailbox.isWanted) this.#wanted.delete(mailbox);
    // Sets of one size: those who follow would have to stop at the same places as who takes what is left.
    const limit = Math.min(changes, maxSetChanges);
    while (left > 0 && this.#wanted.size > 0) left -= Math.max(1, this.#serveNext(limit));
    return left <= 0;
  }

  /** Serves who is owed something and who has it pending in turns. Gives how many changes that took. */
  #serveNext(limit: number): number {
    const [owed, own] = [this.#findHindmost(), this.#findFirst()];
    this.#servesOwed = own === undefined || (owed !== undefined && !this.#servesOwed);
    const next = this.#servesOwed ? owed : own;
    if (next === undefined) return limit;
    if (next.pending.owed !== undefined && next.pending.canShare)
      return this.#serveGroup(next, next.pending.owed, limit);
    this.#wanted.delete(next);
    return next.give(limit);
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

  /** Gives a part of a list to those of one evaluation who wait for it at this place: up to where the next ones wait, at most. */
  #serveGroup(mailbox: Mailbox, { list, from }: OwedRest, limit: number): number {
    const { evaluation } = mailbox;
    const group = [mailbox];
    let to = Math.min(list.size, from + limit);
    for (const other of this.#wanted) {
      const { owed, canShare } = other.pending;
      if (owed?.list !== list) continue;
      if (owed.from > from) to = Math.min(to, owed.from);
      else if (owed.from === from && canShare && other.evaluation === evaluation && other !== mailbox)
        group.push(other);
    }
    this.#serve(group, this.#take(mailbox, { list, from }, to));
    return to - from;
  }

  /** What another that it can share with has taken in this macrotask, or what it takes now. */
  #take({ pending }: Mailbox, { list, from }: OwedRest, to: number): TakenPart {
    const last = this.#lastTaken;
    if (last?.list === list && last.from === from && last.to === to) {
      pending.passOwed(to, last.changes);
      return last;
    }
    const taken = { list, from, to, changes: pending.takeOwed(to), sets: new Map<boolean, ChangeSet>() };
    this.#lastTaken = taken;
    return taken;
  }

  /** Gives the same to all of them: what the first one has taken. */
  #serve(group: readonly Mailbox[], { to, changes, sets }: TakenPart): void {
    for (const mailbox of group.slice(1)) mailbox.pending.passOwed(to, changes);
    for (const mailbox of group) {
      const { isEmpty: isComplete } = mailbox.pending;
      const set = sets.get(isComplete) ?? this.#options.makeSet(changes, { isComplete });
      sets.set(isComplete, set);
      this.#wanted.delete(mailbox);
      mailbox.hand(set);
    }
  }
}
