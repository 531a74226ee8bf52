import { createTextSpan, type TextSpan } from "../columns/text-span.ts";
import { compareBytes } from "./compare-bytes.ts";
import type { CodePlan, CodeWords, RowCoder, RowComparison } from "./row-coder.ts";

/** Points the span at a row's bytes; they hold until it is called again. Their order is the order of the rows. */
export type LocateBytes = (slot: number, span: TextSpan) => unknown;

/** Places behind the common start that are looked at: with six symbols at each they fill two words. */
const places = 24;
/** Symbols at a place: 0 where the text has ended, else the byte plus one. */
const symbols = 257;
const wordSpan = 2 ** 32;
/** Work of one slice: bytes of texts, and so many for finding each. */
const sliceBytes = 1 << 17;
const rowBytes = 64;

/**
 * Codes of texts, by their bytes. Behind the start that all texts have in common, each place is a digit with as many
 * values as there are symbols at that place: a word holds nine decimal digits or eight hexadecimal ones, with hyphens
 * between them, or seven letters.
 */
export class TextCoder implements RowCoder, RowComparison {
  readonly areUnique: boolean;
  readonly #locate: LocateBytes;
  readonly #span = createTextSpan();
  /** Of the first row that was looked at, or of the one held; by its own function, as memory for the bytes may be one for each. */
  readonly #locateOther: LocateBytes;
  readonly #other = createTextSpan();
  /** By place and symbol: whether it occurs; then what it adds to a code. */
  readonly #weights = new Uint32Array(places * symbols);
  #depth = 0;
  #firstSlot = -1;
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
    this.#weights.fill(0);
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

  plan(): CodePlan {
    const common = this.#commonBytes;
    const longestBytes = this.#longestBytes;
    if (common === longestBytes) return { highBits: 0, lowBits: 0, ties: undefined };
    for (let place = Math.max(0, this.#shortestBytes - common); place < places; place += 1) {
      this.#weights[place * symbols] = 1; // where some text has ended
    }
    const [highPlaces, highValues] = this.#fillWord(0);
    const [codedPlaces, lowValues] = this.#fillWord(highPlaces);
    this.#highPlaces = highPlaces;
    this.#codedPlaces = codedPlaces;
    this.#weigh(0, highPlaces);
    this.#weigh(highPlaces, codedPlaces);
    const depth = common + codedPlaces;
    return {
      highBits: bitsBelow(highValues),
      lowBits: bitsBelow(lowValues),
      ties: depth >= longestBytes ? undefined : { depth, longestBytes, comparison: this },
    };
  }

  encode(slots: Uint32Array, from: number, to: number, { highs, lows }: CodeWords): number {
    const span = this.#span;
    const common = this.#commonBytes;
    const highPlaces = this.#highPlaces;
    const codedPlaces = this.#codedPlaces;
    const hasLows = codedPlaces > highPlaces;
    let at = from;
    for (let work = 0; at < to && work < sliceBytes; at += 1) {
      const slot = slots[at] as number; // a row that is sorted
      this.#locate(slot, span);
      work += rowBytes + span.end - span.start;
      highs[at] = this.#sumWeights(span, common, 0, highPlaces);
      if (hasLows) lows[slot] = this.#sumWeights(span, common, highPlaces, codedPlaces);
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
    const weights = this.#weights;
    const digits = Math.min(places, length - common);
    for (let digit = 0, table = 1; digit < digits; digit += 1, table += symbols) {
      weights[table + (bytes[start + common + digit] as number)] = 1; // below the text's end
    }
  }

  /** The common start gets shorter: what came behind it moves, and in between all rows so far have the first row's bytes. */
  #shorten(common: number): void {
    const by = this.#commonBytes - common;
    this.#weights.copyWithin(by * symbols, 0);
    this.#weights.fill(0, 0, by * symbols);
    const { bytes, start } = this.#other;
    for (let place = 0; place < Math.min(by, places); place += 1) {
      this.#weights[place * symbols + 1 + (bytes[start + common + place] as number)] = 1; // the first row has it
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
    let count = 0;
    for (let at = place * symbols; at < (place + 1) * symbols; at += 1) count += this.#weights[at] as number; // 0 or 1
    return count;
  }

  /** Makes weights out of what occurs: the number of lesser symbols at the place times the values of the word's later places. */
  #weigh(first: number, end: number): void {
    let weight = 1;
    for (let place = end - 1; place >= first; place -= 1) {
      let lesser = 0;
      for (let at = place * symbols; at < (place + 1) * symbols; at += 1) {
        const occurs = this.#weights[at] === 1;
        this.#weights[at] = lesser * weight;
        if (occurs) lesser += 1;
      }
      weight *= lesser;
    }
  }

  /** The word of some places. Those where the text has ended add nothing: their symbol is the least. */
  #sumWeights({ bytes, start, end }: TextSpan, common: number, first: number, last: number): number {
    const from = start + common;
    const places = Math.min(last, end - from);
    let word = 0;
    for (let place = first, table = first * symbols + 1; place < places; place += 1, table += symbols) {
      word += this.#weights[table + (bytes[from + place] as number)] as number; // below the end; one weight for each byte
    }
    return word;
  }
}

/** Bits that numbers below `values` need. */
function bitsBelow(values: number): number {
  return 32 - Math.clz32(values - 1);
}
