/**
 * Digest of one partition (V7): the sum, modulo 2^64, over its live keys of a hash of (partition, offset) of their newest
 * record. A sum, so that it does not depend on the order in which records were applied, and can be kept up to date.
 */
export class PartitionDigest {
  readonly #partition: number;
  #high = 0;
  #low = 0;

  constructor(partition: number) {
    this.#partition = partition;
  }

  add(offset: number): void {
    this.#sum(offset, 1);
  }

  subtract(offset: number): void {
    this.#sum(offset, -1);
  }

  /** 16 hexadecimal digits. */
  toString(): string {
    return hex(this.#high) + hex(this.#low);
  }

  #sum(offset: number, sign: 1 | -1): void {
    const offsetHigh = Math.floor(offset / 0x1_0000_0000);
    const high = mix(offset | 0, offsetHigh ^ 0x9e37_79b9, this.#partition);
    const low = mix(offsetHigh ^ 0x85eb_ca6b, offset | 0, this.#partition ^ high);
    const sumLow = this.#low + sign * low;
    const carry = Math.floor(sumLow / 0x1_0000_0000);
    this.#low = sumLow >>> 0;
    this.#high = (this.#high + sign * high + carry) >>> 0;
  }
}

/** Mixes three words as MurmurHash3 (32 bit) does; unsigned. */
function mix(first: number, second: number, third: number): number {
  let hash = 0x2545_f491;
  for (const word of [first, second, third]) {
    const scrambled = Math.imul(rotate(Math.imul(word, 0xcc9e_2d51), 15), 0x1b87_3593);
    hash = (Math.imul(rotate(hash ^ scrambled, 13), 5) + 0xe654_6b64) | 0;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

function hex(word: number): string {
  return word.toString(16).padStart(8, "0");
}
