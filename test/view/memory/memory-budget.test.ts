import { describe, expect, test } from "vitest";
import { MemoryBudget, type MemoryHolder } from "../../../src/view/memory/memory-budget.ts";
import type { MemoryLimitError } from "../../../src/view/memory/memory-limit-error.ts";

interface TestHolder extends MemoryHolder {
  heldBytes: number;
  readonly errors: MemoryLimitError[];
}

/** A holder that can give up, if it is being replayed. */
function makeHolder(name: string, heldBytes: number, { isReplayed }: { readonly isReplayed: boolean }): TestHolder {
  const errors: MemoryLimitError[] = [];
  const holder: TestHolder = {
    name,
    heldBytes,
    errors,
    giveUp: isReplayed
      ? (error) => {
          errors.push(error);
          holder.heldBytes = 0;
        }
      : undefined,
  };
  return holder;
}

function makeBudget(limitBytes: number, holders: readonly MemoryHolder[]): MemoryBudget {
  const budget = new MemoryBudget(limitBytes);
  for (const holder of holders) budget.add(holder);
  return budget;
}

const megabyte = 1_000_000;
const served = { isReplayed: false };
const replayed = { isReplayed: true };

describe("a memory budget", () => {
  test("refuses what would pass the limit, to the byte, and names who needs what", () => {
    const holder = makeHolder("Order", 6 * megabyte, served);
    const budget = makeBudget(10 * megabyte, [holder, makeHolder("Customer", megabyte, served)]);
    budget.require(3 * megabyte, holder);
    expect(() => budget.require(3 * megabyte + 1, holder)).toThrow(
      "Expected all views to take at most 10 MB (`memory.limitBytes`), found that Order, which takes 6 MB of the 7 MB in use, needs 4 MB more; raise the limit, or give the view a gateway of its own.",
    );
  });

  test("has the largest view that is replayed give up for one that is served", () => {
    const order = makeHolder("Order", 2 * megabyte, served);
    const [small, large] = [makeHolder("Small", megabyte, replayed), makeHolder("Large", 6 * megabyte, replayed)];
    const budget = makeBudget(10 * megabyte, [order, small, large]);
    budget.require(2 * megabyte, order);
    expect(large.errors.map(({ message }) => message)).toEqual([
      expect.stringContaining(
        "found that Order needs 2 MB more while Large, the largest that is being read, takes 6 MB of the 9 MB in use",
      ),
    ]);
    expect(small.errors).toEqual([]);
    expect(budget.heldBytes).toBe(3 * megabyte);
  });

  test("has one after the other give up, and no more than are needed", () => {
    const order = makeHolder("Order", 2 * megabyte, served);
    const others = [3, 2, 1].map((megabytes) => makeHolder(`${megabytes}`, megabytes * megabyte, replayed));
    makeBudget(8 * megabyte, [order, ...others]).require(5 * megabyte, order);
    expect(others.map(({ errors }) => errors.length)).toEqual([1, 1, 0]);
  });

  test("refuses the largest view that is replayed itself, and leaves the others alone", () => {
    const [small, large] = [makeHolder("Small", megabyte, replayed), makeHolder("Large", 6 * megabyte, replayed)];
    const budget = makeBudget(8 * megabyte, [small, large]);
    expect(() => budget.require(2 * megabyte, large)).toThrow("Large, which takes 6 MB of the 7 MB in use");
    expect([small, large].flatMap(({ errors }) => errors)).toEqual([]);
  });

  test("never has a view give up that is served, however large", () => {
    const [order, customer] = [makeHolder("Order", 6 * megabyte, served), makeHolder("Customer", megabyte, served)];
    const budget = makeBudget(8 * megabyte, [order, customer]);
    expect(() => budget.require(2 * megabyte, customer)).toThrow("Customer, which takes 1 MB of the 7 MB in use");
  });
});
