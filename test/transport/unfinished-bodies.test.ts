import { describe, expect, test } from "vitest";
import { UnfinishedBodies } from "../../src/transport/unfinished-bodies.ts";

function openBodies(maxBytes: number, names: readonly string[]) {
  const bodies = new UnfinishedBodies(maxBytes);
  const refused: string[] = [];
  return { refused, opened: names.map((name) => bodies.open(() => refused.push(name))) };
}

describe("bodies that have not come yet", () => {
  test("are refused from the oldest on, once they hold more than they may", () => {
    const { refused, opened } = openBodies(100, ["a", "b", "c"]);
    const [a, b, c] = opened;
    b?.grow(40);
    a?.grow(40);
    c?.grow(20);
    expect(refused).toEqual([]);
    c?.grow(1);
    expect(refused).toEqual(["a"]);
    c?.grow(60);
    expect(refused).toEqual(["a", "b"]);
  });

  test("hold nothing once they have ended or were refused", () => {
    const { refused, opened } = openBodies(100, ["a", "b", "c"]);
    const [a, b, c] = opened;
    a?.grow(101);
    a?.grow(1_000);
    a?.end();
    b?.grow(90);
    b?.end();
    b?.end();
    c?.grow(100);
    expect(refused).toEqual(["a"]);
  });
});
