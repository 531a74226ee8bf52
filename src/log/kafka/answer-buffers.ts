/** Smaller answers get bytes of their own: nothing is saved by keeping those. */
const leastKeptBytes = 64 * 1024;
const grainBytes = 64 * 1024;
/** One is being filled while another is read. */
const maxKept = 2;

/**
 * Bytes for large answers, used again when nobody looks at an answer any more. Each answer of a replay is as large as the
 * one before, and new bytes for each cost more than reading them: the system has to find and clear the pages, and the
 * collector, which sees that much memory come and go, marks the whole heap again and again.
 */
export class AnswerBuffers {
  #kept: Buffer[] = [];

  /** Exactly so many bytes, whatever they hold; the caller's until they are given back. */
  take(byteLength: number): Buffer {
    if (byteLength < leastKeptBytes) return Buffer.allocUnsafeSlow(byteLength);
    const at = this.#kept.findIndex((kept) => kept.length >= byteLength);
    const [buffer = Buffer.allocUnsafeSlow(Math.ceil(byteLength / grainBytes) * grainBytes)] =
      at === -1 ? [] : this.#kept.splice(at, 1);
    return buffer.subarray(0, byteLength);
  }

  /** Takes back what `take` gave, or a part of it. Nobody may look at any of it from now on. */
  giveBack({ buffer, byteLength }: Buffer): void {
    if (byteLength < leastKeptBytes || this.#kept.some((kept) => kept.buffer === buffer)) return;
    if (this.#kept.length === maxKept) this.#kept.shift();
    this.#kept.push(Buffer.from(buffer));
  }

  /** Leaves all that is kept to the collector. */
  drop(): void {
    this.#kept = [];
  }
}
