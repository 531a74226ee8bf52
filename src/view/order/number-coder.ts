import type { CodePlan, CodeWords, RowCoder } from "./row-coder.ts";

const sliceRows = 4_096;
const exactSpan = 2 ** 53;
const wordSpan = 2 ** 32;

/**
 * Codes of numbers, which are never NaN: exact. Whole numbers of a span below 2^53 are coded by their distance from the
 * least, others by the distance of their bits as doubles, 64 at most; the first word is the upper 32 bits of what is used.
 */
export class NumberCoder implements RowCoder {
  readonly areUnique = false;
  readonly #get: (slot: number) => number;
  readonly #double = new Float64Array(1);
  readonly #doubleWords = new Uint32Array(this.#double.buffer);
  #least = 0;
  #greatest = 0;
  #isWhole = true;
  /** Bits of the least number; then what `#measure` has found. */
  #leastHigh = 0;
  #leastLow = 0;
  #high = 0;
  #low = 0;
  /** Bits of the second word. */
  #lowBits = 0;

  constructor(get: (slot: number) => number) {
    this.#get = get;
  }

  begin(): void {
    this.#least = Number.POSITIVE_INFINITY;
    this.#greatest = Number.NEGATIVE_INFINITY;
    this.#isWhole = true;
  }

  look(slots: Uint32Array, from: number, to: number): number {
    const end = Math.min(from + sliceRows, to);
    let [least, greatest, isWhole] = [this.#least, this.#greatest, this.#isWhole];
    for (let at = from; at < end; at += 1) {
      const value = this.#get(slots[at] as number); // a row that is sorted
      if (value < least) least = value;
      if (value > greatest) greatest = value;
      isWhole &&= Math.floor(value) === value;
    }
    [this.#least, this.#greatest, this.#isWhole] = [least, greatest, isWhole];
    return end;
  }

  plan(): CodePlan {
    if (this.#least === this.#greatest) return { highBits: 0, lowBits: 0, ties: undefined };
    this.#isWhole &&= this.#greatest - this.#least < exactSpan;
    this.#leastHigh = 0;
    this.#leastLow = 0;
    if (!this.#isWhole) {
      this.#measure(this.#least);
      this.#leastHigh = this.#high;
      this.#leastLow = this.#low;
    }
    this.#measure(this.#greatest);
    this.#lowBits = 32 - Math.clz32(this.#high);
    const highBits = this.#lowBits > 0 ? 32 : 32 - Math.clz32(this.#low);
    return { highBits, lowBits: this.#lowBits, ties: undefined };
  }

  encode(slots: Uint32Array, from: number, to: number, { highs, lows }: CodeWords): number {
    const end = Math.min(from + sliceRows, to);
    const lowBits = this.#lowBits;
    for (let at = from; at < end; at += 1) {
      const slot = slots[at] as number; // as in `look`
      this.#measure(this.#get(slot));
      if (lowBits === 0) highs[at] = this.#low;
      else if (lowBits === 32) {
        highs[at] = this.#high;
        lows[slot] = this.#low;
      } else {
        highs[at] = (this.#high << (32 - lowBits)) | (this.#low >>> lowBits);
        lows[slot] = this.#low & ((1 << lowBits) - 1);
      }
    }
    return end;
  }

  /** Leaves the distance from the least number in `#high` and `#low`. */
  #measure(value: number): void {
    if (this.#isWhole) {
      const distance = value - this.#least;
      this.#high = Math.floor(distance / wordSpan);
      this.#low = distance >>> 0;
      return;
    }
    this.#double[0] = value + 0; // one number of 0 and -0
    const low = this.#doubleWords[0] as number; // two words
    const high = this.#doubleWords[1] as number;
    // Bits that have the order of the numbers: with the sign turned, below zero all turned.
    const isNegative = high >>> 31 === 1;
    const orderedLow = isNegative ? ~low >>> 0 : low;
    const orderedHigh = isNegative ? ~high : high ^ 0x8000_0000;
    const borrow = orderedLow < this.#leastLow ? 1 : 0;
    this.#low = (orderedLow - this.#leastLow) >>> 0;
    this.#high = (orderedHigh - this.#leastHigh - borrow) >>> 0;
  }
}
