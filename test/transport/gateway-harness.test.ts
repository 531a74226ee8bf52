import { describe, expect, test } from "vitest";
import { startTestGateway } from "../support/gateway-harness.ts";

/** What the tests of the listeners stand on: no query that is sent after `put` may miss what was put. */
describe("the test gateway's put", () => {
  const orders = (harness: Awaited<ReturnType<typeof startTestGateway>>) =>
    harness.gateway.views.get("Order")?.reader().all().size;

  test("returns only when the view is served, not when a replaying view has applied the record", async () => {
    await using harness = await startTestGateway({ views: { sliceMs: 0 } });
    await harness.put("a", 1);
    expect(orders(harness)).toBe(1);
  });

  test("is not content with another record that was applied before its own", async () => {
    await using harness = await startTestGateway();
    await harness.untilLive();
    for (let at = 0; at < 3_000; at += 1) harness.log.append("shop.orders", [{ key: `bad${at}`, value: "[]" }]);
    await harness.put("a", 1);
    expect(orders(harness)).toBe(1);
  });
});
