import { afterEach, describe, expect, test } from "vitest";
import { nextMacrotask } from "../../../src/base/event-loop.ts";
import { mapSchema } from "../../../src/mapping/read-schema.ts";
import { openWorld, type World } from "../kit/open-world.ts";
import { openShop, order, ordersTopic, tombstone } from "../kit/shop.ts";
import { printOutcome } from "./kit/both-ways.ts";
import { openSharing } from "./kit/open-sharing.ts";

let world: World;
afterEach(() => world.close());

const ofAll = { query: "subscription { ordersChanged { changes { kind id order { total } merged } } }" };
const ofOne = (id: string) => ({
  query: "subscription ($id: ID!) { orderChanged(id: $id) { kind order { total customer { name } } } }",
  variables: { id },
});
/** Two views of one topic: whoever sees one of them move sees the other moved. */
const twins = mapSchema([
  {
    name: "twins.graphql",
    text: `
"The first." type Entry @view(topic: "twins") { id: ID! @key  n: Int!  twin: Twin @join(local: "id") }
"The second." type Twin @view(topic: "twins") { id: ID! @key  n: Int! }
`,
  },
]);
const changesOf = (payload: string | undefined) => JSON.parse(payload ?? "").data.ordersChanged.changes;
const subscribers = () => world.views.get("Order")?.status().subscribers;

describe("compiled subscriptions", () => {
  test("F5: with equal events share one evaluation of each change set", async () => {
    world = await openShop();
    const { follow, counts } = openSharing(world);
    const followers = Array.from({ length: 5 }, () => follow(ofAll, "eager"));
    const other = follow(ofOne("1"), "eager");
    await world.append(ordersTopic, [order("1", { total: 1 })]);
    await world.append(ordersTopic, [order("2", { total: 2 })]);
    const [first] = followers;
    expect(first?.received.map((payload) => changesOf(payload))).toEqual([
      [{ kind: "ENTERED", id: "1", order: { total: 1 }, merged: 1 }],
      [{ kind: "ENTERED", id: "2", order: { total: 2 }, merged: 1 }],
    ]);
    for (const { received } of followers) expect(received).toEqual(first?.received);
    expect(other.received).toHaveLength(1);
    expect(counts.get("subscription_evaluations")).toBe(3);
    expect(counts.get("subscription_messages")).toBe(11);
    expect(counts.get("subscription_messages_shared")).toBe(8);
    expect(counts.get("compiled_executions")).toBe(3);
  });

  test("F5: share from the first event on though nothing can be compiled when they come, and are compiled once it can", async () => {
    world = await openShop();
    const compileRate = { membersPerSecond: 10, burstMembers: 1 };
    const { follow, counts, clock } = openSharing(world, { compileRate });
    const before = follow({ query: "subscription { ordersChanged { changes { id } } }" }, "eager");
    const late = [follow(ofAll, "eager"), follow(ofAll, "eager")];
    expect(counts.get("operations_deferred")).toBe(2);
    await world.append(ordersTopic, [order("1", { total: 1 })]);
    expect([counts.get("compiled_executions"), counts.get("interpreted_executions")]).toEqual([1, 1]);
    clock.advance(10_000);
    await world.append(ordersTopic, [order("2", { total: 2 })]);
    await world.append(ordersTopic, [tombstone("1")]);
    expect([counts.get("compiled_executions"), counts.get("interpreted_executions")]).toEqual([5, 1]);
    expect(counts.get("operations_compiled")).toBe(2);
    expect(counts.get("subscription_messages_shared")).toBe(3);
    expect(late[0]?.received.map((payload) => changesOf(payload))).toEqual([
      [{ kind: "ENTERED", id: "1", order: { total: 1 }, merged: 1 }],
      [{ kind: "ENTERED", id: "2", order: { total: 2 }, merged: 1 }],
      [{ kind: "LEFT", id: "1", order: null, merged: 1 }],
    ]);
    expect(late[1]?.received).toEqual(late[0]?.received);
    expect(before.received).toHaveLength(3);
  });

  test("have their before-images, and one key's changes only, though they are not compiled yet", async () => {
    world = await openShop();
    const compileRate = { membersPerSecond: 0, burstMembers: 1 };
    const { follow, counts } = openSharing(world, { compileRate });
    const query =
      "subscription ($id: ID!) { orderChanged(id: $id) { ...C } } fragment C on OrderChange { previous { total } }";
    follow(ofAll, "asked");
    const one = follow({ query, variables: { id: "1" } }, "eager");
    await world.append(ordersTopic, [order("1", { total: 1 })]);
    await world.append(ordersTopic, [order("2", { total: 2 }), order("1", { total: 3 })]);
    expect(one.received.map((payload) => JSON.parse(payload).data)).toEqual([
      { orderChanged: { previous: null } },
      { orderChanged: { previous: { total: 1 } } },
    ]);
    expect(counts.get("interpreted_executions")).toBe(2);
    one.subscriber.close();
    expect(subscribers()).toBe(0);
  });

  test("with other variables, or another text, have evaluations of their own", async () => {
    world = await openShop();
    const { follow, counts } = openSharing(world);
    const [one, two] = [follow(ofOne("1"), "eager"), follow(ofOne("2"), "eager")];
    const spaced = follow({ query: ofAll.query.replaceAll(" ", "  ") }, "eager");
    const plain = follow(ofAll, "eager");
    await world.append(ordersTopic, [order("1"), order("2")]);
    expect(counts.get("subscription_evaluations")).toBe(4);
    expect(one.received).toEqual(two.received.map((payload) => payload.replace('"2"', '"1"')));
    expect(spaced.received).toEqual(plain.received);
  });

  test("F2: have changes merged while they do not ask, beside others that do", async () => {
    world = await openShop({ orders: [order("1", { total: 1 })] });
    const { follow, counts } = openSharing(world);
    const [eager, slow] = [follow(ofAll, "eager"), follow(ofAll, "asked")];
    slow.subscriber.takeNext();
    for (const total of [2, 3, 4]) await world.append(ordersTopic, [order("1", { total })]);
    await world.append(ordersTopic, [order("9"), tombstone("9")]);
    slow.subscriber.takeNext();
    await nextMacrotask();
    expect(eager.received).toHaveLength(3);
    expect(slow.received.map((payload) => changesOf(payload))).toEqual([
      [{ kind: "UPDATED", id: "1", order: { total: 2 }, merged: 1 }],
      [{ kind: "UPDATED", id: "1", order: { total: 4 }, merged: 2 }],
    ]);
    expect(counts.get("subscription_evaluations")).toBe(4);
  });

  test("G1: are evaluated when all views of the topic have taken the step", async () => {
    world = await openWorld({ definitions: twins });
    const { follow } = openSharing(world);
    const text = "subscription { entriesChanged { changes { entry { n twin { n } } } } }";
    const follower = follow({ query: text }, "eager");
    for (const n of [1, 2]) await world.append("twins", [{ key: "a", value: JSON.stringify({ n }) }]);
    expect(follower.received.map((payload) => JSON.parse(payload).data.entriesChanged.changes)).toEqual([
      [{ entry: { n: 1, twin: { n: 1 } } }],
      [{ entry: { n: 2, twin: { n: 2 } } }],
    ]);
  });

  test("F3: leave nothing behind once closed", async () => {
    world = await openShop();
    const { follow, counts } = openSharing(world);
    const [first, second] = [follow(ofAll, "eager"), follow(ofAll, "eager")];
    const never = follow(ofAll, "asked");
    expect(subscribers()).toBe(2);
    first.subscriber.close();
    never.subscriber.close();
    never.subscriber.takeNext();
    await world.append(ordersTopic, [order("1")]);
    second.subscriber.close();
    await world.append(ordersTopic, [order("2")]);
    expect([first, second, never].map(({ received, isEnded }) => [received.length, isEnded])).toEqual([
      [0, false],
      [1, false],
      [0, false],
    ]);
    expect(subscribers()).toBe(0);
    expect(counts.get("subscription_evaluations")).toBe(1);
  });

  test("F3: that are closed between a change and its evaluation get nothing and cost no evaluation", async () => {
    world = await openShop();
    const { follow, counts } = openSharing(world);
    const first = follow(ofAll, "eager");
    await world.append(ordersTopic, [order("1")]);
    const slow = follow(ofAll, "asked");
    slow.subscriber.takeNext();
    await world.append(ordersTopic, [order("2")]);
    await world.append(ordersTopic, [order("3")]);
    const before = counts.get("subscription_evaluations") ?? 0;
    slow.subscriber.takeNext(); // takes at once what is pending, and is closed before it is evaluated
    slow.subscriber.close();
    await nextMacrotask();
    expect(slow.received).toHaveLength(1);
    expect(first.received).toHaveLength(3);
    expect(counts.get("subscription_evaluations")).toBe(before);
  });

  test("T2: end when their view does, after what was pending", async () => {
    world = await openShop();
    const { follow } = openSharing(world);
    const [eager, slow] = [follow(ofAll, "eager"), follow(ofAll, "asked")];
    slow.subscriber.takeNext();
    await world.append(ordersTopic, [order("1")]);
    await world.append(ordersTopic, [order("2")]);
    await world.close();
    expect([eager.received.length, eager.isEnded]).toEqual([2, true]);
    expect([slow.received.length, slow.isEnded]).toEqual([1, false]);
    slow.subscriber.takeNext();
    await nextMacrotask();
    slow.subscriber.takeNext();
    expect([slow.received.length, slow.isEnded]).toEqual([2, true]);
    expect([...eager.errors, ...slow.errors]).toEqual([]);
  });

  test("end with the defect of an evaluation, each set's evaluated once; others go on", async () => {
    world = await openShop();
    let evaluations = 0;
    const defect = new RangeError("a defect");
    const { follow } = openSharing(world, {
      encode: (outcome) => {
        evaluations += 1;
        const text = printOutcome(outcome);
        if (text.includes('"merged"')) throw defect;
        return text;
      },
    });
    const broken = [follow(ofAll, "eager"), follow(ofAll, "eager")];
    const other = follow(ofOne("1"), "eager");
    await world.append(ordersTopic, [order("1")]);
    await world.append(ordersTopic, [order("1")]);
    for (const { errors, received } of broken) expect([errors, received]).toEqual([[defect], []]);
    expect(other.received).toHaveLength(2);
    expect(evaluations).toBe(3);
    expect(subscribers()).toBe(1);
  });

  test("wait for an asynchronous evaluation, in order, and share it", async () => {
    world = await openShop();
    const evaluated: Array<() => void> = [];
    const { follow, counts } = openSharing(world, {
      encode: (outcome) => {
        const text = printOutcome(outcome);
        return new Promise((resolve, reject) => {
          evaluated.push(() => (evaluated.length < 3 ? resolve(text) : reject(new RangeError("a defect"))));
        });
      },
    });
    const followers = [follow(ofAll, "eager"), follow(ofAll, "eager")];
    const left = follow(ofAll, "eager");
    await world.append(ordersTopic, [order("1")]);
    await world.append(ordersTopic, [order("2")]);
    await world.append(ordersTopic, [order("3")]);
    expect(evaluated).toHaveLength(1);
    left.subscriber.close();
    evaluated[0]?.();
    await nextMacrotask();
    for (const { received } of followers) expect(received).toHaveLength(1);
    expect(counts.get("subscription_evaluations")).toBe(3); // two of them have had two changes merged, each for itself
    evaluated[1]?.();
    evaluated[2]?.();
    await nextMacrotask();
    const [first, second] = followers;
    expect([first?.errors.length, second?.errors.length]).toEqual([1, 1]);
    expect(left.received).toEqual([]);
  });
});
