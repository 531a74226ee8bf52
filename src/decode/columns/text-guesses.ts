import { quote } from "../../base/json-bytes.ts";

/** With the quote after it, the longest text that is guessed. */
const guessedBytes = 16;
const slotBits = 8;
/** By slot: the four words of text and quote, and a mask of each for the bytes that count. */
const slotWords = 8;
/** Of a length below `guessedBytes`. */
const lengthBits = 4;

/** Tables of those that know nothing yet: most columns never do. */
const noWords = new Int32Array(slotWords << slotBits);
const noneFound = new Int32Array(1 << slotBits);

/**
 * Guesses which of the known texts stands somewhere: the last one that began with the same eight bytes. No loop and one
 * branch, as short texts of different lengths, one after the other, are nothing that a processor can foresee: they cost less
 * than finding the end of the text. What a guess says is always true; it may say nothing.
 */
export class TextGuesses {
  #words = noWords;
  /** By slot: what `find` gives; or 0. */
  #found = noneFound;

  /**
   * The known text that stands from `at` on, a quote after it: `codeOfFound` and `lengthOfFound` say which. 0 says
   * nothing. 16 bytes from `at` on must be there to look at.
   */
  find(view: DataView, at: number): number {
    const first = view.getInt32(at, true);
    const second = view.getInt32(at + 4, true);
    const slot = slotOf(first, second);
    const words = this.#words;
    const place = slot * slotWords;
    // All below the length of `#words`. Where nothing is known, the masks are zero, and so is what is found.
    const differences =
      ((first ^ (words[place] as number)) & (words[place + 4] as number)) |
      ((second ^ (words[place + 1] as number)) & (words[place + 5] as number)) |
      ((view.getInt32(at + 8, true) ^ (words[place + 2] as number)) & (words[place + 6] as number)) |
      ((view.getInt32(at + 12, true) ^ (words[place + 3] as number)) & (words[place + 7] as number));
    return differences === 0 ? (this.#found[slot] as number) : 0;
  }

  /**
   * Notes the text that stands from `start` to `end`, a quote after it, under a code below 2^16. Only for one that JSON
   * prints as it is: of others the bytes in quotes are not the text. One that is too long is not noted.
   */
  note(view: DataView, start: number, end: number, code: number): void {
    const length = end - start;
    if (length >= guessedBytes || view.getUint8(end) !== quote) return;
    if (this.#words === noWords) {
      this.#words = new Int32Array(noWords.length);
      this.#found = new Int32Array(noneFound.length);
    }
    const slot = slotOf(view.getInt32(start, true), view.getInt32(start + 4, true));
    for (let word = 0; word < 4; word += 1) {
      const bytes = Math.min(4, Math.max(0, length + 1 - 4 * word));
      this.#words[slot * slotWords + word] = view.getInt32(start + 4 * word, true);
      this.#words[slot * slotWords + 4 + word] = bytes === 4 ? -1 : (1 << (8 * bytes)) - 1;
    }
    this.#found[slot] = ((code + 1) << lengthBits) | length;
  }
}

/** Of what `find` has found. */
export function codeOfFound(found: number): number {
  return (found >>> lengthBits) - 1;
}

/** The text's bytes, of what `find` has found. */
export function lengthOfFound(found: number): number {
  return found & ((1 << lengthBits) - 1);
}

/** Behind a short text the bytes that follow count too: mostly they are the same each time. */
function slotOf(first: number, second: number): number {
  return Math.imul(first ^ Math.imul(second, 0x85eb_ca77), 0x9e37_79b1) >>> (32 - slotBits);
}
