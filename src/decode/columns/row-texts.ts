/** Bits of `RowTexts.flags`. */
export const textIsPlain = 1;
export const textInScratch = 2;

/** `RowTexts.starts` of a text that is null. */
export const noText = -1;

/**
 * The texts of one row on their way into its block: spans of the record's own bytes, or of `scratch`, where texts stand
 * that had to be made. Used again for each row, so that a row makes no objects.
 */
export class RowTexts {
  /** By `Column.slot` of text columns; `noText` where null. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly flags: Uint8Array;
  /** Replaced when it grows. */
  scratch = new Uint8Array(1_024);
  scratchEnd = 0;

  constructor(textColumns: number) {
    this.starts = new Int32Array(textColumns);
    this.ends = new Int32Array(textColumns);
    this.flags = new Uint8Array(textColumns);
  }

  /** Makes the scratch empty; spans are left as they are. */
  clearScratch(): void {
    this.scratchEnd = 0;
  }

  putNull(slot: number): void {
    this.starts[slot] = noText;
  }

  /** Puts a text into the scratch, and its span to the column. It must be well-formed. */
  putText(slot: number, text: string): void {
    const start = this.encode(text);
    const end = this.scratchEnd;
    this.starts[slot] = start;
    this.ends[slot] = end;
    this.flags[slot] = textInScratch | (isPlainText(this.scratch, start, end) ? textIsPlain : 0);
  }

  /** Puts a text to the scratch's end in UTF-8 and says where it begins. */
  encode(text: string): number {
    const start = this.scratchEnd;
    this.#makeRoom(3 * text.length);
    this.scratchEnd = start + encoder.encodeInto(text, this.scratch.subarray(start)).written;
    return start;
  }

  #makeRoom(bytes: number): void {
    const needed = this.scratchEnd + bytes;
    if (needed <= this.scratch.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.scratch.length));
    grown.set(this.scratch);
    this.scratch = grown;
  }
}

/** True if JSON prints the text as it is. */
export function isPlainText(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] as number; // below `end`
    if (byte < 0x20 || byte === 0x22 || byte === 0x5c) return false;
  }
  return true;
}

const encoder = new TextEncoder();
