import { InvariantError } from "../../base/errors.ts";
import type { ChunkAllocator } from "../memory/chunk-allocator.ts";
import { branchCapacity, entriesAt, firstsAt, noNode, rowsAt, SlotNodes, wordAt } from "./slot-nodes.ts";
import type { RowProbe } from "./value-probe.ts";

/** What a leaf that is filled from one end keeps free, so that rows that come in order leave nearly full leaves. */
const endSlack = 32;
/** Deeper than any tree of 2^32 rows. */
const maxLevels = 8;

/**
 * A sequence of row slots that counts: a place is found, and a slot put in or taken out there, in O(log n). A B+tree by
 * position, without keys: the order is the caller's, who compares slots. It stands in nodes of 2 KiB, about 4.6 bytes a row
 * after `loadSlots`, about 6 after random changes; rows that come in order at one place leave nearly full leaves.
 */
export class SlotSequence {
  readonly nodes: SlotNodes;
  #size = 0;
  /** The way of the last descent: by level, the branch and the place of its child. */
  readonly #pathNodes = new Uint32Array(maxLevels);
  readonly #pathPlaces = new Uint32Array(maxLevels);
  /** The place in the leaf that it led to. */
  #place = 0;

  constructor(allocator: ChunkAllocator, account: string) {
    this.nodes = new SlotNodes(allocator, account);
  }

  get size(): number {
    return this.#size;
  }

  /** The slot of a rank below `size`. */
  slotAt(rank: number): number {
    this.#requireRank(rank, this.#size - 1);
    return this.nodes.childAt(this.#descend(rank, 0), this.#place);
  }

  /** Number of slots at the start of the sequence whose comparison with the probe is below `limit`. */
  countBefore(probe: RowProbe, limit: number): number {
    if (this.#size === 0) return 0;
    const { pool } = this.nodes;
    let node = this.nodes.root;
    let rank = 0;
    for (let level = this.nodes.levelOf(node); level > 0; level -= 1) {
      const words = pool.wordsOf(node);
      const base = pool.baseOf(node);
      let low = 1;
      let high = wordAt(words, base);
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (probe.compare(wordAt(words, base + firstsAt + middle)) < limit) low = middle + 1;
        else high = middle;
      }
      for (let place = 0; place < low - 1; place += 1) rank += wordAt(words, base + rowsAt + place);
      node = wordAt(words, base + entriesAt + low - 1);
    }
    const words = pool.wordsOf(node);
    const start = pool.baseOf(node) + entriesAt;
    let low = 0;
    let high = this.nodes.countOf(node);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (probe.compare(wordAt(words, start + middle)) < limit) low = middle + 1;
      else high = middle;
    }
    return rank + low;
  }

  /** Puts a slot before the one that has the rank now, which may be `size`. */
  insertAt(rank: number, slot: number): void {
    const { nodes } = this;
    this.#requireRank(rank, this.#size);
    if (nodes.root === noNode) nodes.setRoot(nodes.add(0));
    let leaf = this.#descend(rank, 1);
    if (nodes.countOf(leaf) === nodes.capacityOf(leaf)) {
      this.#makeRoom(leaf, rank === this.#size ? "END" : rank === 0 ? "START" : "MIDDLE");
      leaf = this.#descend(rank, 1);
    }
    nodes.insertSlot(leaf, this.#place, slot);
    this.#addRows(nodes.levelOf(nodes.root), 1);
    if (this.#place === 0) nodes.refreshFirsts(leaf);
  }

  /** Takes the slot of a rank out. */
  removeAt(rank: number): void {
    const { nodes } = this;
    this.#requireRank(rank, this.#size - 1);
    const leaf = this.#descend(rank, 0);
    nodes.removeSlot(leaf, this.#place);
    this.#addRows(nodes.levelOf(nodes.root), -1);
    if (this.#place === 0 && nodes.countOf(leaf) > 0) nodes.refreshFirsts(leaf);
    this.#settle(leaf);
  }

  /** Copies the slots from a rank on, as many as the target takes. */
  copyTo(target: Uint32Array, fromRank: number): void {
    this.#requireRank(fromRank + target.length, this.#size);
    for (let copied = 0; copied < target.length; ) {
      const leaf = this.#descend(fromRank + copied, 0);
      const start = this.nodes.pool.baseOf(leaf) + entriesAt + this.#place;
      const slots = Math.min(this.nodes.countOf(leaf) - this.#place, target.length - copied);
      target.set(this.nodes.pool.wordsOf(leaf).subarray(start, start + slots), copied);
      copied += slots;
    }
  }

  /** Takes over a tree that was built in `nodes` while the sequence was empty. */
  adopt(root: number, size: number): void {
    this.nodes.setRoot(root);
    this.#size = size;
  }

  /** Gives all memory back; the sequence is empty then. */
  clear(): void {
    this.nodes.pool.clear();
    this.nodes.root = noNode;
    this.#size = 0;
  }

  /**
   * Leads to a rank: gives the leaf, keeps the place in it and the way. With `slack` 1 the rank may be the end of the
   * leaf: where one would be put in; with 0 the leaf has a slot there.
   */
  #descend(rank: number, slack: 0 | 1): number {
    const { pool, root } = this.nodes;
    let node = root;
    let rest = rank;
    for (let level = this.nodes.levelOf(node); level > 0; level -= 1) {
      const words = pool.wordsOf(node);
      const base = pool.baseOf(node);
      let place = 0;
      for (let rows = wordAt(words, base + rowsAt); rest >= rows + slack; ) {
        rest -= rows;
        place += 1;
        rows = wordAt(words, base + rowsAt + place);
      }
      this.#pathNodes[level] = node;
      this.#pathPlaces[level] = place;
      node = wordAt(words, base + entriesAt + place);
    }
    this.#place = rest;
    return node;
  }

  /** Counts one row more or less along the way of the last descent. */
  #addRows(levels: number, rows: 1 | -1): void {
    const { pool } = this.nodes;
    for (let level = 1; level <= levels; level += 1) {
      const node = wordAt(this.#pathNodes, level);
      const at = pool.baseOf(node) + rowsAt + wordAt(this.#pathPlaces, level);
      const words = pool.wordsOf(node);
      words[at] = wordAt(words, at) + rows;
    }
    this.#size += rows;
  }

  /** Makes room in a full node: shares with a neighbour that has some, else splits. */
  #makeRoom(node: number, at: "START" | "MIDDLE" | "END"): void {
    const { nodes } = this;
    const parent = nodes.parentOf(node) === noNode ? this.#growRoot(node) : nodes.parentOf(node);
    const place = nodes.placeOf(parent, node);
    if (this.#share(parent, place - 1, place) || this.#share(parent, place, place + 1)) return;
    if (nodes.countOf(parent) === branchCapacity) {
      this.#makeRoom(parent, "MIDDLE");
      this.#makeRoom(node, at); // under another parent, maybe
      return;
    }
    const capacity = nodes.capacityOf(node);
    const kept = at === "MIDDLE" ? capacity >>> 1 : at === "END" ? capacity - endSlack : endSlack;
    const right = nodes.add(nodes.levelOf(node));
    nodes.moveRight(node, right, capacity - kept);
    nodes.refresh(parent, place);
    nodes.insertChild(parent, place + 1, right);
  }

  #growRoot(node: number): number {
    const root = this.nodes.add(this.nodes.levelOf(node) + 1);
    this.nodes.setRoot(root);
    this.nodes.insertChild(root, 0, node);
    return root;
  }

  /** Makes two neighbours equally full if one is full and the other not nearly so; says whether. */
  #share(parent: number, leftPlace: number, rightPlace: number): boolean {
    const { nodes } = this;
    if (leftPlace < 0 || rightPlace >= nodes.countOf(parent)) return false;
    const left = nodes.childAt(parent, leftPlace);
    const right = nodes.childAt(parent, rightPlace);
    const [leftCount, rightCount, capacity] = [nodes.countOf(left), nodes.countOf(right), nodes.capacityOf(left)];
    if (Math.min(leftCount, rightCount) > capacity - (capacity >>> 3)) return false;
    nodes.moveRight(left, right, leftCount - ((leftCount + rightCount) >>> 1));
    nodes.refresh(parent, leftPlace);
    nodes.refresh(parent, rightPlace);
    return true;
  }

  /** After entries have left a node: takes it away if it is empty, joins it with a neighbour if both go into one. */
  #settle(node: number): void {
    const { nodes } = this;
    const parent = nodes.parentOf(node);
    const count = nodes.countOf(node);
    if (parent === noNode) {
      if (nodes.levelOf(node) > 0 && count === 1) this.#lowerRoot(node);
    } else if (count === 0) {
      this.#drop(parent, nodes.placeOf(parent, node));
    } else if (count < nodes.capacityOf(node) >>> 1) {
      const place = nodes.placeOf(parent, node);
      if (this.#fitTogether(parent, place - 1, place)) this.#join(parent, place - 1);
      else if (this.#fitTogether(parent, place, place + 1)) this.#join(parent, place);
    }
  }

  #lowerRoot(root: number): void {
    this.nodes.setRoot(this.nodes.childAt(root, 0));
    this.nodes.free(root);
    this.#settle(this.nodes.root);
  }

  #fitTogether(parent: number, leftPlace: number, rightPlace: number): boolean {
    const { nodes } = this;
    if (leftPlace < 0 || rightPlace >= nodes.countOf(parent)) return false;
    const left = nodes.childAt(parent, leftPlace);
    const capacity = nodes.capacityOf(left);
    return nodes.countOf(left) + nodes.countOf(nodes.childAt(parent, rightPlace)) <= capacity - (capacity >>> 5);
  }

  /** Moves all entries of the right neighbour into the child at `leftPlace`. */
  #join(parent: number, leftPlace: number): void {
    const { nodes } = this;
    const right = nodes.childAt(parent, leftPlace + 1);
    nodes.moveRight(nodes.childAt(parent, leftPlace), right, -nodes.countOf(right));
    nodes.refresh(parent, leftPlace);
    this.#drop(parent, leftPlace + 1);
  }

  /** Takes an empty child away. */
  #drop(parent: number, place: number): void {
    const { nodes } = this;
    const child = nodes.childAt(parent, place);
    nodes.removeChild(parent, place);
    if (place === 0 && nodes.countOf(parent) > 0) nodes.refreshFirsts(parent);
    const moved = nodes.free(child);
    this.#settle(parent === moved ? child : parent);
  }

  #requireRank(rank: number, last: number): void {
    if (!(rank >= 0 && rank <= last)) throw new InvariantError(`rank ${rank} of a sequence of ${this.#size} rows`);
  }
}
