/**
 * Digest of one partition (V7): the sum, modulo 2^64, over its live keys of a hash of (partition, offset) of their newest
 * record. A sum, so that it does not depend on the order in which records were applied, and can be kept up to date.
 */
export class PartitionDigest {
  readonly #partition: number;
  /** High and low word of the sum. */
  readonly #sums = new Uint32Array(2);
  readonly #one = new Float64Array(1);

  constructor(partition: number) {
    this.#partition = partition;
  }

  add(offset: number): void {
    this.#one[0] = offset;
    this.addAll(this.#one, 1);
  }

  subtract(offset: number): void {
    this.#one[0] = offset;
    this.subtractAll(this.#one, 1);
  }

  /** As `add` of each of the first so many, at most 2^20: in one loop it takes a third of the time. */
  addAll(offsets: Float64Array, count: number): void {
    this.#sumAll(offsets, count, 1);
  }

  /** As `subtract` of each of the first so many. */
  subtractAll(offsets: Float64Array, count: number): void {
    this.#sumAll(offsets, count, -1);
  }

  /** 16 hexadecimal digits. */
  toString(): string {
    return Array.from(this.#sums, (word) => word.toString(16).padStart(8, "0")).join("");
  }

  #sumAll(offsets: Float64Array, count: number, sign: 1 | -1): void {
    const partition = this.#partition;
    let [highs, lows] = [0, 0]; // of so few words the sums are exact
    for (let at = 0; at < count; at += 1) {
      const offset = offsets[at] as number; // below the count
      const offsetHigh = Math.floor(offset / 0x1_0000_0000);
      const high = mix(offset | 0, offsetHigh ^ 0x9e37_79b9, partition);
      highs += high;
      lows += mix(offsetHigh ^ 0x85eb_ca6b, offset | 0, partition ^ high);
    }
    // Both words are there; what overflows a word of the array is cut off.
    const sum = (this.#sums[1] as number) + sign * lows;
    this.#sums[1] = sum;
    this.#sums[0] = (this.#sums[0] as number) + sign * highs + Math.floor(sum / 0x1_0000_0000);
  }
}

/** Mixes three words as MurmurHash3 (32 bit) does; unsigned. */
function mix(first: number, second: number, third: number): number {
  let hash = mixWord(mixWord(mixWord(0x2545_f491, first), second), third);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function mixWord(hash: number, word: number): number {
  const spread = Math.imul(word, 0xcc9e_2d51);
  const mixed = hash ^ Math.imul((spread << 15) | (spread >>> 17), 0x1b87_3593);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe654_6b64) | 0;
}
