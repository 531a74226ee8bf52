/** What is copied word by word: for more, a call out of JavaScript is quicker. */
const fewWords = 48;

/** Copies words from one place to another; both must be there. */
export function copyWords(source: Uint32Array, from: number, target: Uint32Array, to: number, words: number): void {
  if (words > fewWords) target.set(source.subarray(from, from + words), to);
  else for (let at = 0; at < words; at += 1) target[to + at] = source[from + at] as number; // both are there
}
