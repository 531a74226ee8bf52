import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { InvariantError } from "../../src/base/errors.ts";
import { compareText } from "../../src/base/text-order.ts";
import { openWorld, type World } from "../api/kit/open-world.ts";
import { customer, customersTopic, order, ordersTopic, shopDefinitions, tombstone } from "../api/kit/shop.ts";

interface PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly startCursor: string | null;
  readonly endCursor: string | null;
}

interface Page {
  readonly totalCount: number;
  readonly edges: ReadonlyArray<{ readonly cursor: string; readonly node: { readonly id: string } }>;
  readonly pageInfo: PageInfo;
}

type Arguments = Readonly<Record<"first" | "after" | "last" | "before", number | string | undefined>>;

const page = "totalCount edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";
const args = "first: $first, after: $after, last: $last, before: $before";
const variables = "($first: Int, $after: String, $last: Int, $before: String)";

/** The two lists of one set of keys: all orders, and the orders of a customer who has half of them. */
const lists = {
  all: `query ${variables} { orders(${args}) { ${page} } }`,
  joined: `query ${variables} { customer(id: "half") { orders(${args}) { ${page} } } }`,
};

const keys = fc.uniqueArray(fc.string({ unit: "binary", minLength: 1, maxLength: 3 }), { maxLength: 30 });

let world: World;
let present: readonly string[] = [];

beforeAll(async () => {
  world = await openWorld({ definitions: shopDefinitions, partitions: 1 });
  await world.append(customersTopic, [customer("half")]);
});
afterAll(() => world.close());

/** Makes `wanted` the only orders there are; every other one is the customer's. Returns the lists' keys in order. */
async function setOrders(wanted: readonly string[]): Promise<Readonly<Record<keyof typeof lists, readonly string[]>>> {
  const gone = present.filter((key) => !wanted.includes(key));
  const isHalf = (key: string) => wanted.indexOf(key) % 2 === 0;
  await world.append(ordersTopic, [
    ...gone.map(tombstone),
    ...wanted.map((key) => order(key, { customerId: isHalf(key) ? "half" : "other" })),
  ]);
  present = wanted;
  const all = wanted.toSorted(compareText);
  return { all, joined: all.filter(isHalf) };
}

function readPage(list: keyof typeof lists, { first, after, last, before }: Partial<Arguments>): Page {
  const { data, errors } = world.query(lists[list], { first, after, last, before });
  if (errors !== undefined || !data) throw errors?.[0] ?? new InvariantError("no data");
  // The shapes of the two queries above.
  const { orders, customer: joined } = data as { orders?: Page; customer?: { orders: Page } };
  const found = orders ?? joined?.orders;
  if (found === undefined) throw new InvariantError("no page");
  return found;
}

describe.each(["all", "joined"] as const)("the list of %s", (list) => {
  test("G2: read forwards yields each entity once, in key order", async () => {
    await fc.assert(
      fc.asyncProperty(keys, fc.integer({ min: 1, max: 7 }), async (wanted, first) => {
        const expected = (await setOrders(wanted))[list];
        const seen: string[] = [];
        let after: string | null = null;
        for (let hasNextPage = true; hasNextPage; ) {
          const read: Page = readPage(list, after === null ? { first } : { first, after });
          expect(read.totalCount).toBe(expected.length);
          expect(read.pageInfo.hasPreviousPage).toBe(seen.length > 0);
          seen.push(...read.edges.map(({ node }) => node.id));
          ({ hasNextPage, endCursor: after } = read.pageInfo);
        }
        expect(seen).toEqual(expected);
      }),
    );
  });

  test("G2: read backwards yields each entity once, in key order", async () => {
    await fc.assert(
      fc.asyncProperty(keys, fc.integer({ min: 1, max: 7 }), async (wanted, last) => {
        const expected = (await setOrders(wanted))[list];
        const seen: string[] = [];
        let before: string | null = null;
        for (let hasPreviousPage = true; hasPreviousPage; ) {
          const read: Page = readPage(list, before === null ? { last } : { last, before });
          expect(read.pageInfo.hasNextPage).toBe(seen.length > 0);
          seen.unshift(...read.edges.map(({ node }) => node.id));
          ({ hasPreviousPage, startCursor: before } = read.pageInfo);
        }
        expect(seen).toEqual(expected);
      }),
    );
  });

  test("gives the slice that a plain array gives, and says rightly what lies around it", async () => {
    const bound = fc.option(fc.nat({ max: 40 }), { nil: undefined });
    const size = fc.option(fc.tuple(fc.constantFrom("first", "last"), fc.nat({ max: 5 })), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(keys, bound, bound, size, async (wanted, afterAt, beforeAt, sized) => {
        const all = (await setOrders(wanted))[list];
        const cursors = readPage(list, { first: 1_000 }).edges.map(({ cursor }) => cursor);
        const after = afterAt !== undefined && afterAt < all.length ? afterAt : undefined;
        const before = beforeAt !== undefined && beforeAt < all.length ? beforeAt : undefined;
        const [name, count] = sized ?? ["first", 50];
        const between = all.slice((after ?? -1) + 1, before ?? all.length);
        const expected =
          name === "first" ? between.slice(0, count) : between.slice(Math.max(0, between.length - count));
        const read = readPage(list, {
          ...(sized === undefined ? {} : { [name]: count }),
          ...(after === undefined ? {} : { after: cursors[after] }),
          ...(before === undefined ? {} : { before: cursors[before] }),
        });
        expect(read.edges.map(({ node }) => node.id)).toEqual(expected);
        // An empty page stands right after `after`, or, read from the end, right before `before`.
        const emptyAt = name === "first" ? (after ?? -1) + 1 : (before ?? all.length);
        const start = expected[0] === undefined ? emptyAt : all.indexOf(expected[0]);
        expect(read.pageInfo).toEqual({
          hasPreviousPage: start > 0,
          hasNextPage: start + expected.length < all.length,
          startCursor: expected.length > 0 ? cursors[start] : null,
          endCursor: expected.length > 0 ? cursors[start + expected.length - 1] : null,
        });
      }),
    );
  });
});
