import { describe, expect, test } from "vitest";
import { describePosition } from "../../src/api/position-description.ts";
import { decodePosition, encodePosition, makeCutTime, PositionInvalidError } from "../../src/api/position-token.ts";
import type { ViewPosition } from "../../src/view/view-position.ts";

const orders: ViewPosition = {
  view: "Order",
  lineage: "00ff17",
  positions: new Map([
    [2, 2 ** 40],
    [0, 17],
  ]),
  epochs: new Map([[0, 3]]),
};
const customers: ViewPosition = { view: "Customer", lineage: "ab", positions: new Map([[0, 0]]), epochs: new Map() };
const issuedAtMs = Date.UTC(2026, 0, 31, 12, 0);

describe("encodePosition", () => {
  test("gives one text for one cut, whatever the order of views and partitions", () => {
    const shuffled = {
      ...orders,
      positions: new Map([...orders.positions].reverse()),
    };
    expect(encodePosition({ issuedAtMs, views: [customers, shuffled] })).toBe(
      encodePosition({ issuedAtMs, views: [orders, customers] }),
    );
  });

  test("gives another text when a position, an epoch, a lineage or the time differs", () => {
    const texts = [
      { issuedAtMs, views: [orders] },
      { issuedAtMs: issuedAtMs + 60_000, views: [orders] },
      { issuedAtMs, views: [{ ...orders, positions: new Map([[0, 18]]) }] },
      { issuedAtMs, views: [{ ...orders, epochs: new Map([[0, 4]]) }] },
      { issuedAtMs, views: [{ ...orders, lineage: "00ff18" }] },
    ].map(encodePosition);
    expect(new Set(texts).size).toBe(texts.length);
  });

  test("does not mistake a longer list for a remembered one that begins with the same view", () => {
    const alone = encodePosition({ issuedAtMs, views: [orders] });
    const both = encodePosition({ issuedAtMs, views: [orders, customers] });
    expect(both).not.toBe(alone);
    expect(encodePosition({ issuedAtMs, views: [orders] })).toBe(alone);
  });

  test("is short: one view of eight partitions takes less than 150 characters", () => {
    const positions = new Map(
      Array.from({ length: 8 }, (_, partition) => [partition, 1_000_000_000 + partition] as const),
    );
    const epochs = new Map([...positions.keys()].map((partition) => [partition, 12] as const));
    const lineage = "0123456789abcdef".repeat(2);
    expect(encodePosition({ issuedAtMs, views: [{ view: "Order", lineage, positions, epochs }] }).length).toBeLessThan(
      150,
    );
  });
});

describe("makeCutTime", () => {
  test("stays the same within a minute", () => {
    expect(makeCutTime(issuedAtMs + 59_999)).toBe(issuedAtMs);
    expect(makeCutTime(issuedAtMs + 60_000)).toBe(issuedAtMs + 60_000);
  });
});

describe("decodePosition", () => {
  const text = encodePosition({ issuedAtMs, views: [orders] });

  test.each([
    ["an empty text", ""],
    ["a text that is not base64url", "order position!"],
    ["a token that is cut off", text.slice(0, -4)],
    ["a token with more behind it", `${text}AAAA`],
    ["two tokens", text + text],
    ["a token in upper case", text.toUpperCase()],
    ["a token with padding", `${text}==`],
    ["a very long text", "A".repeat(2_000_000)],
  ])("refuses %s and says what to do", (_what, mangled) => {
    expect(() => decodePosition(mangled)).toThrow(PositionInvalidError);
    expect(() => decodePosition(mangled)).toThrow(/pass it unchanged/);
  });

  test("names the version of a token from another one", () => {
    const bytes = Buffer.from(text, "base64url");
    bytes[0] = 2;
    expect(() => decodePosition(bytes.toString("base64url"))).toThrow(/version 2, this gateway knows 1/);
  });

  test("has the code POSITION_INVALID for clients", () => {
    const error = new PositionInvalidError({ found: "nothing" });
    expect([error.code, error.audience]).toEqual(["POSITION_INVALID", "client"]);
  });
});

describe("describePosition", () => {
  test("gives version, time, and for each view by name its lineage, positions and epochs", () => {
    expect(describePosition(encodePosition({ issuedAtMs, views: [orders, customers] }))).toEqual({
      version: 1,
      issuedAt: "2026-01-31T12:00:00.000Z",
      views: [
        { view: "Customer", lineage: "ab", positions: { "0": 0 }, epochs: {} },
        { view: "Order", lineage: "00ff17", positions: { "0": 17, "2": 2 ** 40 }, epochs: { "0": 3 } },
      ],
    });
  });
});
