import { describe, expect, test } from "vitest";
import { Turns } from "../../src/base/turns.ts";
import { ManualClock } from "../support/manual-clock.ts";

/** Which works had their turns in each round of the event loop, while each takes so long and asks for the next turn at once. */
async function roundsOf(works: Readonly<Record<string, number>>, rounds: number): Promise<string[]> {
  const clock = new ManualClock();
  const turns = new Turns(clock);
  let isOver = false;
  let round = "";
  for (const [name, ms] of Object.entries(works)) {
    const work = (): void => {
      round += name;
      clock.advance(ms);
      if (!isOver) turns.take(work);
    };
    turns.take(work);
  }
  const seen: string[] = [];
  while (seen.length < rounds) {
    await new Promise(setImmediate);
    seen.push(round);
    round = "";
  }
  isOver = true;
  return seen;
}

describe("turns of long works", () => {
  test("come all in one round of the event loop while they take no time", async () => {
    expect(await roundsOf({ a: 0, b: 0, c: 0 }, 3)).toEqual(["abc", "abc", "abc"]);
  });

  test("come one in a round, each in its order, while each takes long", async () => {
    expect(await roundsOf({ a: 3, b: 3, c: 3 }, 6)).toEqual(["a", "b", "c", "a", "b", "c"]);
  });

  test("come as many in a round as fit into two milliseconds", async () => {
    expect(await roundsOf({ a: 1, b: 1, c: 1, d: 1 }, 4)).toEqual(["ab", "cd", "ab", "cd"]);
  });

  test("are macrotasks of their own: what follows one is done before the next begins", async () => {
    const turns = new Turns(new ManualClock());
    const seen: string[] = [];
    for (const name of ["a", "b"]) turns.take(() => void Promise.resolve().then(() => seen.push(`${name} followed`)));
    turns.take(() => seen.push("c"));
    await new Promise(setImmediate);
    expect(seen).toEqual(["a followed", "b followed", "c"]);
  });
});
