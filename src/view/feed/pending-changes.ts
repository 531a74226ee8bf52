import type { KeyChange } from "../key-change.ts";
import { mergeInto } from "../merge-changes.ts";
import type { OwedChanges } from "./owed-changes.ts";

/** Changes that are owed, and from where on they have not been taken yet. */
export interface OwedRest {
  readonly list: OwedChanges;
  readonly from: number;
}

/** Of all that have none, as most have: a map takes some 200 bytes, and the collector its time. Never added to. */
const none = new Map<string, KeyChange>();

/** The same map, or one that can be added to. */
function toOwn(map: Map<string, KeyChange>): Map<string, KeyChange> {
  return map === none ? new Map() : map;
}

/**
 * What one subscriber has not taken yet, at most one change for each key (F2). Changes may be owed in the middle: what came
 * before and what came after them are kept apart, and a key's changes become one when the owed one is taken.
 */
export class PendingChanges {
  /** By key, of before what is owed; all there are, if nothing is. */
  #earlier = none;
  /** By key, of after what is owed. */
  #recent = none;
  #owed: OwedRest | undefined;

  /** Changes but for those that are owed. */
  get size(): number {
    return this.#earlier.size + this.#recent.size;
  }

  get owed(): OwedRest | undefined {
    return this.#owed;
  }

  get isEmpty(): boolean {
    return this.#owed === undefined && this.size === 0;
  }

  /** Others that are owed the same from the same place can take what this takes. */
  get canShare(): boolean {
    return this.#owed !== undefined && this.#earlier.size === 0;
  }

  /** Adds a change that has just happened. */
  add(change: KeyChange): void {
    if (this.#owed === undefined) {
      this.#earlier = toOwn(this.#earlier);
      mergeInto(this.#earlier, change);
    } else {
      this.#recent = toOwn(this.#recent);
      mergeInto(this.#recent, change);
    }
  }

  /** These changes have just happened, and are told when they are taken. What was owed until now is made ordinary changes. */
  owe(list: OwedChanges): void {
    this.settle();
    list.hold();
    this.#owed = { list, from: 0 };
  }

  /** Makes ordinary changes of all that is owed. */
  settle(): void {
    if (this.#owed === undefined) return;
    for (const change of this.takeOwed(this.#owed.list.size)) {
      this.#earlier = toOwn(this.#earlier);
      this.#earlier.set(change.key, change);
    }
  }

  /** Takes what is owed up to a place of the list, with all else that is pending of these keys. */
  takeOwed(to: number): KeyChange[] {
    if (this.#owed === undefined) return [];
    const { list, from } = this.#owed;
    const taken: KeyChange[] = [];
    for (let at = from; at < to; at += 1) {
      const owed = list.changeAt(at);
      // A key that is looked for, be it in an empty map, comes into V8's table of strings, and when that has grown by hundreds
      // of thousands it is made anew in one go: 5 to 20 ms (measured).
      const change = this.size === 0 ? owed : this.#takeWith(list.keyAt(at), owed);
      if (change !== undefined) taken.push(change);
    }
    this.#moveOn(to);
    return taken;
  }

  /** As if it had taken what another has taken that can share with it. */
  passOwed(to: number, taken: readonly KeyChange[]): void {
    if (this.#recent.size > 0) for (const { key } of taken) this.#recent.delete(key);
    this.#moveOn(to);
  }

  /** Takes so many changes at most: owed ones as long as there are some. */
  take(limit: number): KeyChange[] {
    const { owed } = this;
    const taken = owed === undefined ? [] : this.takeOwed(Math.min(owed.list.size, owed.from + limit));
    if (this.#owed !== undefined) return taken;
    for (const [key, change] of this.#earlier) {
      if (taken.length >= limit) break;
      taken.push(change);
      this.#earlier.delete(key);
    }
    if (this.#earlier.size === 0) this.#earlier = none;
    return taken;
  }

  /** Forgets everything. */
  clear(): void {
    this.#owed?.list.release();
    this.#owed = undefined;
    this.#earlier = none;
    this.#recent = none;
  }

  /** What is owed of a key with all else that is pending of it; undefined if nothing is owed: what came before still is to be told. */
  #takeWith(key: string, owed: KeyChange | undefined): KeyChange | undefined {
    const [earlier, recent] = [this.#earlier.get(key), this.#recent.get(key)];
    this.#recent.delete(key);
    if (owed === undefined) return undefined;
    this.#earlier.delete(key);
    const { existedBefore, before } = earlier ?? owed;
    const records = owed.records + (earlier?.records ?? 0) + (recent?.records ?? 0);
    return { key, existedBefore, existsNow: owed.existsNow, before, records };
  }

  #moveOn(to: number): void {
    if (this.#owed === undefined) return;
    const { list } = this.#owed;
    if (to < list.size) {
      this.#owed = { list, from: to };
      return;
    }
    this.#owed = undefined;
    list.release();
    if (this.#earlier.size === 0) this.#earlier = this.#recent;
    else for (const change of this.#recent.values()) mergeInto(this.#earlier, change);
    this.#recent = none;
  }
}
