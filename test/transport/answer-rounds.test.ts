import { describe, expect, test } from "vitest";
import { createAnswerRounds } from "../../src/transport/answer-rounds.ts";
import { ManualClock } from "../support/manual-clock.ts";

interface Asked {
  readonly name: string;
  readonly bytes?: number;
  readonly takesMs?: number;
  readonly isLeftToOthers?: boolean;
}

/** What happens, in order, if all of these come in one turn of the event loop, and macrotasks of others between. */
async function watch(all: readonly Asked[]): Promise<string[]> {
  const clock = new ManualClock();
  const seen: string[] = [];
  const { promise: isDone, resolve: done } = Promise.withResolvers<void>();
  const add = createAnswerRounds<Asked>(({ name, bytes = 10, takesMs = 0, isLeftToOthers = false }) => {
    seen.push(`make ${name}`);
    clock.advance(takesMs);
    const end = () => (name === all.at(-1)?.name ? done() : undefined);
    if (isLeftToOthers) {
      end();
      return undefined;
    }
    const send = () => {
      seen.push(`send ${name}`);
      end();
    };
    return { bytes, send };
  }, clock);
  for (const asked of all) add(asked);
  const other = () => {
    seen.push("other");
    setImmediate(other).unref();
  };
  setImmediate(other).unref();
  await isDone;
  return seen;
}

describe("requests that come in one turn of the event loop", () => {
  test("are all answered before the first answer is sent, in order", async () => {
    const seen = await watch([{ name: "a" }, { name: "b" }, { name: "c" }]);
    expect(seen).toEqual(["make a", "make b", "make c", "send a", "send b", "send c"]);
  });

  test("do not wait for others once the answers are large", async () => {
    const seen = await watch([{ name: "a", bytes: 300_000 }, { name: "b", bytes: 300_000 }, { name: "c" }]);
    expect(seen).toEqual(["make a", "make b", "send a", "send b", "other", "make c", "send c"]);
  });

  test("let other work be done between costly ones", async () => {
    const seen = await watch([{ name: "a" }, { name: "b", takesMs: 400 }, { name: "c", takesMs: 400 }, { name: "d" }]);
    expect(seen).toEqual([
      ...["make a", "make b", "send a", "send b", "other"],
      ...["make c", "send c", "other", "make d", "send d"],
    ]);
  });

  test("are answered though one of them is left to others", async () => {
    const seen = await watch([{ name: "a" }, { name: "b", isLeftToOthers: true }, { name: "c" }]);
    expect(seen).toEqual(["make a", "make b", "make c", "send a", "send c"]);
  });
});

test("a request that comes later is answered too", async () => {
  const answered: string[] = [];
  const waiters: (() => void)[] = [];
  const add = createAnswerRounds<string>(
    (name) => ({
      bytes: 1,
      send: () => {
        answered.push(name);
        waiters.shift()?.();
      },
    }),
    new ManualClock(),
  );
  for (const name of ["a", "b"]) {
    await new Promise<void>((resolve) => {
      waiters.push(resolve);
      add(name);
    });
  }
  expect(answered).toEqual(["a", "b"]);
});
