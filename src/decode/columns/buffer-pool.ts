import { InvariantError } from "../../base/errors.ts";
import type { BufferSource } from "./buffer-source.ts";

/** Bounds of a pool of row batch buffers. */
export const bufferPoolLimits = {
  /** The least that a buffer has; each class of sizes is twice the one before. */
  minBytes: 1 << 14,
  /** Buffers kept for use again, together; more are left to the collector. */
  idleBytes: 1 << 24,
} as const;

/** Keeps buffers that come back for batches to come. Sizes are powers of two, so that what comes back fits what is asked. */
export class BufferPool implements BufferSource {
  /** By the power of two that is their size. */
  readonly #idle: ArrayBuffer[][] = [];
  #idleBytes = 0;

  takeBuffer(minBytes: number): ArrayBuffer {
    const power = Math.ceil(Math.log2(Math.max(minBytes, bufferPoolLimits.minBytes)));
    const buffer = this.#idle[power]?.pop();
    if (buffer === undefined) return new ArrayBuffer(2 ** power);
    this.#idleBytes -= buffer.byteLength;
    return buffer;
  }

  /** Only for buffers that came from `takeBuffer`, of this pool or of another. */
  returnBuffer(buffer: ArrayBuffer): void {
    const bytes = buffer.byteLength;
    const power = Math.log2(bytes);
    if (!Number.isInteger(power))
      throw new InvariantError(`a buffer of ${bytes} bytes comes back to a pool that is none of a pool's`);
    if (this.#idleBytes + bytes > bufferPoolLimits.idleBytes) return;
    this.#idleBytes += bytes;
    const idle = this.#idle[power];
    if (idle === undefined) this.#idle[power] = [buffer];
    else idle.push(buffer);
  }
}
