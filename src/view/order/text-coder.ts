import { createTextSpan, type TextSpan } from "../columns/text-span.ts";
import { compareBytes } from "./compare-bytes.ts";
import type { CodePlan, CodeWords, RowCoder, RowComparison } from "./row-coder.ts";

/** Points the span at a row's bytes; they hold until it is called again. Their order is the order of the rows. */
export type LocateBytes = (slot: number, span: TextSpan) => unknown;

/** Places behind the common start that are looked at: with five symbols at each they fill two words. */
const places = 24;
/** Symbols at a place: 0 where the text has ended, else the byte plus one. */
const symbols = 257;
/** Words have 31 bits: negative numbers say other things. */
const wordSpan = 2 ** 31;
/** Weight of a symbol that no text had which was looked at: the only negative one. */
const unknownWeight = -(2 ** 31);
/** Instead of a word: the text is none that the plan is for. */
const notPlanned = -1;
/** Work of one slice: bytes of texts, and so many for finding each. */
const sliceBytes = 1 << 17;
const rowBytes = 64;

/**
 * Codes of texts, by their bytes. Behind the start that all texts have in common, each place is a digit with as many
 * values as there are symbols at that place: a word holds nine decimal digits or seven hexadecimal ones, with hyphens
 * between them, or six letters.
 */
export class TextCoder implements RowCoder, RowComparison {
  readonly areUnique: boolean;
  readonly canSample = true;
  readonly #locate: LocateBytes;
  readonly #span = createTextSpan();
  /** Of the first row that was looked at, or of the one held; by its own function, as memory for the bytes may be one for each. */
  readonly #locateOther: LocateBytes;
  readonly #other = createTextSpan();
  /** By place and symbol: 1 if it occurs. Of texts that have ended nothing is noted: that follows from the shortest one. */
  readonly #occurs = new Uint8Array(places * symbols);
  /** By place and symbol: what it adds to a code. */
  readonly #weights = new Int32Array(places * symbols);
  #depth = 0;
  #firstSlot = -1;
  /** Bytes that all rows begin with. */
  #start = new Uint8Array(0);
  #commonBytes = 0;
  #shortestBytes = 0;
  #longestBytes = 0;
  /** Places whose digits are in the first word, and in both. */
  #highPlaces = 0;
  #codedPlaces = 0;

  /** `makeLocate` is asked twice: the bytes of two rows are needed at once. `areUnique`: no two rows are equal. */
  constructor(makeLocate: () => LocateBytes, { areUnique }: { readonly areUnique: boolean }) {
    this.areUnique = areUnique;
    this.#locate = makeLocate();
    this.#locateOther = makeLocate();
  }

  begin(depth: number): void {
    this.#depth = depth;
    this.#firstSlot = -1;
    this.#occurs.fill(0);
  }

  look(slots: Uint32Array, from: number, to: number): number {
    if (this.#firstSlot === -1) this.#lookAtFirst(slots[from] as number); // a row that is sorted
    this.#locateOther(this.#firstSlot, this.#other);
    let at = from;
    for (let work = 0; at < to && work < sliceBytes; at += 1) {
      this.#locate(slots[at] as number, this.#span);
      this.#lookAt(this.#span);
      work += rowBytes + this.#span.end - this.#span.start;
    }
    return at;
  }

  /**
   * Of rows that have got a code only the places in it are known to have symbols that are in the plan. That is enough for a
   * later one: with more symbols at each place and a start that is no longer it ends at the same place or before, unless
   * the longest text was at its end there.
   */
  plan(): CodePlan {
    const common = this.#commonBytes;
    const longestBytes = this.#longestBytes;
    if (common === longestBytes) return { highBits: 0, lowBits: 0, ties: undefined };
    this.#locateOther(this.#firstSlot, this.#other);
    const { bytes, start } = this.#other;
    this.#start = new Uint8Array(bytes.subarray(start, start + common)); // a copy
    const [highPlaces, highValues] = this.#fillWord(0);
    const [codedPlaces, lowValues] = this.#fillWord(highPlaces);
    this.#highPlaces = highPlaces;
    this.#codedPlaces = codedPlaces;
    this.#weigh(0, highPlaces);
    this.#weigh(highPlaces, codedPlaces);
    const depth = common + codedPlaces;
    return {
      highBits: 32 - Math.clz32(highValues - 1),
      lowBits: 32 - Math.clz32(lowValues - 1),
      ties: depth >= longestBytes ? undefined : { depth, longestBytes, comparison: this },
    };
  }

  encode(slots: Uint32Array, from: number, to: number, { highs, lows }: CodeWords): number {
    const span = this.#span;
    const [depth, start, weights] = [this.#depth, this.#start, this.#weights];
    const common = start.length;
    const [shortestBytes, longestBytes] = [this.#shortestBytes, this.#longestBytes];
    const [highPlaces, codedPlaces] = [this.#highPlaces, this.#codedPlaces];
    let at = from;
    for (let work = 0; at < to && work < sliceBytes; at += 1) {
      const slot = slots[at] as number; // a row that is sorted
      this.#locate(slot, span);
      const { bytes, start: first } = span;
      const length = span.end - first;
      if (length < shortestBytes || length > longestBytes) break;
      let next = depth;
      while (next < common && bytes[first + next] === start[next]) next += 1;
      if (next < common) break;
      const high = sumWeights(weights, 0, bytes, first + common, Math.min(highPlaces, length - common));
      if (high === notPlanned) break;
      if (codedPlaces > highPlaces) {
        const places = Math.min(codedPlaces, length - common) - highPlaces;
        const low = sumWeights(weights, highPlaces * symbols, bytes, first + common + highPlaces, places);
        if (low === notPlanned) break;
        lows[slot] = low;
      }
      highs[at] = high;
      work += rowBytes + length;
    }
    return at;
  }

  locate(slot: number, span: TextSpan): void {
    this.#locate(slot, span);
  }

  hold(slot: number): void {
    this.#locateOther(slot, this.#other);
  }

  compare(slot: number): number {
    this.#locate(slot, this.#span);
    return compareBytes(this.#span, this.#other);
  }

  #lookAtFirst(slot: number): void {
    this.#firstSlot = slot;
    this.#locateOther(slot, this.#other);
    this.#commonBytes = this.#other.end - this.#other.start;
    this.#shortestBytes = this.#commonBytes;
    this.#longestBytes = this.#commonBytes;
  }

  #lookAt({ bytes, start, end }: TextSpan): void {
    const other = this.#other;
    const length = end - start;
    if (length < this.#shortestBytes) this.#shortestBytes = length;
    if (length > this.#longestBytes) this.#longestBytes = length;
    const most = Math.min(this.#commonBytes, length);
    let common = this.#depth;
    while (common < most && bytes[start + common] === other.bytes[other.start + common]) common += 1;
    if (common < this.#commonBytes) this.#shorten(common);
    const occurs = this.#occurs;
    const digits = Math.min(places, length - common);
    for (let digit = 0, table = 1; digit < digits; digit += 1, table += symbols) {
      occurs[table + (bytes[start + common + digit] as number)] = 1; // below the text's end
    }
  }

  /** The common start gets shorter: what came behind it moves, and in between all rows so far have the first row's bytes. */
  #shorten(common: number): void {
    const by = this.#commonBytes - common;
    this.#occurs.copyWithin(by * symbols, 0);
    this.#occurs.fill(0, 0, by * symbols);
    const { bytes, start } = this.#other;
    for (let place = 0; place < Math.min(by, places); place += 1) {
      this.#occurs[place * symbols + 1 + (bytes[start + common + place] as number)] = 1; // the first row has it
    }
    this.#commonBytes = common;
  }

  /** How far the places from `first` on go into a word, and how many values it has then. */
  #fillWord(first: number): readonly [end: number, values: number] {
    let values = 1;
    let place = first;
    for (; place < places && this.#commonBytes + place < this.#longestBytes; place += 1) {
      const next = values * this.#countSymbols(place);
      if (next > wordSpan) break;
      values = next;
    }
    return [place, values];
  }

  #countSymbols(place: number): number {
    let count = this.#hasEnded(place) ? 1 : 0;
    for (let at = place * symbols; at < (place + 1) * symbols; at += 1) count += this.#occurs[at] as number; // 0 or 1
    return count;
  }

  /** Whether the shortest text has no byte at the place. */
  #hasEnded(place: number): boolean {
    return this.#commonBytes + place >= this.#shortestBytes;
  }

  /** A symbol's weight: the number of lesser ones at the place, times the values of the word's later places. */
  #weigh(first: number, end: number): void {
    let weight = 1;
    for (let place = end - 1; place >= first; place -= 1) {
      let lesser = this.#hasEnded(place) ? 1 : 0;
      for (let at = place * symbols; at < (place + 1) * symbols; at += 1) {
        const occurs = this.#occurs[at] === 1;
        this.#weights[at] = occurs ? lesser * weight : unknownWeight;
        if (occurs) lesser += 1;
      }
      weight *= lesser;
    }
  }
}

/**
 * The word of so many places, whose bytes and weights begin there; or `notPlanned`. Places where the text has ended add
 * nothing, as their symbol is the least: there may be less than none.
 */
function sumWeights(weights: Int32Array, weightsAt: number, bytes: Uint8Array, from: number, count: number): number {
  let word = 0;
  let all = 0;
  for (let place = 0, table = weightsAt + 1; place < count; place += 1, table += symbols) {
    const weight = weights[table + (bytes[from + place] as number)] as number; // below the end; one weight for each byte
    word = (word + weight) | 0; // of 32 bits: a plain addition
    all |= weight;
  }
  return all < 0 ? notPlanned : word;
}
