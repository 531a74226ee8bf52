import { describe, expect, test } from "vitest";
import { KeyProbe } from "../../../src/view/columns/key-probe.ts";

/** What a probe holds: the key's length and text, as a block begins with them. */
function blockOf(probe: KeyProbe): Buffer {
  return Buffer.from(probe.blocks.bytes.subarray(4, probe.keyEnd));
}

const keys = [
  "",
  "a",
  "order-000000",
  "a".repeat(64),
  "a".repeat(65),
  "a".repeat(127),
  "a".repeat(5_000),
  "ö",
  "a\u{1f600}",
];

describe("a key probe", () => {
  test.each(keys)("holds %j behind its length, from a string and from bytes alike", (key) => {
    const fromString = new KeyProbe();
    expect(fromString.aim(key)).toBe(true);
    const text = blockOf(fromString).subarray(fromString.keyStart - 4);
    expect(text.toString()).toBe(key);
    const fromBytes = new KeyProbe();
    const bytes = Buffer.from(`x${key}y`);
    fromBytes.aimAt(bytes, 1, bytes.length - 1);
    expect(blockOf(fromBytes)).toEqual(blockOf(fromString));
  });

  test("holds each key that it is aimed at after another", () => {
    const probe = new KeyProbe();
    const texts = [...keys, ...keys.toReversed()].map((key) => {
      probe.aim(key);
      return blockOf(probe)
        .subarray(probe.keyStart - 4)
        .toString();
    });
    expect(texts).toEqual([...keys, ...keys.toReversed()]);
  });

  test("takes no key with a lone surrogate", () => {
    expect(new KeyProbe().aim("a\ud800")).toBe(false);
  });
});
