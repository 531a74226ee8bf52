/** Rounds after each word, and at the end: the numbers in HalfSipHash's name. */
export interface HalfSipRounds {
  readonly ofWord: number;
  readonly atEnd: number;
}

/**
 * HalfSipHash with 32 bits of result, written from its description with neither speed nor views in mind: the state is an
 * array, words are put together from bytes, numbers are kept unsigned. `key` is two words.
 */
export function halfSipHash(bytes: Uint8Array, key: readonly [number, number], rounds: HalfSipRounds): number {
  const [k0, k1] = key;
  const state: State = [k0 >>> 0, k1 >>> 0, (0x6c796765 ^ k0) >>> 0, (0x74656462 ^ k1) >>> 0];
  const whole = bytes.length - (bytes.length % 4);
  for (let at = 0; at < whole; at += 4) mix(state, wordOf(bytes.subarray(at, at + 4)), rounds.ofWord);
  mix(state, (wordOf(bytes.subarray(whole)) + (bytes.length % 256) * 2 ** 24) >>> 0, rounds.ofWord);
  state[2] = (state[2] ^ 0xff) >>> 0;
  for (let round = 0; round < rounds.atEnd; round += 1) sipRound(state);
  return (state[1] ^ state[3]) >>> 0;
}

type State = [number, number, number, number];

/** Little-endian, of up to four bytes. */
function wordOf(bytes: Uint8Array): number {
  return bytes.reduce((word, byte, at) => word + byte * 256 ** at, 0);
}

function mix(state: State, word: number, rounds: number): void {
  state[3] = (state[3] ^ word) >>> 0;
  for (let round = 0; round < rounds; round += 1) sipRound(state);
  state[0] = (state[0] ^ word) >>> 0;
}

function sipRound(state: State): void {
  let [v0, v1, v2, v3] = state;
  v0 = (v0 + v1) % 2 ** 32;
  v1 = (rotate(v1, 5) ^ v0) >>> 0;
  v0 = rotate(v0, 16);
  v2 = (v2 + v3) % 2 ** 32;
  v3 = (rotate(v3, 8) ^ v2) >>> 0;
  v0 = (v0 + v3) % 2 ** 32;
  v3 = (rotate(v3, 7) ^ v0) >>> 0;
  v2 = (v2 + v1) % 2 ** 32;
  v1 = (rotate(v1, 13) ^ v2) >>> 0;
  v2 = rotate(v2, 16);
  state.splice(0, 4, v0, v1, v2, v3);
}

function rotate(word: number, bits: number): number {
  return ((word * 2 ** bits) % 2 ** 32) + Math.floor(word / 2 ** (32 - bits));
}
