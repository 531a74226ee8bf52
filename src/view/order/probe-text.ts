/**
 * UTF-8 of a text that is looked for, with the place that the text has by code point among well-formed texts. A lone
 * surrogate has no UTF-8, and no row holds one; `TextEncoder` would make U+FFFD of it, which a row may hold. A lone
 * leading one stands before all characters that begin with it: they share three bytes. A lone trailing one stands after
 * all characters. What follows it decides nothing any more.
 */
export function encodeProbeText(text: string): Uint8Array {
  if (text.isWellFormed()) return encoder.encode(text);
  const at = findLoneSurrogate(text);
  const before = encoder.encode(text.slice(0, at));
  const unit = text.charCodeAt(at);
  const place = unit < 0xdc00 ? encoder.encode(String.fromCharCode(unit, 0xdc00)).subarray(0, 3) : afterAll;
  return Buffer.concat([before, place]);
}

const encoder = new TextEncoder();
/** No UTF-8 has this byte. */
const afterAll = Uint8Array.of(0xff);

function findLoneSurrogate(text: string): number {
  let at = 0;
  for (const character of text) {
    if (!character.isWellFormed()) break;
    at += character.length;
  }
  return at;
}
