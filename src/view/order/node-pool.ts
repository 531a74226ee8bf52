import { InvariantError } from "../../base/errors.ts";
import type { Chunk, ChunkAllocator } from "../memory/chunk-allocator.ts";

/** Words of one node: 2 KiB. */
export const nodeWords = 512;
/** Nodes of one chunk: 64 KiB. The first chunk begins with one node and doubles up to that. */
const chunkNodes = 32;

/** A chunk and the words in it. */
interface NodeChunk {
  readonly chunk: Chunk;
  readonly words: Uint32Array;
}

/**
 * Nodes of 512 words in the chunks of a view, numbered without gaps from 0: whoever frees a node moves the last one into
 * its place, so that memory follows the number of nodes down as well as up. What a new node holds means nothing.
 */
export class NodePool {
  readonly #allocator: ChunkAllocator;
  readonly #account: string;
  readonly #chunks: NodeChunk[] = [];
  #size = 0;

  constructor(allocator: ChunkAllocator, account: string) {
    this.#allocator = allocator;
    this.#account = account;
  }

  /** Number of nodes. */
  get size(): number {
    return this.#size;
  }

  /** Adds a node; gives its number, which is the greatest. Words of other nodes may be elsewhere afterwards. */
  add(): number {
    const node = this.#size;
    if (node < chunkNodes) this.#growFirst(node + 1);
    else if (node === this.#chunks.length * chunkNodes) this.#chunks.push(this.#allocate(chunkNodes));
    this.#size = node + 1;
    return node;
  }

  /** Takes the last node away. One chunk stays in reserve, lest nodes that come and go at its edge move memory each time. */
  removeLast(): void {
    if (this.#size === 0) throw new InvariantError("a node is taken from a pool that has none");
    this.#size -= 1;
    const needed = Math.max(1, Math.ceil(this.#size / chunkNodes));
    if (this.#chunks.length > needed + 1) this.#free(this.#chunks.pop());
  }

  /** The words that a node's stand among, from `baseOf(node)` on. Valid until the next `add` or `removeLast`. */
  wordsOf(node: number): Uint32Array {
    return (this.#chunks[node >>> 5] as NodeChunk).words; // every node below `size` has a chunk
  }

  /** Where the node's first word stands in `wordsOf(node)`. */
  baseOf(node: number): number {
    return (node & 31) << 9;
  }

  /** Gives all memory back; the pool is empty then, and can be used again. */
  clear(): void {
    for (const chunk of this.#chunks) this.#free(chunk);
    this.#chunks.length = 0;
    this.#size = 0;
  }

  #growFirst(nodes: number): void {
    const [first] = this.#chunks;
    const held = first === undefined ? 0 : first.words.length / nodeWords;
    if (nodes <= held) return;
    const grown = this.#allocate(held === 0 ? 1 : 2 * held);
    if (first !== undefined) grown.words.set(first.words);
    this.#chunks[0] = grown;
    this.#free(first);
  }

  #allocate(nodes: number): NodeChunk {
    const chunk = this.#allocator.allocate(4 * nodeWords * nodes, this.#account);
    return { chunk, words: new Uint32Array(chunk.buffer, chunk.byteOffset, nodeWords * nodes) };
  }

  #free(chunk: NodeChunk | undefined): void {
    if (chunk !== undefined) this.#allocator.free(chunk.chunk, this.#account);
  }
}
