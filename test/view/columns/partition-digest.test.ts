import { describe, expect, test } from "vitest";
import { PartitionDigest } from "../../../src/view/columns/partition-digest.ts";

/** Small ones, those around the ends of words of 31 and 32 bits, and ones beyond. */
const offsets = Float64Array.from([0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 40 + 7, 2 ** 53 - 1]);

describe("PartitionDigest", () => {
  test("V7: is the same whether offsets are added together or one by one", () => {
    const [together, single] = [new PartitionDigest(3), new PartitionDigest(3)];
    together.addAll(offsets, offsets.length);
    for (const offset of offsets) single.add(offset);
    expect(together.toString()).toBe(single.toString());
  });

  test("V7: is the same whether offsets are subtracted together or one by one", () => {
    const [together, single] = [new PartitionDigest(3), new PartitionDigest(3)];
    together.subtractAll(offsets, offsets.length);
    for (const offset of offsets) single.subtract(offset);
    expect(together.toString()).toBe(single.toString());
  });

  test("V7: comes back when what was added is subtracted", () => {
    const digest = new PartitionDigest(3);
    digest.addAll(offsets, offsets.length);
    for (const offset of offsets) digest.subtract(offset);
    expect(digest.toString()).toBe(new PartitionDigest(3).toString());
  });

  test("takes no more offsets than it is told", () => {
    const [some, all] = [new PartitionDigest(3), new PartitionDigest(3)];
    some.addAll(offsets, 2);
    all.addAll(offsets.subarray(0, 2), 2);
    expect(some.toString()).toBe(all.toString());
  });
});
