/**
 * Compares two texts by Unicode code point, which is the order of their UTF-8 bytes: negative, zero or positive.
 * JavaScript's own `<` compares UTF-16 units and puts U+1F600 (surrogates, D83D…) before U+FF5E; that is the only
 * way in which the two orders differ, so only a first difference between units ≥ D800 needs a second look.
 */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at += 1) {
    const a = left.charCodeAt(at);
    const b = right.charCodeAt(at);
    if (a !== b) return a >= 0xd800 && b >= 0xd800 ? rank(a) - rank(b) : a - b;
  }
  return left.length - right.length;
}

/** Surrogates (D800–DFFF) stand for code points above FFFF, so they rank after E000–FFFF. */
function rank(unit: number): number {
  return unit <= 0xdfff ? unit + 0x2000 : unit - 0x800;
}
