import { type ExecutionResult, execute, lexicographicSortSchema, parse, printSchema, validateSchema } from "graphql";
import { afterEach, describe, expect, test } from "vitest";
import { createAdminSchema } from "../../src/api/admin-schema.ts";
import { findTailwaterError } from "../../src/api/client-errors.ts";
import { openWorld, type Variables, type World } from "./kit/open-world.ts";
import { openShop, order, ordersTopic, shopDefinitions, tombstone } from "./kit/shop.ts";

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

function queryAdmin(text: string, variableValues: Variables = {}): ExecutionResult {
  const schema = createAdminSchema(world?.views ?? new Map());
  // Its resolvers are synchronous, so execute gives no promise.
  return execute({ schema, document: parse(text), variableValues }) as ExecutionResult;
}

describe("createAdminSchema", () => {
  test("gives the schema of the golden file", async () => {
    const printed = printSchema(lexicographicSortSchema(createAdminSchema(new Map())));
    await expect(`${printed}\n`).toMatchFileSnapshot("../golden/api-admin-schema.graphql");
  });

  test("gives a valid schema", () => {
    expect(validateSchema(createAdminSchema(new Map()))).toEqual([]);
  });
});

interface MemoryFields {
  readonly memoryBytes: number;
  readonly memory: ReadonlyArray<{ readonly account: string; readonly bytes: number }>;
}

describe("views", () => {
  test("are listed in the order of the schema, with how they stand", async () => {
    world = await openShop({ orders: [order("1"), order("2"), tombstone("2"), { key: null, value: "{}" }] });
    const text = `{ views { name topic phase reason entities recordsApplied tombstones skippedNullKeys generation
      replayProgress keysInSeveralPartitions partitions { partition startOffset position target lagRecords } } }`;
    const { data, errors } = queryAdmin(text);
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({
      views: [
        {
          name: "Order",
          topic: "shop.orders",
          phase: "LIVE",
          reason: null,
          entities: 1,
          recordsApplied: 4,
          tombstones: 1,
          skippedNullKeys: 1,
          replayProgress: 1,
          keysInSeveralPartitions: 0,
          partitions: [{ partition: 0, startOffset: 0, position: 4, lagRecords: 0 }],
        },
        { name: "Customer", topic: "shop.customers", phase: "LIVE", entities: 0 },
      ],
    });
  });

  test("answer every field that the schema has, also before they are complete", async () => {
    world = await openWorld({ definitions: shopDefinitions, isRunning: false });
    const text = `{ views { name topic phase reason entities recordsApplied recordsPerSecond tombstones skippedNullKeys
      memoryBytes memoryEstimateBytes rebuildMemoryBytes memory { account bytes } generation liveSince replayStartedAt replayProgress etaSeconds keysInSeveralPartitions
      partitions { partition startOffset position target lastStableOffset highWatermark lagRecords lastProgressAt digest }
      quarantine { totalCount nodes { topic } edges { cursor } pageInfo { endCursor } } } }`;
    expect(queryAdmin(text).errors).toBeUndefined();
  });

  test("say where their memory goes, to the byte, the largest part first", async () => {
    world = await openShop({ orders: [order("1"), order("2")] });
    const text =
      '{ view(name: "Order") { memoryBytes memoryEstimateBytes rebuildMemoryBytes memory { account bytes } } }';
    const { view } = queryAdmin(text).data as { view: MemoryFields }; // the shape of the query
    const bytes = view.memory.map((part) => part.bytes);
    expect(bytes).toEqual(bytes.toSorted((left, right) => right - left));
    expect(bytes.reduce((sum, part) => sum + part, 0)).toBe(view.memoryBytes);
    expect(view).toMatchObject({ memoryEstimateBytes: view.memoryBytes, rebuildMemoryBytes: 0 });
    expect(view.memory.map(({ account }) => account)).toEqual(
      expect.arrayContaining(["keys", "texts", "index by key", "index by status", "column status"]),
    );
  });

  test("give times as DateTime and a digest as text", async () => {
    world = await openShop({ orders: [order("1")] });
    const { data } = queryAdmin('{ view(name: "Order") { liveSince partitions { lastProgressAt digest } } }');
    expect(data).toMatchObject({
      view: {
        liveSince: "2023-11-14T22:13:20.000Z",
        partitions: [{ lastProgressAt: "2023-11-14T22:13:20.000Z", digest: expect.stringMatching(/^[0-9a-f]+$/) }],
      },
    });
  });
});

describe("view(name)", () => {
  test("is null where there is none", async () => {
    world = await openShop();
    expect(queryAdmin('{ view(name: "Nobody") { name } }')).toEqual({ data: { view: null } });
  });
});

describe("quarantine", () => {
  const page = `query ($first: Int, $after: String) { view(name: "Order") { quarantine(first: $first, after: $after) {
    totalCount nodes { topic partition offset key timestamp error firstBytes }
    edges { cursor node { offset } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`;

  interface Page {
    readonly totalCount: number;
    readonly nodes: ReadonlyArray<Readonly<Record<string, unknown>>>;
    readonly edges: ReadonlyArray<{ readonly cursor: string; readonly node: { readonly offset: number } }>;
    readonly pageInfo: Readonly<Record<string, unknown>>;
  }

  function readPage(variables: Variables): Page {
    const { data, errors } = queryAdmin(page, variables);
    if (errors !== undefined) throw errors[0];
    return (data as { view: { quarantine: Page } }).view.quarantine; // the shape of the query above
  }

  async function openBadShop(badRecords: number): Promise<void> {
    world = await openShop({ orders: [order("good")] });
    const records = Array.from({ length: badRecords }, (_, at) => ({ key: `k${at}`, value: `bad ${at}` }));
    await world.append(ordersTopic, records);
  }

  test("shows where a record stands, its key, what was wrong and how it begins", async () => {
    await openBadShop(1);
    expect(readPage({}).nodes).toEqual([
      {
        topic: "shop.orders",
        partition: 0,
        offset: 1,
        key: "k0",
        timestamp: "2023-11-14T22:13:20.000Z",
        error: expect.stringMatching(/^Expected/),
        firstBytes: "bad 0",
      },
    ]);
  });

  test("is paged by 20 unless asked otherwise, and every record comes once", async () => {
    await openBadShop(45);
    const offsets: number[] = [];
    const sizes: number[] = [];
    let after: unknown = null;
    for (let hasNextPage: unknown = true; hasNextPage === true; ) {
      const { edges, pageInfo } = readPage(after === null ? {} : { after });
      expect(pageInfo["hasPreviousPage"]).toBe(after !== null);
      offsets.push(...edges.map(({ node }) => node.offset));
      sizes.push(edges.length);
      ({ endCursor: after, hasNextPage } = pageInfo);
    }
    expect(sizes).toEqual([20, 20, 5]);
    expect(offsets).toEqual(Array.from({ length: 45 }, (_, at) => at + 1));
  });

  test("says whether there is a page before and after an empty one", async () => {
    await openBadShop(2);
    const [first, second] = readPage({}).edges;
    expect(readPage({ first: 0 }).pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    expect(readPage({ first: 0, after: first?.cursor }).pageInfo).toMatchObject({
      hasNextPage: true,
      hasPreviousPage: true,
    });
    expect(readPage({ after: second?.cursor }).pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  });

  test.each([
    ["a negative first", { first: -1 }, "BAD_USER_INPUT"],
    ["a first of 1,001", { first: 1_001 }, "BAD_USER_INPUT"],
    ["an after that is no cursor", { after: "7" }, "CURSOR_INVALID"],
  ])("refuses %s", async (_what, variables, code) => {
    await openBadShop(1);
    expect(findTailwaterError(queryAdmin(page, variables).errors?.[0])?.code).toBe(code);
  });
});
