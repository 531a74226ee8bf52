import type { FileHandle } from "node:fs/promises";

/** A line within a buffer: `bytes[start, end)`, with a newline at `end`. */
export interface LineSpan {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  /** The line is longer than the limit: only its first bytes are here, and no newline after them. */
  readonly isCut: boolean;
}

/** Bytes that are kept of a line that is too long. */
export const keptOfCutLineBytes = 4096;
/** Bytes that are read at once. */
export const chunkBytes = 256 * 1024;

/**
 * A file as lines, from `position` on. Lines are spans of buffers. What is held: one chunk, or one line if that is
 * longer; of a line above `maxLineBytes` its first `keptOfCutLineBytes` only. A last line without a newline is not a
 * line yet.
 */
export class LineSource {
  readonly maxLineBytes: number;
  readonly #file: FileHandle;
  readonly #keepsLines: boolean;
  #buffer = Buffer.alloc(0);
  /** The part of the buffer up to where it is filled. */
  #read = this.#buffer;
  /** From this index on the buffer is as the file is; before it something may be left out. */
  #wholeFrom = 0;
  /** The line that is being assembled begins here in the buffer, … */
  #lineStart = 0;
  /** … no newline lies before this index, … */
  #searched = 0;
  /** … what has been read ends here, … */
  #filled = 0;
  /** … and so many bytes of the line are left out. */
  #cutBytes = 0;
  /** Where the line begins in the file. */
  #position: number;

  constructor(
    file: FileHandle,
    {
      position,
      maxLineBytes,
      keepsLines,
    }: {
      readonly position: number;
      readonly maxLineBytes: number;
      /** False: lines are not used any more when the next chunk is read, so that its buffer can be used again. */
      readonly keepsLines: boolean;
    },
  ) {
    this.#file = file;
    this.#position = position;
    this.maxLineBytes = maxLineBytes;
    this.#keepsLines = keepsLines;
  }

  /** Where in the file the next line begins: everything before it has been handed out. */
  get position(): number {
    return this.#position;
  }

  /** How far the file has been read. */
  get readTo(): number {
    return this.#position + (this.#filled - this.#lineStart) + this.#cutBytes;
  }

  /** The last bytes that were read, at most `limit`, fewer if the buffer holds fewer. */
  lastBytes(limit: number): Buffer {
    return this.#buffer.subarray(Math.max(this.#wholeFrom, this.#filled - limit), this.#filled);
  }

  /** The next line, if it has been read as a whole. Synchronous. */
  next(): LineSpan | undefined {
    const newline = this.#read.indexOf(0x0a, this.#searched);
    if (newline < 0) {
      this.#searched = this.#filled;
      return undefined;
    }
    const isCut = this.#cutBytes > 0;
    const start = this.#lineStart;
    const end = isCut ? start + keptOfCutLineBytes : newline;
    this.#position += newline + 1 - start + this.#cutBytes;
    this.#lineStart = newline + 1;
    this.#searched = newline + 1;
    this.#cutBytes = 0;
    return { bytes: this.#buffer, start, end, isCut };
  }

  /** Reads on, but not beyond `size`. False if there was nothing to read. Call it when there is no next line. */
  async fill(size: number): Promise<boolean> {
    const wantedBytes = size - this.readTo;
    if (wantedBytes <= 0) return false;
    this.#cutLongLine();
    this.#makeRoom(wantedBytes);
    const room = this.#buffer.length - this.#filled;
    const { bytesRead } = await this.#file.read({
      buffer: this.#buffer,
      offset: this.#filled,
      length: Math.min(room, wantedBytes),
      position: this.readTo,
    });
    this.#setFilled(this.#filled + bytesRead);
    return bytesRead > 0;
  }

  #cutLongLine(): void {
    const heldBytes = this.#filled - this.#lineStart;
    if (heldBytes <= (this.#cutBytes > 0 ? keptOfCutLineBytes : this.maxLineBytes)) return;
    const kept = Buffer.alloc(keptOfCutLineBytes + chunkBytes);
    this.#buffer.copy(kept, 0, this.#lineStart, this.#lineStart + keptOfCutLineBytes);
    this.#buffer = kept;
    this.#cutBytes += heldBytes - keptOfCutLineBytes;
    this.#lineStart = 0;
    this.#searched = keptOfCutLineBytes;
    this.#wholeFrom = keptOfCutLineBytes;
    this.#setFilled(keptOfCutLineBytes);
  }

  /** A new buffer when the present one is full, since records that were handed out may still point into that. */
  #makeRoom(wantedBytes: number): void {
    const heldBytes = this.#filled - this.#lineStart;
    const room = this.#buffer.length - this.#filled;
    if (room >= Math.min(wantedBytes, chunkBytes / 4)) return;
    const neededBytes = Math.max(chunkBytes, 2 * heldBytes);
    const isReused = !this.#keepsLines && this.#buffer.length >= neededBytes;
    const next = isReused ? this.#buffer : Buffer.allocUnsafeSlow(neededBytes);
    this.#buffer.copy(next, 0, this.#lineStart, this.#filled);
    this.#searched -= this.#lineStart;
    this.#buffer = next;
    this.#lineStart = 0;
    this.#wholeFrom = this.#cutBytes > 0 ? keptOfCutLineBytes : 0;
    this.#setFilled(heldBytes);
  }

  #setFilled(filled: number): void {
    this.#filled = filled;
    this.#read = this.#buffer.subarray(0, filled);
  }
}
