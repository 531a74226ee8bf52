import { describe, expect, test } from "vitest";
import { ChunkAllocator } from "../../../src/view/memory/chunk-allocator.ts";
import { scalarType } from "../../support/view-definitions.ts";
import { createOrders, fillOrders } from "./kit/build-from-rows.ts";
import { listSlots } from "./kit/list-slots.ts";
import { OrderRows } from "./kit/order-rows.ts";
import { createEagerPacer, restless } from "./kit/pacers.ts";

/** So many rows read without a look at the clock take about two milliseconds. */
const mostReadsAtOnce = 16_384;

/** Rows `0` to `count` - 1, with keys in no order of theirs. */
function rowsOf(count: number, makeValue: (at: number) => string | number): OrderRows {
  const rows = new OrderRows(scalarType(typeof makeValue(0) === "string" ? "String" : "Float"));
  for (let at = 0; at < count; at += 1) rows.set(at, `k-${(at * 7_919) % 1_000_003}`, makeValue(at));
  return rows;
}

interface Sorted {
  readonly keyed: number[];
  readonly sorted: number[];
  /** Between two looks at the clock. */
  readonly mostReads: number;
  readonly scratchBytes: number;
}

async function sort(rows: OrderRows): Promise<Sorted> {
  const allocator = new ChunkAllocator();
  const orders = createOrders(rows, allocator);
  let [mostReads, scratchBytes] = [0, 0];
  rows.reads = 0;
  const pacer = createEagerPacer(() => {
    mostReads = Math.max(mostReads, rows.reads);
    scratchBytes = Math.max(scratchBytes, allocator.bytesOf("sorting"));
    rows.reads = 0;
  });
  await fillOrders(orders, rows, { allocator, pacer });
  return { keyed: listSlots(orders.byKey), sorted: listSlots(orders.byValue), mostReads, scratchBytes };
}

const uuidLike = (number: number): string => `00000000-0000-4000-8000-${String(number * 999_983).padStart(12, "0")}`;

/** Texts like `order-00017`, but for a few rows that a sample of all rows hardly has. */
const makeRare =
  (rare: Readonly<Record<number, string>>) =>
  (at: number): string =>
    rare[at] ?? `order-${String((at * 7) % 1_013).padStart(5, "0")}`;

describe("sorting rows", () => {
  test.each([
    ["decimals of a few places", [19.99, 0.1, -0.01, 5, 1_234.5678, 19.9, 0, -7]],
    ["decimals beside numbers that are nearly such", [0.3, 0.1 + 0.2, 0.29, 3, 0.1 + 0.7, 0.8]],
    [
      "decimals beside numbers that are too great to be multiplied",
      [0.01, 2 ** 53, 2 ** 53 - 1, 2 ** 46 + 0.01, 1e300, -1e300],
    ],
    ["whole numbers of a great span", [2 ** 53 - 1, 0, 1, -(2 ** 53) + 1, 2 ** 52]],
  ])("of %s gives their order", async (_name, numbers) => {
    const { sorted } = await sort(rowsOf(numbers.length, (at) => numbers[at] ?? 0));
    expect(sorted.map((slot) => numbers[slot])).toEqual(numbers.toSorted((left, right) => left - right));
  });

  test.each([
    [
      "texts of which most begin alike",
      80_000,
      (at: number) => `${at === 49_999 ? "a" : "x"}${"x".repeat(90)}${at % 3 === 0 ? "a" : "y"}`,
    ],
    [
      "long texts of which hundreds are equal",
      50_000,
      (at: number) => `${uuidLike((at * 31) % 311)}${uuidLike(at % 311)}`,
    ],
    [
      "long texts of which a few are nearly equal",
      40_000,
      (at: number) => {
        const [group, member] = [at % 2_003, Math.floor(at / 2_003)];
        const tail = group % 50 === 7 ? "ab".charAt(member % 2) : group % 50 === 8 ? "a".repeat(2 - (member % 3)) : "";
        return `${uuidLike(group)}${uuidLike(group)}${tail}`;
      },
    ],
    [
      "long texts that are nearly equal",
      40_000,
      (at: number) => `${uuidLike(at % 2_003)}${"0".repeat(at % 7)}`.repeat(2),
    ],
    [
      "texts that differ behind what codes hold",
      40_000,
      (at: number) =>
        [..."abcdefghijklmnopqrstuvwxyz"]
          .map((letter, place) => (((at * 97) >> (place % 16)) & 1 ? letter : "-"))
          .join("") + String(at % 5).repeat(30),
    ],
    [
      "texts of eight families, each of thousands",
      40_000,
      (at: number) => `${uuidLike(3 ** (at % 8))}${uuidLike(7 ** (at % 8))}/${(at * 7_919) % 1_000_003}`,
    ],
    ["texts of which one has a symbol of its own", 40_000, makeRare({ 31111: "order-00x17" })],
    ["texts of which one is longer", 40_000, makeRare({ 31111: "order-0001111" })],
    ["texts of which one is shorter", 40_000, makeRare({ 31111: "order-0011" })],
    ["texts of which one begins in another way", 40_000, makeRare({ 31111: "ordex-00111" })],
    ["texts that are equal but for one", 40_000, (at: number) => (at === 31_111 ? "b" : "a")],
    [
      "texts that differ from what was seen again and again",
      40_000,
      makeRare({
        9001: "order-x",
        19001: "order-0000000",
        22222: "",
        25003: "orde~",
        39998: `order-${"0".repeat(60)}`,
      }),
    ],
    [
      "long texts that differ from what was seen again and again",
      60_000,
      (at: number) =>
        `${uuidLike(at % 50)}${makeRare({ 9001: "é", 22222: "", 55555: "0".repeat(300) })(at)}${uuidLike((at * 7) % 5_003)}`,
    ],
    ["numbers that are few", 40_000, (at: number) => (at * 31) % 7],
    [
      "numbers that are close together and far apart",
      50_000,
      (at: number) => (at % 3 === 0 ? 1e300 / (at + 1) : 1 + at * 2 ** -40),
    ],
    ["numbers of a long span", 50_000, (at: number) => ((at * 999_983) % 1_000_003) * 8_000_000_000],
  ])("of %s gives the stable order, in slices and within 20 bytes a row", async (_name, count, makeValue) => {
    const rows = rowsOf(count, makeValue);
    const { sorted, mostReads, scratchBytes } = await sort(rows);
    expect(sorted).toEqual(rows.slots.sort(rows.compareRows));
    expect(mostReads).toBeLessThan(mostReadsAtOnce);
    expect(scratchBytes).toBeLessThan(20 * count + 4_096);
  });

  // Codes hold the first 19 places, then 5 more; what follows must be compared.
  const longText = (at: number): string =>
    `${"abc".charAt(at % 3).repeat(20)}${"xy".charAt((at >> 2) & 1).repeat(4)}${"-".repeat(100_000)}${(at * 7) % 64}`;

  test.each([
    ["long keys", (at: number) => longText(at), () => 0],
    ["long texts", (at: number) => `k-${(at * 7) % 64}`, longText],
  ])("reads few %s at once", async (_name, makeKey, makeValue) => {
    const rows = new OrderRows(scalarType(typeof makeValue(0) === "string" ? "String" : "Float"));
    for (let at = 0; at < 64; at += 1) rows.set(at, makeKey(at), makeValue(at));
    const { keyed, sorted, mostReads } = await sort(rows);
    expect(keyed).toEqual(rows.slots.sort(rows.compareKeys));
    expect(sorted).toEqual(rows.slots.sort(rows.compareRows));
    // Rows are asked for their values at once; of the texts themselves two or three are read at a time.
    expect(mostReads).toBeLessThan(70);
  });

  test("reads live rows only: what the cells of others hold means nothing", async () => {
    const rows = new OrderRows(scalarType("String"));
    for (let at = 0; at < 5_000; at += 1)
      rows.set(3 * at + 1, `k-${(at * 7_919) % 10_007}`, `${uuidLike(at % 50)}-tail`);
    const allocator = new ChunkAllocator();
    const orders = createOrders(rows, allocator);
    await fillOrders(orders, rows, { allocator, pacer: restless });
    expect(listSlots(orders.byKey)).toEqual(rows.slots.sort(rows.compareKeys));
    expect(listSlots(orders.byValue)).toEqual(rows.slots.sort(rows.compareRows));
  });
});
