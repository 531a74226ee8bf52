import { describe, expect, test } from "vitest";
import { codeOfFound, lengthOfFound, TextGuesses } from "../../../src/decode/columns/text-guesses.ts";

describe("guesses of texts", () => {
  test("find a text that was noted, up to 15 bytes long, and its code", () => {
    for (let length = 0; length <= 17; length += 1) {
      const guesses = new TextGuesses();
      const text = "x".repeat(length);
      guesses.note(viewOf(`${text}"`), 0, length, 65_535);
      const found = guesses.find(viewOf(`${text}"`), 0);
      if (length > 15) expect(found).toBe(0);
      else expect([codeOfFound(found), lengthOfFound(found)]).toStrictEqual([65_535, length]);
    }
  });

  test("say nothing of a text that was not noted, whatever differs", () => {
    const guesses = new TextGuesses();
    for (let length = 1; length <= 15; length += 1) {
      const text = "x".repeat(length);
      guesses.note(viewOf(`${text}"`), 0, length, length);
      for (let at = 0; at <= length; at += 1) {
        const other = `${text.slice(0, at)}y${text.slice(at + 1)}`;
        expect(guesses.find(viewOf(`${other}"`), 0)).toBe(0);
      }
    }
    expect(guesses.find(viewOf(""), 0)).toBe(0);
    expect(new TextGuesses().find(viewOf('x"'), 0)).toBe(0);
  });

  test("do not look at what follows the quote, beyond the first eight bytes", () => {
    const guesses = new TextGuesses();
    guesses.note(viewOf('Rotterdam","at'), 0, 9, 3);
    expect(codeOfFound(guesses.find(viewOf('Rotterdam"}'), 0))).toBe(3);
  });

  test("note no text without a quote after it", () => {
    const guesses = new TextGuesses();
    guesses.note(viewOf("abc"), 0, 3, 1);
    expect(guesses.find(viewOf('abc"'), 0)).toBe(0);
  });
});

/** Of these bytes, and enough zeros. */
function viewOf(text: string): DataView {
  const bytes = new Uint8Array(64);
  new TextEncoder().encodeInto(text, bytes);
  return new DataView(bytes.buffer);
}
