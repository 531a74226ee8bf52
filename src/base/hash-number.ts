const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

/**
 * Hash of a number under a seed, as `hashBytes` hashes its eight bytes: 32 bits, unsigned. Equal numbers have equal hashes,
 * 0 and -0 too. For any number but NaN.
 */
export function hashNumber(value: number, seed: number): number {
  double[0] = value + 0; // -0 becomes 0
  let hash = mixWord(seed | 0, words[0] as number); // two words
  hash = mixWord(hash, words[1] as number) ^ double.byteLength;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function mixWord(hash: number, word: number): number {
  const scrambled = Math.imul(word, 0xcc9e_2d51);
  const mixed = hash ^ Math.imul((scrambled << 15) | (scrambled >>> 17), 0x1b87_3593);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe654_6b64) | 0;
}
