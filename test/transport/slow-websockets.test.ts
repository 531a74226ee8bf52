import { describe, expect, test } from "vitest";
import type { GatewayHarness } from "../support/gateway-harness.ts";
import { defineView } from "../support/view-definitions.ts";
import { Peer } from "../support/websocket-peer.ts";
import { startingGateways, ways } from "./answered-both-ways.ts";

const textView = defineView({
  name: "Order",
  topic: "shop.orders",
  fields: { text: { type: "String" } },
});
const answerBytes = 500_000;

async function readMetric(harness: GatewayHarness, name: string): Promise<number> {
  const text = await (await fetch(`${harness.gateway.adminUrl}/metrics`)).text();
  return Number(new RegExp(`^tailwater_${name} (\\d+)$`, "m").exec(text)?.[1] ?? Number.NaN);
}

/** Once it has not changed while it was asked for many times. */
async function settle(read: () => Promise<number>): Promise<number> {
  let last = Number.NaN;
  for (let same = 0; same < 25; ) {
    const now = await read();
    same = now === last ? same + 1 : 0;
    last = now;
  }
  return last;
}

describe.each(ways)("a WebSocket that takes nothing (compiled: $compiledOperations)", (way) => {
  test("T3: has no more queries answered than it takes, and gets all of them once it does", async () => {
    await using harness = await startingGateways(way)({ definitions: [textView] });
    harness.log.append("shop.orders", [{ key: "a", value: JSON.stringify({ text: "x".repeat(answerBytes) }) }]);
    await harness.untilLive();
    const peer = await new Peer(harness.socketUrl).init();
    peer.socket.pause();
    const queries = 90;
    for (let at = 0; at < queries; at += 1) peer.subscribe('{ order(id: "a") { text } }', `q${at}`);
    const executions = async () => {
      const made = await readMetric(harness, "interpreted_executions");
      return made + (await readMetric(harness, "compiled_executions"));
    };
    if (way.compiledOperations === true) expect(await settle(executions)).toBeLessThan(queries / 2);
    const operations = await settle(() => readMetric(harness, "websocket_operations"));
    expect(operations).toBeGreaterThan(queries / 2);
    peer.socket.resume();
    for (let at = 0; at < 2 * queries; at += 1) {
      expect(await peer.receive()).toMatchObject({ type: at % 2 === 0 ? "next" : "complete" });
    }
    peer.socket.terminate();
  });

  test("T3: is not listened to while it has to take much, and then again", async () => {
    await using harness = await startingGateways(way)();
    await harness.untilLive();
    const peer = await new Peer(harness.socketUrl).init();
    peer.socket.pause();
    const wrong = `{ ${"x".repeat(100_000)} }`;
    const sent = 300;
    for (let at = 0; at < sent; at += 1) peer.subscribe(wrong, `e${at}`);
    // An operation runs until its error has been taken.
    expect(await settle(() => readMetric(harness, "websocket_operations"))).toBeLessThan(sent / 2);
    peer.socket.resume();
    for (let at = 0; at < sent; at += 1) expect(await peer.receive()).toMatchObject({ id: `e${at}`, type: "error" });
    peer.socket.terminate();
  });
});
