import type { ChunkAllocator } from "../memory/chunk-allocator.ts";
import { NodePool, nodeWords } from "./node-pool.ts";

/** Row slots of one leaf at most: all words but those of its head. */
export const leafCapacity = nodeWords - 3;
/** Children of one branch at most, in three columns. */
export const branchCapacity = Math.floor(leafCapacity / 3);
/** No node: the parent of the root, the root of nothing. */
export const noNode = 0xffff_ffff;

/**
 * A node's words: number of entries, parent, level (0: a leaf), then a leaf's slots or a branch's three columns: children,
 * rows below each, first slot below each.
 */
const parentAt = 1;
const levelAt = 2;
/** First word of a leaf's slots, and of a branch's children. */
export const entriesAt = 3;
/** First word of the numbers of rows below a branch's children. */
export const rowsAt = entriesAt + branchCapacity;
/** First word of the first slots below a branch's children. */
export const firstsAt = rowsAt + branchCapacity;
const columnStarts = [entriesAt, rowsAt, firstsAt] as const;

/** A word that is there. */
export function wordAt(words: Uint32Array, at: number): number {
  return words[at] as number; // places in nodes are below the number of their entries
}

/**
 * Nodes of a tree that holds a sequence of row slots in its leaves: what can be done to one node or to two neighbours.
 * A parent's columns are true of a child only after `refresh`.
 */
export class SlotNodes {
  readonly pool: NodePool;
  root = noNode;

  constructor(allocator: ChunkAllocator, account: string) {
    this.pool = new NodePool(allocator, account);
  }

  /** Adds a node without entries and without a parent. */
  add(level: number): number {
    const node = this.pool.add();
    const [words, base] = [this.pool.wordsOf(node), this.pool.baseOf(node)];
    words[base] = 0;
    words[base + parentAt] = noNode;
    words[base + levelAt] = level;
    return node;
  }

  /** Frees a node that is nobody's child; the last node takes its number. Gives the number which that node had. */
  free(node: number): number {
    const last = this.pool.size - 1;
    if (node !== last) {
      const from = this.pool.baseOf(last);
      const words = this.pool.wordsOf(last).subarray(from, from + nodeWords);
      this.pool.wordsOf(node).set(words, this.pool.baseOf(node));
      const parent = this.parentOf(node);
      if (parent === noNode) this.root = node;
      else this.#setWord(parent, entriesAt + this.placeOf(parent, last), node);
      if (this.levelOf(node) > 0) this.#adopt(node, 0, this.countOf(node));
    }
    this.pool.removeLast();
    return last;
  }

  countOf(node: number): number {
    return this.#word(node, 0);
  }

  parentOf(node: number): number {
    return this.#word(node, parentAt);
  }

  levelOf(node: number): number {
    return this.#word(node, levelAt);
  }

  capacityOf(node: number): number {
    return this.levelOf(node) === 0 ? leafCapacity : branchCapacity;
  }

  childAt(branch: number, place: number): number {
    return this.#word(branch, entriesAt + place);
  }

  /** Where a child stands in its parent. */
  placeOf(parent: number, child: number): number {
    const start = this.pool.baseOf(parent) + entriesAt;
    return this.pool.wordsOf(parent).indexOf(child, start) - start;
  }

  /** Puts a slot into a leaf that has room. */
  insertSlot(leaf: number, place: number, slot: number): void {
    this.#shift(leaf, entriesAt, place, 1);
    this.#setWord(leaf, entriesAt + place, slot);
    this.#setWord(leaf, 0, this.countOf(leaf) + 1);
  }

  removeSlot(leaf: number, place: number): void {
    this.#shift(leaf, entriesAt, place + 1, -1);
    this.#setWord(leaf, 0, this.countOf(leaf) - 1);
  }

  /** Makes a node the child of a branch that has room. */
  insertChild(branch: number, place: number, child: number): void {
    for (const start of columnStarts) this.#shift(branch, start, place, 1);
    this.#setWord(branch, 0, this.countOf(branch) + 1);
    this.#setWord(branch, entriesAt + place, child);
    this.#setWord(child, parentAt, branch);
    this.refresh(branch, place);
  }

  removeChild(branch: number, place: number): void {
    for (const start of columnStarts) this.#shift(branch, start, place + 1, -1);
    this.#setWord(branch, 0, this.countOf(branch) - 1);
  }

  /** Makes a node the root, without a parent. */
  setRoot(node: number): void {
    this.root = node;
    this.#setWord(node, parentAt, noNode);
  }

  /** Moves entries from the end of the left node to the start of the right one, or (negative) the other way. */
  moveRight(left: number, right: number, entries: number): void {
    const [leftCount, rightCount] = [this.countOf(left), this.countOf(right)];
    const columns = this.levelOf(left) === 0 ? columnStarts.slice(0, 1) : columnStarts;
    for (const start of columns) {
      if (entries > 0) {
        this.#shift(right, start, 0, entries);
        this.#copy(left, start + leftCount - entries, right, start, entries);
      } else {
        this.#copy(right, start, left, start + leftCount, -entries);
        this.#shift(right, start, -entries, entries);
      }
    }
    this.#setWord(left, 0, leftCount - entries);
    this.#setWord(right, 0, rightCount + entries);
    if (this.levelOf(left) === 0) return;
    if (entries > 0) this.#adopt(right, 0, entries);
    else this.#adopt(left, leftCount, leftCount - entries);
  }

  /** Makes a branch's columns true of the child at `place`, which must not be empty. */
  refresh(branch: number, place: number): void {
    const child = this.childAt(branch, place);
    this.#setWord(branch, rowsAt + place, this.#rowsOf(child));
    this.#setWord(branch, firstsAt + place, this.firstOf(child));
  }

  /** Makes the first slots of all above a node true, after its first slot has become another. */
  refreshFirsts(node: number): void {
    let child = node;
    for (let parent = this.parentOf(child); parent !== noNode; child = parent, parent = this.parentOf(child)) {
      const place = this.placeOf(parent, child);
      this.#setWord(parent, firstsAt + place, this.firstOf(child));
      if (place > 0) return;
    }
  }

  /** First slot below a node. */
  firstOf(node: number): number {
    return this.#word(node, this.levelOf(node) === 0 ? entriesAt : firstsAt);
  }

  #rowsOf(node: number): number {
    const count = this.countOf(node);
    if (this.levelOf(node) === 0) return count;
    let rows = 0;
    for (let place = 0; place < count; place += 1) rows += this.#word(node, rowsAt + place);
    return rows;
  }

  /** Tells children from `place` to `end` who their parent is. */
  #adopt(branch: number, place: number, end: number): void {
    for (let at = place; at < end; at += 1) this.#setWord(this.childAt(branch, at), parentAt, branch);
  }

  /** Moves the entries of one column from `place` on by `by` places. */
  #shift(node: number, start: number, place: number, by: number): void {
    const from = this.pool.baseOf(node) + start;
    this.pool.wordsOf(node).copyWithin(from + place + by, from + place, from + this.countOf(node));
  }

  #copy(from: number, fromAt: number, to: number, toAt: number, words: number): void {
    const start = this.pool.baseOf(from) + fromAt;
    this.pool.wordsOf(to).set(this.pool.wordsOf(from).subarray(start, start + words), this.pool.baseOf(to) + toAt);
  }

  #word(node: number, at: number): number {
    return wordAt(this.pool.wordsOf(node), this.pool.baseOf(node) + at);
  }

  #setWord(node: number, at: number, word: number): void {
    this.pool.wordsOf(node)[this.pool.baseOf(node) + at] = word;
  }
}
