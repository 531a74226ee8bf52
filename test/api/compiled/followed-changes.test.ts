import { beforeEach, describe, expect, test } from "vitest";
import type { OperationRequest } from "../../../src/api/compiled/check-document.ts";
import type { FollowedChanges } from "../../../src/api/compiled/operation-runner.ts";
import type { ApiLimits } from "../../../src/api/limits.ts";
import type { ChangeSet } from "../../../src/view/change-set.ts";
import { makeChangeSet } from "../../../src/view/feed/make-change-set.ts";
import type { KeyChange } from "../../../src/view/key-change.ts";
import { createTestRunner, interpretEvent, printOutcome, type TestRunner } from "./kit/both-ways.ts";
import { createShopModel, orderValues } from "./kit/shop-model.ts";
import type { TestWorld } from "./kit/test-world.ts";

let world: TestWorld;
let runner: TestRunner;
beforeEach(() => {
  world = createShopModel();
  runner = createTestRunner(world);
});

function prepare(request: OperationRequest) {
  const prepared = runner.prepare(request);
  if ("errors" in prepared) throw prepared.errors[0];
  return prepared;
}

function follow(request: OperationRequest): FollowedChanges | undefined {
  return runner.followedChanges(prepare(request));
}

/** An event's text, which must be graphql-js's. */
function respond(request: OperationRequest, set: ChangeSet, limits: Partial<ApiLimits> = {}): string {
  const outcome = runner.executeEvent(prepare(request), set, world.context(limits));
  const text = printOutcome(outcome);
  expect(text).toBe(interpretEvent(world, request, set, limits));
  return text;
}

function setOf(...changes: ReadonlyArray<KeyChange | undefined>): ChangeSet {
  const orders = world.view("Order");
  const known = changes.filter((change) => change !== undefined);
  return makeChangeSet(known, orders.reader(), { isComplete: true, position: orders.position() });
}

const ofOne =
  "subscription ($id: ID!) { orderChanged(id: $id) { kind id order { id total } merged position __typename } }";
const ofAll =
  "subscription { ordersChanged { reset complete position changes { kind order { city customer { name } } previous { city lines { sku } customer { name orders { totalCount } } } } } }";

describe("what a compiled subscription follows", () => {
  test("is a key of a view", () => {
    expect(follow({ query: ofOne, variables: { id: "o1" } })).toEqual({
      fieldName: "orderChanged",
      args: { id: "o1", from: "NOW" },
      view: "Order",
      key: "o1",
      needsPrevious: false,
      identity: expect.any(String),
    });
  });

  test("is all of a view", () => {
    expect(follow({ query: ofAll })).toEqual({
      fieldName: "ordersChanged",
      args: { from: "NOW" },
      view: "Order",
      key: undefined,
      needsPrevious: true,
      identity: expect.any(String),
    });
  });

  test("needs previous images only where they are put out", () => {
    const query =
      "subscription ($all: Boolean!) { ordersChanged { changes { id previous @include(if: $all) { id } } } }";
    expect(follow({ query, variables: { all: true } })?.needsPrevious).toBe(true);
    expect(follow({ query, variables: { all: false } })?.needsPrevious).toBe(false);
  });

  test("is unknown of a query, and where a directive's variable is null", () => {
    expect(follow({ query: "{ orders { totalCount } }" })).toBeUndefined();
    const query = "subscription ($no: Boolean = false) { ordersChanged { complete @skip(if: $no) } }";
    expect(follow({ query, variables: { no: null } })).toBeUndefined();
  });
});

describe("the identity of a subscription", () => {
  const identityOf = (request: OperationRequest) => follow(request)?.identity;

  test("is one for one text and the same variables, others left aside", () => {
    const identity = identityOf({ query: ofOne, variables: { id: "o1" } });
    expect(identityOf({ query: ofOne, variables: { id: "o1", other: 1 } })).toBe(identity);
  });

  test("is another for other variables, texts and operations", () => {
    const query = `query A { __typename } ${["B", "C"].map((name) => `subscription ${name}($id: ID!, $n: Boolean = true) { orderChanged(id: $id) { id kind @skip(if: $n) } }`).join(" ")}`;
    const requests: OperationRequest[] = [
      { query: ofOne, variables: { id: "o1" } },
      { query: ofOne, variables: { id: "o2" } },
      { query: `${ofOne} `, variables: { id: "o1" } },
      { query, operationName: "B", variables: { id: "o1" } },
      { query, operationName: "C", variables: { id: "o1" } },
      { query, operationName: "C", variables: { id: "o1", n: false } },
    ];
    expect(new Set(requests.map(identityOf)).size).toBe(requests.length);
  });
});

describe("an event", () => {
  test("tells an insert, an update and a delete", () => {
    const orders = world.view("Order");
    const request = { query: ofOne, variables: { id: "n" } };
    expect(respond(request, setOf(orders.put("n", orderValues("n"))))).toContain('"kind":"ENTERED","id":"n","order":{');
    expect(respond(request, setOf(orders.put("n", orderValues("n", { total: 1 }))))).toContain('"kind":"UPDATED"');
    expect(respond(request, setOf(orders.put("n", null)))).toContain('"kind":"LEFT","id":"n","order":null');
    expect(runner.counts.get("compiled_executions")).toBe(3);
    expect(runner.counts.get("compiled_executions_given_up")).toBeUndefined();
  });

  test("F6: that is a part of a step says so, and stands at no position", () => {
    const orders = world.view("Order");
    const set = { ...setOf(orders.put("n", orderValues("n"))), isComplete: false };
    const query = "subscription { ordersChanged { complete position changes { id position } } }";
    expect(JSON.parse(respond({ query }, set))).toEqual({
      data: { ordersChanged: { complete: false, position: null, changes: [{ id: "n", position: null }] } },
    });
    expect(runner.counts.get("compiled_executions_given_up")).toBeUndefined();
  });

  test("shows before-images as they were, with joins as they are now", () => {
    const orders = world.view("Order");
    const lines = [{ values: ["was", 1, 1] }];
    orders.put("n", orderValues("n", { city: "Chur", lines, customerId: "c2" }));
    const set = setOf(orders.put("n", orderValues("n", { city: null })), orders.put("o1", null));
    world.view("Customer").put("c2", ["c2", "Rob", null]);
    const text = respond({ query: ofAll }, { ...set, position: orders.position() });
    expect(text).toContain(
      '"previous":{"city":"Chur","lines":[{"sku":"was"}],"customer":{"name":"Rob","orders":{"totalCount":1}}}',
    );
    expect(runner.counts.get("compiled_executions_given_up")).toBeUndefined();
  });

  test("counts anew each time", () => {
    const set = setOf(world.view("Order").put("o1", orderValues("o1", { city: "Chur" })));
    const prepared = prepare({ query: ofAll });
    const context = world.context({ maxOutputEntities: 4 });
    for (let time = 0; time < 3; time += 1) expect(runner.executeEvent(prepared, set, context).kind).toBe("bytes");
  });

  test.each([
    ["entities", { maxOutputEntities: 3 }],
    ["fields", { maxOutputFields: 20 }],
    ["bytes", { maxOutputBytes: 100 }],
  ])("with too many %s is refused, and the next one is not", (_what, limits) => {
    const orders = world.view("Order");
    const request = { query: ofAll };
    const great = setOf(orders.put("o1", orderValues("o1", { city: "Chur" })), orders.put("o2", null));
    expect(respond(request, great, limits)).toContain("QUERY_TOO_COSTLY");
    const context = world.context(limits);
    runner.executeEvent(prepare(request), great, context);
    const small: ChangeSet = { changes: [], isComplete: true, position: orders.position() };
    expect(runner.executeEvent(prepare(request), small, context).kind).toBe("bytes");
  });

  test("meets a view that is not ready as graphql-js does", () => {
    const set = setOf(world.view("Order").put("o1", orderValues("o1", { city: "Chur" })));
    world.view("Customer").setReady(false);
    expect(respond({ query: ofAll }, set)).toContain("VIEW_NOT_READY");
  });
});
