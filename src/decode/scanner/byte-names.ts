/** Finds names by their bytes in UTF-8: no string is made. */
export class ByteNames {
  /** Open addressing, at most half full: place of the name + 1, or 0. */
  readonly #slots: Uint32Array;
  /** By place: byte length, and where its bytes begin in `#words`. */
  readonly #lengths: Uint32Array;
  readonly #starts: Uint32Array;
  /** The names' bytes, each name filled up with zeros to whole words. */
  readonly #words: Int32Array;

  /** Names that differ, none of them empty. */
  constructor(names: readonly string[]) {
    const encoded = names.map((name) => new TextEncoder().encode(name));
    const mask = 2 ** Math.ceil(Math.log2(2 * names.length + 1)) - 1;
    this.#slots = new Uint32Array(mask + 1);
    this.#lengths = Uint32Array.from(encoded, ({ length }) => length);
    this.#starts = new Uint32Array(names.length);
    this.#words = new Int32Array(encoded.reduce((words, { length }) => words + Math.ceil(length / 4), 0));
    let word = 0;
    for (const [place, name] of encoded.entries()) {
      this.#starts[place] = word;
      new Uint8Array(this.#words.buffer, 4 * word).set(name);
      word += Math.ceil(name.length / 4);
      let slot = hashName(new DataView(name.buffer), 0, name.length) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = place + 1;
    }
  }

  /** Place of the name that stands from `start` to `end`; -1 if it is none of them. Three bytes after it must be there. */
  find(view: DataView, start: number, end: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hashName(view, start, end) & mask;
    for (;;) {
      const place = (slots[slot] as number) - 1; // `slot` is below the table's length
      if (place === -1 || this.isAt(place, view, start, end)) return place;
      slot = (slot + 1) & mask;
    }
  }

  /** True if the name of this place stands from `start` to `end`. */
  isAt(place: number, view: DataView, start: number, end: number): boolean {
    if (this.#lengths[place] !== end - start) return false;
    const words = this.#words;
    let word = this.#starts[place] as number; // a place that `#slots` has, or that was given out
    let at = start;
    for (; at + 4 <= end; at += 4) {
      if (words[word] !== view.getInt32(at, true)) return false;
      word += 1;
    }
    return at === end || words[word] === (view.getInt32(at, true) & ((1 << (8 * (end - at))) - 1));
  }
}

/** Length, first, middle and last byte tell the names of one type apart well enough. */
function hashName(view: DataView, start: number, end: number): number {
  const first = view.getUint8(start);
  const middle = view.getUint8((start + end) >>> 1);
  const last = view.getUint8(end - 1);
  return Math.imul((end - start) ^ (first << 5) ^ (middle << 10) ^ (last << 15), 0x9e37_79b1) >>> 15;
}
