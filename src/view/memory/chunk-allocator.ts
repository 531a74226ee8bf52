import { InvariantError } from "../../base/errors.ts";
import { SharedBuffers } from "./shared-buffers.ts";

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

/**
 * Hands out the memory of one view, in chunks over shared buffers, counted by account. A buffer costs about 400 bytes of
 * heap beside its own; so chunks of up to 16 KiB are parts (powers of two) of shared pages and larger ones have buffers of
 * their own.
 */
export class ChunkAllocator {
  readonly #buffers: SharedBuffers;
  readonly #accounts = new Map<string, number>();
  /** Chunks that are out, by address, with their account: a chunk freed twice or to another account is a defect. */
  readonly #out = new Map<number, string>();
  /** Parts of pages that are free, by length. */
  readonly #freeParts = new Map<number, Chunk[]>();
  /** All buffers that are held. */
  readonly #held = new Set<SharedArrayBuffer>();
  #totalBytes = 0;
  #heldBytes = 0;
  #nextAddress = 0;

  /** Buffers come from and go back to where other views' do. Default: a source of its own. */
  constructor(buffers = new SharedBuffers()) {
    this.#buffers = buffers;
  }

  /** Bytes of all chunks that are out. */
  get totalBytes(): number {
    return this.#totalBytes;
  }

  /** Bytes of all buffers: beside `totalBytes`, parts of pages that are free. */
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
    const size = makeSize(byteLength);
    const chunk = size > maxSharedBytes ? this.#hold(size) : this.#takePart(size);
    this.#out.set(chunk.address, account);
    this.#count(account, size);
    return chunk;
  }

  /** Takes a chunk back. Throws `InvariantError` if it is not out for this account. */
  free(chunk: Chunk, account: string): void {
    const { address, byteLength, buffer } = chunk;
    if (this.#out.get(address) !== account) throw new InvariantError(`a chunk is freed that is not out for ${account}`);
    this.#out.delete(address);
    this.#count(account, -byteLength);
    if (byteLength <= maxSharedBytes) {
      this.#partsOf(byteLength).push(chunk);
      return;
    }
    this.#held.delete(buffer);
    this.#heldBytes -= byteLength;
    this.#buffers.giveBack(buffer);
  }

  /** Gives everything back: nothing that was allocated may be used any more. */
  close(): void {
    for (const buffer of this.#held) this.#buffers.giveBack(buffer);
    this.#held.clear();
    this.#accounts.clear();
    this.#out.clear();
    this.#freeParts.clear();
    this.#totalBytes = 0;
    this.#heldBytes = 0;
  }

  #takePart(size: number): Chunk {
    const parts = this.#partsOf(size);
    const part = parts.pop();
    if (part !== undefined) {
      new Uint8Array(part.buffer, part.byteOffset, size).fill(0);
      return part;
    }
    const { address, buffer } = this.#hold(pageBytes);
    for (let byteOffset = pageBytes - size; byteOffset > 0; byteOffset -= size) {
      parts.push({ address: address + byteOffset, buffer, byteOffset, byteLength: size });
    }
    return { address, buffer, byteOffset: 0, byteLength: size };
  }

  #hold(byteLength: number): Chunk {
    const buffer = this.#buffers.take(byteLength);
    const address = this.#nextAddress;
    this.#nextAddress += byteLength;
    this.#held.add(buffer);
    this.#heldBytes += byteLength;
    return { address, buffer, byteOffset: 0, byteLength };
  }

  #partsOf(size: number): Chunk[] {
    const known = this.#freeParts.get(size);
    if (known !== undefined) return known;
    const parts: Chunk[] = [];
    this.#freeParts.set(size, parts);
    return parts;
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
