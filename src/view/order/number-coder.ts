import type { CodePlan, CodeWords, RowCoder } from "./row-coder.ts";

const sliceRows = 4_096;
const exactSpan = 2 ** 53;
const wordSpan = 2 ** 32;
/** A number is whole when multiplied by its scale; for amounts with so many decimals codes of half as many bits do. */
const greatestScale = 10_000;
/** Below this scaled numbers, whose last bits are rounded, are nearer to their whole number than to any other. */
const scaledSpan = 2 ** 51;

/**
 * Codes of numbers, which are never NaN: exact. Whole numbers of a span below 2^53, and decimals of a few places, are coded
 * by their distance from the least, others by the distance of their bits as doubles, 64 at most; the first word is the
 * upper 32 bits of what is used.
 */
export class NumberCoder implements RowCoder {
  readonly areUnique = false;
  readonly canSample = false; // the least and the greatest of some are hardly those of all
  readonly #get: (slot: number) => number;
  readonly #double = new Float64Array(1);
  readonly #doubleWords = new Uint32Array(this.#double.buffer);
  #least = 0;
  #greatest = 0;
  /** All numbers are whole, or decimals that become whole, when multiplied by it; 0: some are not. */
  #scale = 1;
  /** The least number, multiplied. */
  #origin = 0;
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
    this.#scale = 1;
  }

  look(slots: Uint32Array, from: number, to: number): number {
    const end = Math.min(from + sliceRows, to);
    let [least, greatest, scale] = [this.#least, this.#greatest, this.#scale];
    for (let at = from; at < end; at += 1) {
      const value = this.#get(slots[at] as number); // a row that is sorted
      if (value < least) least = value;
      if (value > greatest) greatest = value;
      if (scale !== 0 && !isWholeAt(value, scale)) scale = nextScale(value, scale);
    }
    [this.#least, this.#greatest, this.#scale] = [least, greatest, scale];
    return end;
  }

  plan(): CodePlan {
    if (this.#least === this.#greatest) return { highBits: 0, lowBits: 0, ties: undefined };
    if (!this.#isExact()) this.#scale = 0;
    this.#origin = Math.round(this.#least * this.#scale);
    this.#leastHigh = 0;
    this.#leastLow = 0;
    if (this.#scale === 0) {
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
    if (lowBits === 0 && this.#scale > 0) {
      const [scale, origin] = [this.#scale, this.#origin];
      for (let at = from; at < end; at += 1) {
        highs[at] = Math.round(this.#get(slots[at] as number) * scale) - origin; // as in `look`
      }
      return end;
    }
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

  /** Whether distances of multiplied numbers are exact, and different for different numbers. */
  #isExact(): boolean {
    if (this.#scale === 1) return this.#greatest - this.#least < exactSpan;
    return Math.max(Math.abs(this.#least), Math.abs(this.#greatest)) * this.#scale < scaledSpan;
  }

  /** Leaves the distance from the least number in `#high` and `#low`. */
  #measure(value: number): void {
    if (this.#scale > 0) {
      const distance = Math.round(value * this.#scale) - this.#origin;
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

/** Decimal numbers, as doubles, are those nearest to a whole number divided by a power of ten: that is looked for. */
function isWholeAt(value: number, scale: number): boolean {
  return Math.round(value * scale) / scale === value;
}

/** The next greater scale at which a number is whole; 0 if there is none. */
function nextScale(value: number, scale: number): number {
  let next = 10 * scale;
  while (next <= greatestScale && !isWholeAt(value, next)) next *= 10;
  return next <= greatestScale ? next : 0;
}
