import { describe, expect, test } from "vitest";
import { CursorInvalidError, decodeCursor, encodeCursor, makeCursorScope } from "../../src/api/cursor.ts";

const orders = makeCursorScope("Order", "key");
const customers = makeCursorScope("Customer", "key");

describe("decodeCursor", () => {
  test("gives the key back", () => {
    expect(decodeCursor(orders, encodeCursor(orders, "7 ü 😀"), "after")).toBe("7 ü 😀");
  });

  test("gives the empty key back", () => {
    expect(decodeCursor(orders, encodeCursor(orders, ""), "after")).toBe("");
  });

  test("refuses a cursor of another view", () => {
    expect(() => decodeCursor(orders, encodeCursor(customers, "7"), "after")).toThrow(CursorInvalidError);
  });

  test("refuses a cursor of another order", () => {
    const byTotal = makeCursorScope("Order", "total");
    expect(() => decodeCursor(orders, encodeCursor(byTotal, "7"), "after")).toThrow(CursorInvalidError);
  });

  test.each(["", "7", "not a cursor", `${encodeCursor(orders, "7")}=`, encodeCursor(orders, "7").slice(0, -1)])(
    "refuses %j, naming argument and list",
    (cursor) => {
      expect(() => decodeCursor(orders, cursor, "before")).toThrow(
        /Expected `before` to be a cursor of Order, by key .*found another text; pass such a cursor unchanged/,
      );
    },
  );
});
