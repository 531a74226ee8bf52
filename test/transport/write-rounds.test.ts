import { describe, expect, test } from "vitest";
import { nextMacrotask } from "../../src/base/event-loop.ts";
import { WriteRounds } from "../../src/transport/write-rounds.ts";
import { ManualClock } from "../support/manual-clock.ts";

describe("write rounds", () => {
  test("give each writer its turn in the macrotask, in order, once for each time that it was added", async () => {
    const rounds = new WriteRounds(new ManualClock());
    const turns: string[] = [];
    const writer = (name: string) => ({ writeTurn: () => turns.push(name) });
    for (const name of ["a", "b", "c"]) rounds.add(writer(name));
    expect(turns).toEqual([]);
    await Promise.resolve();
    expect(turns).toEqual(["a", "b", "c"]);
    rounds.add(writer("d"));
    await Promise.resolve();
    expect(turns).toEqual(["a", "b", "c", "d"]);
  });

  test("give way to other macrotasks when turns take long, and forget nobody, also who comes meanwhile", async () => {
    const clock = new ManualClock();
    const rounds = new WriteRounds(clock);
    const turns: number[] = [];
    const add = (name: number): void =>
      rounds.add({
        writeTurn: () => {
          clock.advance(1);
          turns.push(name);
          if (name === 0) add(100);
        },
      });
    for (let name = 0; name < 100; name += 1) add(name);
    await Promise.resolve();
    expect(turns.length).toBeGreaterThan(0);
    expect(turns.length).toBeLessThan(50);
    add(101);
    while (turns.length < 102) await nextMacrotask();
    expect(turns).toEqual(Array.from({ length: 102 }, (_, name) => name));
    add(102);
    await Promise.resolve();
    expect(turns.at(-1)).toBe(102);
  });
});
