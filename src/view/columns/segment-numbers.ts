import { InvariantError } from "../../base/errors.ts";

/** Numbers from 0 up to a limit, of which some that follow one another are taken and given back. */
export class SegmentNumbers {
  readonly #limit: number;
  readonly #free = new Set<number>();
  /** All from here on have never been taken. */
  #next = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many are not taken. */
  get left(): number {
    return this.#limit - this.#next + this.#free.size;
  }

  /** The first of so many that follow one another. Throws `InvariantError` if there are none. */
  take(count: number): number {
    for (const first of this.#free) {
      if (!this.#areFree(first, count)) continue;
      for (let number = first; number < first + count; number += 1) this.#free.delete(number);
      return first;
    }
    const first = this.#next;
    if (first + count > this.#limit) throw new InvariantError(`no ${count} numbers are left of ${this.#limit}`);
    this.#next += count;
    return first;
  }

  giveBack(first: number, count: number): void {
    for (let number = first; number < first + count; number += 1) this.#free.add(number);
  }

  #areFree(first: number, count: number): boolean {
    for (let number = first; number < first + count; number += 1) if (!this.#free.has(number)) return false;
    return true;
  }
}
