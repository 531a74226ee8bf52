import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { startTestGateway } from "../support/gateway-harness.ts";
import { startingGateways, ways } from "./answered-both-ways.ts";

/** Sends raw bytes; gives everything that comes until the other side closes. */
async function exchange(port: number, text: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let received = "";
  socket.on("data", (chunk) => {
    received += String(chunk);
  });
  socket.on("error", () => undefined); // a reset is an end too
  socket.write(text);
  await once(socket, "close");
  return received;
}

const portOf = (url: string) => Number(new URL(url).port);

describe.each(ways)("the public listener with compiledOperations: $compiledOperations", (way) => {
  const startGateway = startingGateways(way);

  test("answers a query with the position of the cut it was read at", async () => {
    await using harness = await startGateway();
    await harness.put("a", 1);
    const query = '{ order(id: "a") { id n } orders { totalCount } }';
    const { status, body } = await harness.post(query);
    expect(status).toBe(200);
    expect(body).toEqual({
      data: { order: { id: "a", n: 1 }, orders: { totalCount: 1 } },
      extensions: { position: expect.any(String) },
    });
    expect((await harness.post(query)).body).toEqual(body);
  });

  test("answers GET, and refuses it where a web page could send it without asking", async () => {
    await using harness = await startGateway();
    await harness.untilLive();
    const url = `${harness.gateway.publicUrl}/graphql?query=${encodeURIComponent("{ orders { totalCount } }")}`;
    const allowed = await fetch(url, { headers: { "apollo-require-preflight": "true" } });
    expect(await allowed.json()).toMatchObject({ data: { orders: { totalCount: 0 } } });
    const refused = await fetch(url);
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain("CSRF");
  });

  test("V5: says VIEW_NOT_READY with 503 and Retry-After before the first complete generation, naming no topic", async () => {
    await using harness = await startGateway({ createsTopic: false });
    const { status, headers, body } = await harness.post("{ orders { totalCount } }");
    expect(status).toBe(503);
    expect(headers.get("retry-after")).toBe("5");
    expect(body).toMatchObject({ errors: [{ extensions: { code: "VIEW_NOT_READY" } }] });
    expect(JSON.stringify(body)).not.toContain("shop.orders");
  });

  test("T1: is ready once every view is complete, alive before, and says a word for each view", async () => {
    await using harness = await startGateway({ createsTopic: false });
    const readyz = () => fetch(`${harness.gateway.publicUrl}/readyz`);
    expect((await readyz()).status).toBe(503);
    expect((await fetch(`${harness.gateway.publicUrl}/livez`)).status).toBe(200);
    harness.log.createTopic("shop.orders", { partitions: 1 });
    await harness.untilLive();
    const ready = await readyz();
    expect([ready.status, await ready.text()]).toEqual([200, "ready\nOrder: live\n"]);
  });

  test("refuses a body beyond the limit with 413, naming the limit", async () => {
    await using harness = await startGateway({ limits: { maxBodyBytes: 100 } });
    const { status, body } = await harness.post(`{ ${"a".repeat(200)} }`);
    expect(status).toBe(413);
    expect(JSON.stringify(body)).toContain("limits.maxBodyBytes");
  });

  test("refuses headers beyond the limit with 431, and a body that is not JSON with 400", async () => {
    await using harness = await startGateway();
    await harness.untilLive();
    const port = portOf(harness.gateway.publicUrl);
    expect(await exchange(port, `GET / HTTP/1.1\r\nhost: x\r\nx: ${"y".repeat(20_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431/,
    );
    const response = await fetch(`${harness.gateway.publicUrl}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{",
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("Expected a body in JSON");
  });

  test("refuses an operation nested too deep, and one with too many fields, before it runs", async () => {
    await using harness = await startGateway({ limits: { maxDepth: 2, maxFields: 5 } });
    await harness.untilLive();
    expect((await harness.post("{ orders { nodes { id } } }")).body).toMatchObject({
      errors: [{ extensions: { code: "QUERY_TOO_DEEP" } }],
    });
    expect(
      (await harness.post("{ a: orders { totalCount } b: orders { totalCount } c: orders { totalCount } }")).body,
    ).toMatchObject({
      errors: [{ extensions: { code: "QUERY_TOO_COSTLY" } }],
    });
  });

  test("G3: masks what is not the client's business", async () => {
    await using harness = await startGateway();
    const { body } = await harness.post("{ nothing }");
    expect(JSON.stringify(body)).not.toMatch(/stack|node_modules|shop\.orders/);
  });

  test("lets allowed origins in, with a preflight, and says nothing to others", async () => {
    await using harness = await startGateway({ transport: { corsOrigins: ["https://shop.example"] } });
    const preflight = (origin: string) =>
      new Promise<Record<string, unknown>>((resolve, reject) => {
        request(
          `${harness.gateway.publicUrl}/graphql`,
          { method: "OPTIONS", headers: { origin, "access-control-request-method": "POST" } },
          (response) => {
            response.resume();
            resolve(response.headers);
          },
        )
          .on("error", reject)
          .end();
      });
    expect(await preflight("https://shop.example")).toMatchObject({
      "access-control-allow-origin": "https://shop.example",
    });
    expect(await preflight("https://evil.example")).not.toHaveProperty("access-control-allow-origin");
  });

  test("tells a connection beyond the limit so, with 503", async () => {
    await using harness = await startGateway({ limits: { maxConnections: 1 } });
    await harness.untilLive();
    const port = portOf(harness.gateway.publicUrl);
    const first = connect(port, "127.0.0.1");
    await once(first, "connect");
    expect(await exchange(port, "GET /livez HTTP/1.1\r\nhost: x\r\n\r\n")).toMatch(
      /^HTTP\/1\.1 503[\s\S]*limits\.maxConnections/,
    );
    first.destroy();
  });

  test("answers other paths with 404 and other methods on health with 405", async () => {
    await using harness = await startGateway();
    expect((await fetch(`${harness.gateway.publicUrl}/`)).status).toBe(404);
    expect((await fetch(`${harness.gateway.publicUrl}/livez`, { method: "POST" })).status).toBe(405);
  });
});

describe("the admin listener", () => {
  test("shows views, partitions and quarantine", async () => {
    await using harness = await startTestGateway();
    await harness.untilLive();
    harness.log.append("shop.orders", [{ key: "a", value: "[]" }]);
    await harness.put("b", 2);
    const response = await fetch(`${harness.gateway.adminUrl}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        query:
          "{ views { name topic phase entities partitions { position lagRecords } quarantine { totalCount nodes { offset key error } } } }",
      }),
    });
    expect(await response.json()).toMatchObject({
      data: {
        views: [
          {
            name: "Order",
            topic: "shop.orders",
            phase: "LIVE",
            entities: 1,
            partitions: [{ position: 2, lagRecords: 0 }],
            quarantine: { totalCount: 1, nodes: [{ offset: 0, key: "a" }] },
          },
        ],
      },
    });
  });

  test("gives metrics and readiness with reasons", async () => {
    await using harness = await startTestGateway({ createsTopic: false });
    const metrics = await (await fetch(`${harness.gateway.adminUrl}/metrics`)).text();
    expect(metrics).toMatch(/tailwater_view_phase\{view="Order",phase="STARTING"\} 1/);
    const readyz = await fetch(`${harness.gateway.adminUrl}/readyz`);
    expect(readyz.status).toBe(503);
  });

  test("gives the limit of memory, and what views take of it by part", async () => {
    await using harness = await startTestGateway({ memoryLimitBytes: 50_000_000 });
    await harness.put("a", 1);
    const metrics = await (await fetch(`${harness.gateway.adminUrl}/metrics`)).text();
    const read = (name: string) => {
      const line = metrics.split("\n").find((text) => text.startsWith(`${name} `));
      return Number(line?.slice(name.length));
    };
    const used = read("tailwater_memory_used_bytes");
    expect(read("tailwater_memory_limit_bytes")).toBe(50_000_000);
    expect(used).toBeGreaterThan(0);
    expect(read('tailwater_view_memory_bytes{view="Order"}')).toBe(used);
    expect(read('tailwater_view_memory_estimate_bytes{view="Order"}')).toBe(used);
    expect(read('tailwater_view_rebuild_memory_bytes{view="Order"}')).toBe(0);
    const parts = metrics.matchAll(/tailwater_view_memory_account_bytes\{view="Order",account="([^"]+)"\} (\d+)/g);
    expect([...parts].reduce((sum, [, , bytes]) => sum + Number(bytes), 0)).toBe(used);
    expect(read('tailwater_view_memory_account_bytes{view="Order",account="index by n"}')).toBeGreaterThan(0);
  });

  test("answers only a Host that names this machine", async () => {
    await using harness = await startTestGateway();
    const port = portOf(harness.gateway.adminUrl);
    expect(await exchange(port, "GET /metrics HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n")).toMatch(
      /^HTTP\/1\.1 421/,
    );
    expect(await exchange(port, `GET /livez HTTP/1.1\r\nhost: localhost:${port}\r\nconnection: close\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 200/,
    );
  });
});
