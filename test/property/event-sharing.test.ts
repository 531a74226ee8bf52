import fc from "fast-check";
import type { ExecutionResult } from "graphql";
import { describe, expect, test } from "vitest";
import { nextMacrotask } from "../../src/base/event-loop.ts";
import { printResult } from "../api/compiled/kit/both-ways.ts";
import { type Follower, openSharing } from "../api/compiled/kit/open-sharing.ts";
import type { World } from "../api/kit/open-world.ts";
import { customer, customersTopic, openShop, order, ordersTopic, tombstone } from "../api/kit/shop.ts";

const queries = [
  "subscription { ordersChanged { changes { kind id order { id total } merged } position } }",
  "subscription { ordersChanged { reset complete all: changes { __typename order { city customer { name orders(first: 2) { totalCount nodes { id } } } } previous { total } } } }",
  "subscription ($id: ID!) { orderChanged(id: $id) { kind order { total customer { name } } previous { total } merged position } }",
  "subscription { customersChanged { changes { id customer { name email } } } }",
] as const;
const keys = ["1", "2", "3"] as const;

const spec = fc.record({
  query: fc.constantFrom(...queries),
  id: fc.constantFrom(...keys),
  pace: fc.constantFrom("eager" as const, "eager" as const, "asked" as const),
});
type Spec = typeof spec extends fc.Arbitrary<infer T> ? T : never;

const key = fc.constantFrom(...keys);
const orders = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.tuple(key, fc.nat({ max: 9 })).map(([at, total]) => order(at, { total })) },
    { weight: 1, arbitrary: key.map((at) => tombstone(at)) },
  ),
  { minLength: 1, maxLength: 4 },
);
const customers = fc.array(
  fc.constantFrom("Ann", "Bea").map((name) => customer("c1", name)),
  {
    minLength: 1,
    maxLength: 2,
  },
);
const subscriber = fc.nat({ max: 7 });
const step = fc.oneof(
  { weight: 4, arbitrary: orders.map((records) => ({ kind: "append" as const, topic: ordersTopic, records })) },
  { weight: 1, arbitrary: customers.map((records) => ({ kind: "append" as const, topic: customersTopic, records })) },
  { weight: 4, arbitrary: subscriber.map((at) => ({ kind: "take" as const, at })) },
  { weight: 1, arbitrary: subscriber.map((at) => ({ kind: "close" as const, at })) },
);

/** One subscription run both ways: each takes when the other does. */
interface Pair {
  readonly pace: Spec["pace"];
  readonly shared: Follower;
  readonly expected: string[];
  /** Messages of errors that it ended with. */
  readonly expectedErrors: string[];
  readonly reference: AsyncIterator<ExecutionResult>;
  isWaiting: boolean;
}

async function openPair(world: World, { query, id, pace }: Spec, follow: ReturnType<typeof openSharing>["follow"]) {
  const variables = { id };
  const reference = await world.subscribe(query, variables, limits);
  const pair: Pair = {
    pace,
    shared: follow({ query, variables }, pace),
    expected: [],
    expectedErrors: [],
    reference,
    isWaiting: false,
  };
  if (pace === "eager") takeReference(pair);
  return pair;
}

function takeReference(pair: Pair): void {
  pair.isWaiting = true;
  void pair.reference.next().then(
    ({ done, value }) => {
      pair.isWaiting = false;
      if (done === true) return;
      pair.expected.push(printResult(value));
      if (pair.pace === "eager") takeReference(pair);
    },
    (error: Error) => pair.expectedErrors.push(error.message),
  );
}

const limits = { maxOutputEntities: 6 }; // so that some events are too much

describe("compiled subscriptions that share evaluations", () => {
  test("F5: give each subscriber the messages that graphql-js gives it, in the same order, and evaluate no set twice", async () => {
    let [shared, ended] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        fc.array(spec, { minLength: 2, maxLength: 8 }),
        fc.array(step, { minLength: 1, maxLength: 30, size: "max" }),
        async (specs, steps) => {
          const world = await openShop({ orders: [order("1")], customers: [customer("c1")] });
          const { follow, counts } = openSharing(world, { limits });
          const pairs: Pair[] = [];
          for (const one of specs) pairs.push(await openPair(world, one, follow));
          for (const next of steps) {
            const pair = next.kind === "append" ? undefined : pairs[next.at];
            if (next.kind === "append") await world.append(next.topic, next.records);
            else if (next.kind === "close") {
              pair?.shared.subscriber.close();
              await pair?.reference.return?.();
            } else if (pair?.pace === "asked" && !pair.isWaiting) {
              pair.shared.subscriber.takeNext();
              takeReference(pair);
            }
            await nextMacrotask();
            for (const { shared: follower, expected, expectedErrors } of pairs) {
              expect(follower.received).toEqual(expected);
              expect(follower.errors.map((error) => (error as Error).message)).toEqual(expectedErrors);
            }
          }
          const received = pairs.reduce(
            (sum, pair) => sum + pair.shared.received.length + pair.shared.errors.length,
            0,
          );
          ended += pairs.filter(({ expectedErrors }) => expectedErrors.length > 0).length;
          expect(counts.get("subscription_messages") ?? 0).toBe(received);
          shared += counts.get("subscription_messages_shared") ?? 0;
          for (const { shared: follower, reference } of pairs) {
            follower.subscriber.close();
            await reference.return?.();
          }
          for (const view of world.views.values()) expect(view.status().subscribers).toBe(0);
          await world.close();
        },
      ),
      { numRuns: 150 },
    );
    expect(shared).toBeGreaterThan(100);
    expect(ended).toBeGreaterThan(10);
  });
});
