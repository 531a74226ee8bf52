import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvariantError } from "../../../src/base/errors.ts";
import { hashBytes } from "../../../src/base/hash-bytes.ts";
import { KeyProbe } from "../../../src/view/columns/key-probe.ts";
import { KeyTable, keysAccount } from "../../../src/view/columns/key-table.ts";
import { splitCapacity } from "../../../src/view/hash/hash-part.ts";
import { BlockRows } from "./kit/block-rows.ts";

/** A table of rows whose blocks are their keys, with hashes as a test wants them. */
class Keys {
  readonly table = new BlockRows();
  readonly keys = new KeyTable(this.table.rows.records, this.table.slab, this.table.allocator);
  readonly #probe = new KeyProbe();
  readonly #hashOf: (key: string) => number;

  constructor(hashOf: (key: string) => number) {
    this.#hashOf = hashOf;
  }

  insert(key: string): number {
    const slot = this.table.add(2);
    const { words, bytes } = this.#aim(key);
    words[0] = Math.ceil(this.#probe.keyEnd / 4);
    bytes.fill(0, this.#probe.keyEnd, 4 * (words[0] ?? 0));
    const address = this.table.slab.replace(this.table.rows.records.blockOf(slot), words, 0, 0);
    this.table.rows.records.setBlock(slot, address);
    this.keys.insert(this.#hashOf(key), slot);
    return slot;
  }

  remove(key: string, slot: number): void {
    this.keys.remove(this.#hashOf(key), slot);
    this.table.erase(slot);
  }

  /** All rows of the key. */
  find(key: string): number[] {
    const block = this.#aim(key);
    const found: number[] = [];
    const hash = this.#hashOf(key);
    for (let slot = this.keys.find(hash, block, 0); slot !== 0; slot = this.keys.findNext(hash, block, 0))
      found.push(slot);
    return found.sort((left, right) => left - right);
  }

  #aim(key: string) {
    this.#probe.aim(key);
    return this.#probe.blocks;
  }
}

const seeded = (key: string): number => {
  const bytes = Buffer.from(key);
  return hashBytes(bytes, 0, bytes.length, 99);
};

describe("KeyTable", () => {
  test("finds all rows of a key, and no others, also where hashes are the same or end the table", () => {
    const key = fc.constantFrom("", "a", "b", "aa", "ab", "a longer key", "a longer kez", "é", "x".repeat(300));
    const step = fc.record({ isRemoved: fc.boolean(), key });
    const hashes = fc.constantFrom<(key: string) => number>(
      seeded,
      () => 7,
      () => 0xffff_ffff,
      (one) => one.length | 0xfff0,
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), hashes, (steps, hashOf) => {
        const keys = new Keys(hashOf);
        const model = new Map<string, number[]>();
        for (const { isRemoved, key: one } of steps) {
          const slots = model.get(one) ?? [];
          const slot = isRemoved ? slots.shift() : undefined;
          if (slot === undefined) slots.push(keys.insert(one));
          else keys.remove(one, slot);
          model.set(one, slots);
          for (const [known, held] of model) expect(keys.find(known)).toEqual([...held].sort((a, b) => a - b));
        }
        keys.table.allocator.close();
      }),
      { numRuns: 150 },
    );
  });

  test("finds each of more keys than several parts have places for, and none that were removed", () => {
    const keys = new Keys(seeded);
    const count = 4 * splitCapacity;
    const slots = Array.from({ length: count }, (_, at) => keys.insert(`key-${at}`));
    expect(slots.findIndex((slot, at) => keys.find(`key-${at}`)[0] !== slot)).toBe(-1);
    expect(keys.find("key")).toEqual([]);
    for (const [at, slot] of slots.entries()) if (at % 3 !== 0) keys.remove(`key-${at}`, slot);
    const wrong = slots.findIndex((slot, at) => (keys.find(`key-${at}`)[0] ?? 0) !== (at % 3 === 0 ? slot : 0));
    expect(wrong).toBe(-1);
  });

  test("takes no more for new keys than it foresaw, at every size", () => {
    const keys = new Keys(seeded);
    for (let at = 0; at < 60_000; ) {
      const before = keys.table.allocator.bytesOf(keysAccount);
      const foreseen = keys.keys.measureGrowth(1_000);
      for (const end = at + 1_000; at < end; at += 1) keys.insert(`key-${at}`);
      expect(keys.table.allocator.bytesOf(keysAccount) - before).toBeLessThanOrEqual(foreseen);
    }
  });

  test("throws for a row that is not in", () => {
    const keys = new Keys(seeded);
    keys.insert("a");
    expect(() => keys.keys.remove(seeded("b"), 5)).toThrow(InvariantError);
  });
});
