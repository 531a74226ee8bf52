import { InvariantError } from "../../base/errors.ts";

/** A piece of a view's memory. Bytes are zero when it is handed out. */
export interface Chunk {
  /** Names the piece's first byte among all that the allocator ever gives; a multiple of 64, not bounded by 32 bits. */
  readonly address: number;
  readonly buffer: SharedArrayBuffer;
  readonly byteOffset: number;
  /** At least what was asked for; counted as it is. */
  readonly byteLength: number;
}

/** Up to so many bytes several chunks share one buffer. */
const maxSharedBytes = 16_384;
const pageBytes = 65_536;
const smallestBytes = 64;
/** Buffers of their own are whole pages of the operating system. */
const ownGrainBytes = 4_096;
/** Freed buffers kept for later: a sixteenth of what is in use, at least so much. The others go back to the process. */
const minIdleBytes = 4 * 1_048_576;
const idleDivisor = 16;

/**
 * Hands out the memory of one view, in chunks over shared buffers, counted by account. A buffer costs about 400 bytes of
 * heap beside its own and, from 64 KiB on, what is touched of it; so chunks of up to 16 KiB are parts (powers of two) of
 * shared pages and larger ones have buffers of their own. Freed chunks are handed out again for the same size.
 */
export class ChunkAllocator {
  readonly #accounts = new Map<string, number>();
  /** Chunks that are out, by address, with their account: a chunk freed twice or to another account is a defect. */
  readonly #out = new Map<number, string>();
  readonly #idle = new Map<number, Chunk[]>();
  #totalBytes = 0;
  /** Bytes of freed chunks with a buffer of their own. */
  #idleOwnBytes = 0;
  #heldBytes = 0;
  #nextAddress = 0;

  /** Bytes of all chunks that are out. */
  get totalBytes(): number {
    return this.#totalBytes;
  }

  /** Bytes of all buffers: also what waits to be handed out again. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Bytes of the chunks that are out for one account. */
  bytesOf(account: string): number {
    return this.#accounts.get(account) ?? 0;
  }

  /** Bytes of all accounts that have ever had some. */
  byAccount(): ReadonlyMap<string, number> {
    return new Map(this.#accounts);
  }

  /** Throws `RangeError` if the process cannot have so much memory. */
  allocate(byteLength: number, account: string): Chunk {
    const chunk = this.#take(makeSize(byteLength));
    this.#out.set(chunk.address, account);
    this.#count(account, chunk.byteLength);
    return chunk;
  }

  /** Takes a chunk back. Throws `InvariantError` if it is not out for this account. */
  free(chunk: Chunk, account: string): void {
    if (this.#out.get(chunk.address) !== account) {
      throw new InvariantError(`a chunk is freed that is not out for ${account}`);
    }
    this.#out.delete(chunk.address);
    this.#count(account, -chunk.byteLength);
    if (chunk.byteLength > maxSharedBytes) {
      if (this.#idleOwnBytes + chunk.byteLength > Math.max(minIdleBytes, this.#totalBytes / idleDivisor)) {
        this.#heldBytes -= chunk.byteLength;
        return;
      }
      this.#idleOwnBytes += chunk.byteLength;
    }
    this.#keep(chunk);
  }

  #take(size: number): Chunk {
    const kept = this.#idle.get(size)?.pop();
    if (kept !== undefined) {
      if (size > maxSharedBytes) this.#idleOwnBytes -= size;
      new Uint8Array(kept.buffer, kept.byteOffset, size).fill(0);
      return kept;
    }
    if (size > maxSharedBytes) return this.#allocateBuffer(size);
    const page = this.#allocateBuffer(pageBytes);
    for (let byteOffset = pageBytes - size; byteOffset > 0; byteOffset -= size) {
      this.#keep({ address: page.address + byteOffset, buffer: page.buffer, byteOffset, byteLength: size });
    }
    return { ...page, byteLength: size };
  }

  #allocateBuffer(byteLength: number): Chunk {
    const buffer = new SharedArrayBuffer(byteLength);
    const address = this.#nextAddress;
    this.#nextAddress += byteLength;
    this.#heldBytes += byteLength;
    return { address, buffer, byteOffset: 0, byteLength };
  }

  #keep(chunk: Chunk): void {
    const kept = this.#idle.get(chunk.byteLength);
    if (kept === undefined) this.#idle.set(chunk.byteLength, [chunk]);
    else kept.push(chunk);
  }

  #count(account: string, bytes: number): void {
    this.#accounts.set(account, this.bytesOf(account) + bytes);
    this.#totalBytes += bytes;
  }
}

function makeSize(byteLength: number): number {
  if (!(byteLength > 0)) throw new InvariantError(`a chunk of ${byteLength} bytes is asked for`);
  if (byteLength > maxSharedBytes) return Math.ceil(byteLength / ownGrainBytes) * ownGrainBytes;
  let size = smallestBytes;
  while (size < byteLength) size *= 2;
  return size;
}
