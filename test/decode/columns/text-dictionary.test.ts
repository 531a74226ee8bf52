import { describe, expect, test } from "vitest";
import { firstDictionaryCode, textInBlock } from "../../../src/decode/columns/column-layout.ts";
import { dictionaryLimits, TextDictionary } from "../../../src/decode/columns/text-dictionary.ts";
import type { DictionaryEntry } from "../../../src/decode/row-batch.ts";

const { entries, judgedTexts, probes, textBytes } = dictionaryLimits;

describe("a text dictionary", () => {
  test("gives each text one code, from the first one on, and says each once", () => {
    const { cellOf, newTexts } = openDictionary();
    expect(["a", "b", "a", "", "b", ""].map(cellOf)).toStrictEqual([2, 3, 2, 4, 3, 4]);
    expect(newTexts).toStrictEqual([
      { column: 5, code: 2, text: utf8("a") },
      { column: 5, code: 3, text: utf8("b") },
      { column: 5, code: 4, text: utf8("") },
    ]);
  });

  test("copies its texts, and looks only at the span", () => {
    const dictionary = new TextDictionary(0, 7);
    const newTexts: DictionaryEntry[] = [];
    const bytes = utf8("xabcxxxx");
    expect(dictionary.cellOf(new DataView(bytes.buffer), 1, 4, newTexts)).toBe(firstDictionaryCode);
    bytes.fill(0);
    expect(newTexts[0]?.text).toStrictEqual(utf8("abc"));
    expect(dictionary.cellOf(viewOf("abc"), 0, 3, newTexts)).toBe(firstDictionaryCode);
  });

  test("tells texts apart that differ in one byte, at any place of any length", () => {
    const { cellOf } = openDictionary();
    const texts = [1, 3, 4, 5, 8, 11].flatMap((length) =>
      Array.from({ length: length + 1 }, (_, at) => `${"a".repeat(at)}${at < length ? "b" : ""}`.padEnd(length, "a")),
    );
    const cells = texts.map(cellOf);
    expect(new Set(cells).size).toBe(new Set(texts).size);
    expect(texts.map(cellOf)).toStrictEqual(cells);
  });

  test("leaves texts beyond the longest to the blocks", () => {
    const { cellOf } = openDictionary();
    expect(cellOf("x".repeat(textBytes))).toBe(firstDictionaryCode);
    expect(cellOf("x".repeat(textBytes + 1))).toBe(textInBlock);
  });

  test("admits no more when it is full, and still knows its texts", () => {
    const { cellOf, newTexts } = openDictionary();
    // Every text twice, so that the column is not mostly distinct.
    for (let n = 0; n < entries; n += 1) expect([cellOf(`${n}`), cellOf(`${n}`)]).toStrictEqual([n + 2, n + 2]);
    expect(cellOf("one more")).toBe(textInBlock);
    expect([cellOf("0"), cellOf(`${entries - 1}`)]).toStrictEqual([2, entries + 1]);
    expect(newTexts).toHaveLength(entries);
  });

  test("leaves texts that were chosen to collide to the blocks, but for a few, and knows all others", () => {
    const dictionary = new TextDictionary(0, 7);
    const newTexts: DictionaryEntry[] = [];
    const views = makeCollidingTexts();
    for (let times = 0; times < 3; times += 1)
      for (const view of views) dictionary.cellOf(view, 0, textBytes, newTexts);
    expect(newTexts).toHaveLength(probes);
    expect(dictionary.cellOf(viewOf("other"), 0, 5, newTexts)).toBe(firstDictionaryCode + probes);
    expect(dictionary.cellOf(viewOf("other"), 0, 5, newTexts)).toBe(firstDictionaryCode + probes);
  });

  test("is closed after the first texts that are judged if they are mostly distinct", () => {
    const { cellOf, newTexts } = openDictionary();
    for (let n = 0; n < judgedTexts; n += 1) expect(cellOf(`${n}`)).toBe(n + 2);
    expect([cellOf("0"), cellOf("new")]).toStrictEqual([textInBlock, textInBlock]);
    expect(newTexts).toHaveLength(judgedTexts);
  });

  test("is closed later on where texts become mostly distinct", () => {
    const { cellOf } = openDictionary();
    for (let n = 0; n < judgedTexts; n += 1) cellOf("known");
    for (let n = 0; n < judgedTexts; n += 1) cellOf(`${n}`);
    expect(cellOf("known")).toBe(textInBlock);
  });

  test("stays open while enough of its texts are known", () => {
    const { cellOf } = openDictionary();
    const news = judgedTexts - dictionaryLimits.knownTexts - 1;
    for (let n = 0; n < judgedTexts; n += 1) cellOf(n < news ? `${n}` : "known");
    expect(cellOf("known")).toBe(news + 2);
  });
});

function openDictionary() {
  const dictionary = new TextDictionary(5, 7);
  const newTexts: DictionaryEntry[] = [];
  const cellOf = (text: string): number => {
    return dictionary.cellOf(viewOf(text), 0, Buffer.byteLength(text), newTexts);
  };
  return { cellOf, newTexts };
}

/** Texts of eight pairs of words each: what is changed in the first word of a pair is taken back in the second, whatever the seed. */
function makeCollidingTexts(): DataView[] {
  return Array.from({ length: 2 ** 8 }, (_, choice) => {
    const words = new Int32Array(textBytes / 4 + 1);
    for (let pair = 0; pair < 8; pair += 1) {
      if (((choice >> pair) & 1) === 0) continue;
      words[2 * pair] = 0x8000_0000;
      words[2 * pair + 1] = 0x8001_0000;
    }
    return new DataView(words.buffer);
  });
}

/** The text with something after it that does not count. */
function viewOf(text: string): DataView {
  return new DataView(utf8(`${text}xyz`).buffer);
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
