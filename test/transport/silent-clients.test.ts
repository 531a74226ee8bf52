import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { describe, expect, test } from "vitest";
import type { TransportOptions } from "../../src/transport/transport-options.ts";
import { type GatewayHarness, startTestGateway } from "../support/gateway-harness.ts";
import { defineView } from "../support/view-definitions.ts";

const timeouts: Partial<TransportOptions> = { headersTimeoutMs: 400, requestTimeoutMs: 800 };
const portOf = (url: string) => Number(new URL(url).port);

interface Ending {
  readonly received: string;
  readonly isReset: boolean;
}

/**
 * Opens a raw connection that says `text`, then `drip` every 20 ms; gives all it got once it is closed. Who goes on
 * saying things to a closed connection may meet a reset, which can take the answer with it: so TCP has it.
 */
async function keepOpen(port: number, text: string, drip?: string): Promise<Ending> {
  const socket = connect(port, "127.0.0.1");
  let received = "";
  socket.on("data", (chunk) => {
    received += String(chunk);
  });
  let isReset = false;
  socket.on("error", (error) => {
    isReset = "code" in error && (error.code === "ECONNRESET" || error.code === "EPIPE");
  });
  await once(socket, "connect");
  const closed = new Promise((resolve) => socket.once("close", resolve)); // `once` of node:events would reject for a reset
  socket.write(text);
  const dripping = drip === undefined ? undefined : setInterval(() => socket.write(drip), 20);
  await closed;
  clearInterval(dripping);
  return { received, isReset };
}

async function expectServing(harness: GatewayHarness): Promise<void> {
  await harness.put("a", 1);
  expect(await harness.post("{ orders { totalCount } }")).toMatchObject({
    status: 200,
    body: { data: { orders: { totalCount: 1 } } },
  });
}

const post = "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
const upgrade = "GET /graphql HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n";

describe.concurrent.each(["public", "admin"] as const)(
  "the %s listener ends a connection with 408 and serves on",
  (listener) => {
    test.each([
      ["connects and says nothing", "", undefined],
      ["never finishes its header", post, undefined],
      ["never finishes its header, byte by byte", `${post}x: `, "x"],
      ["never finishes its header, line by line", post, "x: y\r\n"],
      ["never finishes to ask for a WebSocket", upgrade, undefined],
      ["never sends the body that it announced", `${post}content-length: 1000\r\n\r\n`, undefined],
      ["never finishes its body, byte by byte", `${post}content-length: 1000000\r\n\r\n{`, " "],
      ["never finishes its body, chunk by chunk", `${post}transfer-encoding: chunked\r\n\r\n1\r\n{\r\n`, "1\r\n \r\n"],
      ["says half of its second request", `GET /livez HTTP/1.1\r\nhost: x\r\n\r\n${post}`, undefined],
    ])("that %s", async (_what, text, drip) => {
      await using harness = await startTestGateway({ transport: timeouts });
      const { publicUrl, adminUrl } = harness.gateway;
      const ending = await keepOpen(portOf(listener === "public" ? publicUrl : adminUrl), text, drip);
      const mayBeLost = drip !== undefined && ending.isReset && ending.received === "";
      if (!mayBeLost) expect(ending.received).toMatch(/HTTP\/1\.1 408 Request Timeout\r\nConnection: close\r\n\r\n$/);
      await expectServing(harness);
    });
  },
);

describe("the public listener", () => {
  test("ends bodies that do not end before all of them take too much, and serves on", async () => {
    await using harness = await startTestGateway({ limits: { maxBodyBytes: 4_000_000 } });
    await harness.untilLive();
    const text = `${post}content-length: 4000000\r\n\r\n${" ".repeat(3_900_000)}`;
    const endings = Array.from({ length: 20 }, () => keepOpen(portOf(harness.gateway.publicUrl), text));
    const first = await Promise.race(endings);
    if (!first.isReset) expect(first.received).toMatch(/^HTTP\/1\.1 408/);
    await expectServing(harness);
  });

  test("serves on while as many connections as it takes say nothing, once they have been ended", async () => {
    await using harness = await startTestGateway({ transport: timeouts, limits: { maxConnections: 50 } });
    await harness.untilLive();
    const ended = Array.from({ length: 50 }, () => keepOpen(portOf(harness.gateway.publicUrl), ""));
    for (const { received } of await Promise.all(ended)) expect(received).toMatch(/^HTTP\/1\.1 408/);
    await expectServing(harness);
  });

  test("cuts a client that does not take its answer, and keeps nothing of it", async () => {
    const text = defineView({
      name: "Order",
      topic: "shop.orders",
      fields: { n: { type: "Int" }, text: { type: "String" } },
    });
    await using harness = await startTestGateway({ definitions: [text], transport: { ...timeouts, deadPeerMs: 300 } });
    harness.log.append("shop.orders", [{ key: "long", value: JSON.stringify({ text: "x".repeat(8_000_000) }) }]);
    await harness.put("a", 1);
    const socket: Socket = connect(portOf(harness.gateway.publicUrl), "127.0.0.1");
    await once(socket, "connect");
    const body = JSON.stringify({ query: '{ a: order(id: "long") { text } b: order(id: "long") { text } }' });
    socket.write(`${post}content-length: ${body.length}\r\n\r\n${body}`);
    const connections = async () =>
      /tailwater_connections (\d+)/.exec(await (await fetch(`${harness.gateway.adminUrl}/metrics`)).text())?.[1];
    await once(socket, "readable"); // the answer has begun; it is not read
    while ((await connections()) !== "0") await new Promise((resolve) => setImmediate(resolve));
    socket.destroy();
    expect((await harness.post("{ orders { totalCount } }")).status).toBe(200);
  });
});
