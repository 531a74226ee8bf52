/**
 * What a sort notes of rows, in bits of their slots. A slot is below both: there are never so many rows.
 * Tied: not told apart from the row before it so far. Equal: told to have the same value as the row before it.
 */
const tiedBit = 0x8000_0000;
const equalBit = 0x4000_0000;

/** Marks rows `from` to `to`, without marks so far, as tied with the first of them. */
export function markTied(slots: Uint32Array, from: number, to: number): void {
  for (let at = from + 1; at < to; at += 1) slots[at] = word(slots, at) | tiedBit;
}

/** Takes the marks of tied rows away. */
export function unmarkTied(slots: Uint32Array, from: number, to: number): void {
  for (let at = from + 1; at < to; at += 1) slots[at] = word(slots, at) & ~tiedBit;
}

/** Where the tied rows end of which the one at `from` is the first. */
export function endOfTied(slots: Uint32Array, from: number, to: number): number {
  let end = from + 1;
  while (end < to && word(slots, end) >= tiedBit) end += 1;
  return end;
}

/** Marks rows `from` to `to`, tied or without marks so far, as equal. */
export function markEqual(slots: Uint32Array, from: number, to: number): void {
  for (let at = from + 1; at < to; at += 1) slots[at] = (word(slots, at) & ~tiedBit) | equalBit;
}

/** Marks those of the rows `from` to `to`, without marks so far, that have the same code as the row before them, as equal. */
export function markEqualCodes(
  { slots, codes }: { readonly slots: Uint32Array; readonly codes: Uint32Array },
  from: number,
  to: number,
): void {
  let before = word(codes, from - 1);
  for (let at = from; at < to; at += 1) {
    const code = word(codes, at);
    if (code === before) slots[at] = word(slots, at) | equalBit;
    before = code;
  }
}

/** Whether a row is marked as equal to the one before it. */
export function isMarkedEqual(slots: Uint32Array, at: number): boolean {
  return (word(slots, at) & equalBit) !== 0;
}

/** The slot of a row, without its marks. */
export function slotWithoutMarks(slots: Uint32Array, at: number): number {
  return word(slots, at) & ~(tiedBit | equalBit);
}

function word(words: Uint32Array, at: number): number {
  return words[at] as number; // places of rows that are sorted
}
