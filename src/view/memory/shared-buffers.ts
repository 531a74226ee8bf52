import { tellCollector } from "./tell-collector.ts";

/** Larger buffers are not kept: hardly another one will have their size. */
const maxKeptBytes = 2 * 1_048_576;
/** The collector is told once so much has been left to it. */
const toldBytes = 32 * 1_048_576;

/**
 * Shared buffers for all views of a process. What comes back is kept and handed out again: the collector does not count
 * shared memory, so that what is dropped stays for a long time (measured: 3 GB after forty times 100 MB were dropped) unless
 * it is told.
 */
export class SharedBuffers {
  /** By length. */
  readonly #kept = new Map<number, SharedArrayBuffer[]>();
  #keptBytes = 0;
  /** Left to the collector since it was told. */
  #leftBytes = 0;

  /** Bytes of buffers that wait to be handed out. */
  get keptBytes(): number {
    return this.#keptBytes;
  }

  /** A buffer of zeros. Throws `RangeError` if the process cannot have so much memory. */
  take(byteLength: number): SharedArrayBuffer {
    const buffer = this.#kept.get(byteLength)?.pop();
    if (buffer === undefined) return new SharedArrayBuffer(byteLength);
    this.#keptBytes -= byteLength;
    new Uint8Array(buffer).fill(0);
    return buffer;
  }

  /** Takes back a buffer that nobody uses any more. */
  giveBack(buffer: SharedArrayBuffer): void {
    const { byteLength } = buffer;
    if (byteLength > maxKeptBytes) {
      this.#leave(byteLength);
      return;
    }
    this.#keptBytes += byteLength;
    const kept = this.#kept.get(byteLength);
    if (kept === undefined) this.#kept.set(byteLength, [buffer]);
    else kept.push(buffer);
  }

  /** Leaves all that is kept to the collector. */
  drop(): void {
    this.#kept.clear();
    this.#leave(this.#keptBytes);
    this.#keptBytes = 0;
  }

  #leave(bytes: number): void {
    this.#leftBytes += bytes;
    if (this.#leftBytes < toldBytes) return;
    this.#leftBytes = 0;
    tellCollector();
  }
}
