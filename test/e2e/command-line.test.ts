import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { encodePosition } from "../../src/api/position-token.ts";
import { OrderChangesDocument, type RecentOrdersDocument } from "../../src/cli/demo/generated/operations.ts";
import { openApiClient } from "../support/api-client.ts";
import { Command } from "../support/command.ts";
import { connectClient, iterate } from "../support/gateway-harness.ts";
import { DemoJoinsDocument } from "./generated/operations.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "tailwater-test-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const anyPort = ["--host", "127.0.0.1", "--port", "0", "--admin-port", "0"];
const sdl = `"An order." type Order @view(topic: "orders") { "Its id." id: ID! @key "A number." n: Int! }`;

function writeProject(): void {
  writeFileSync(join(directory, "order.graphql"), sdl);
  writeFileSync(join(directory, "orders.ndjson"), '{"key":"a","value":{"n":1}}\n{"key":"b","value":{"n":2}}\n');
}

async function query(url: string, text: string): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: text }),
  });
  return await response.json();
}

async function printedUrls(command: Command): Promise<{ readonly apiUrl: string; readonly adminUrl: string }> {
  const [, apiUrl = "", adminUrl = ""] = await command.untilPrinted(/API +(\S+).*\n *admin +(\S+)/);
  return { apiUrl, adminUrl };
}

async function untilReady(url: string): Promise<void> {
  while ((await fetch(new URL("/readyz", url))).status !== 200) await new Promise((resolve) => setImmediate(resolve));
}

describe("tailwater", () => {
  test("serves an embedded log, follows it, and exits with 0 on SIGTERM", async () => {
    writeProject();
    await using command = new Command(["serve", "--schema", directory, "--log", `ndjson:${directory}`, ...anyPort]);
    const [, url = ""] = await command.untilPrinted(/API +(\S+)/);
    await untilReady(url);
    expect(await query(url, "{ orders { nodes { id n } } }")).toMatchObject({
      data: {
        orders: {
          nodes: [
            { id: "a", n: 1 },
            { id: "b", n: 2 },
          ],
        },
      },
    });
    const client = connectClient(url.replace("http", "ws"));
    const changes = iterate(client, 'subscription { orderChanged(id: "a") { kind order { n } } }');
    const first = changes.next();
    for (;;) {
      const admin = /admin +(\S+)/.exec(command.output)?.[1] ?? "";
      const metrics = await (await fetch(new URL("/metrics", admin))).text();
      if (metrics.includes('view_subscribers{view="Order"} 1')) break;
    }
    appendFileSync(join(directory, "orders.ndjson"), '{"key":"a","value":{"n":3}}\n');
    expect((await first).value).toMatchObject({ data: { orderChanged: { kind: "UPDATED", order: { n: 3 } } } });
    const last = changes.next();
    command.process.kill("SIGTERM");
    expect((await last).done).toBe(true);
    expect(await command.exited).toBe(0);
  });

  test("V8: a view that does not fit into memory.limitBytes fails, says what it would take, and the process goes on", async () => {
    writeProject();
    writeFileSync(
      join(directory, "big.graphql"),
      '"A text." type Text @view(topic: "texts") { "Its id." id: ID! @key "What it says." says: String! }',
    );
    const line = (at: number) => `${JSON.stringify({ key: `t${at}`, value: { says: `${at} `.repeat(500) } })}\n`;
    writeFileSync(join(directory, "texts.ndjson"), Array.from({ length: 5_000 }, (_, at) => line(at)).join(""));
    await using command = new Command([
      ...["serve", "--schema", directory, "--log", `ndjson:${directory}`, ...anyPort],
      ...["--memory-limit-bytes", "5000000"],
    ]);
    const { apiUrl, adminUrl } = await printedUrls(command);
    const readiness = async () => (await fetch(new URL("/readyz", apiUrl))).text();
    while (!/Text: failed\s+Order: live|Order: live\s+Text: failed/.test(await readiness()))
      await new Promise((resolve) => setImmediate(resolve));
    expect(await query(`${adminUrl}`, '{ view(name: "Text") { reason memoryBytes } }')).toEqual({
      data: {
        view: {
          reason: expect.stringMatching(
            /at most 5 MB \(`memory.limitBytes`\).*Text.*raise the limit.*takes about \d+ MB/,
          ),
          memoryBytes: 0,
        },
      },
    });
    expect(await query(apiUrl, '{ order(id: "a") { n } }')).toMatchObject({ data: { order: { n: 1 } } });
    expect(await query(apiUrl, '{ text(id: "t1") { says } }')).toMatchObject({
      errors: [{ extensions: { code: "VIEW_FAILED" } }],
    });
    expect((await fetch(new URL("/livez", apiUrl))).status).toBe(200);
    expect((await fetch(new URL("/readyz", apiUrl))).status).toBe(503);
  });

  test("exits at once on a second signal", async () => {
    writeProject();
    await using command = new Command(["serve", "--schema", directory, "--log", `ndjson:${directory}`, ...anyPort]);
    const [, url = ""] = await command.untilPrinted(/API +(\S+)/);
    const { hostname, port } = new URL(url);
    const busy = connect(Number(port), hostname);
    busy.write("POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n");
    await untilReady(url);
    command.process.kill("SIGTERM");
    while ((await fetch(new URL("/readyz", url)).catch(() => undefined))?.status !== 503)
      await new Promise((resolve) => setImmediate(resolve));
    command.process.kill("SIGTERM");
    expect(await command.exited).toBe(1);
    busy.destroy();
  });

  test("runs the demo: customers, products and orders, joined and changing", async () => {
    await using command = new Command(["demo", ...anyPort]);
    await using client = openApiClient(await printedUrls(command));
    await client.untilReady();
    const { orders, products } = await client.query(DemoJoinsDocument, {});
    expect(orders.nodes).toHaveLength(2);
    for (const { customer, product } of orders.nodes) {
      expect(customer?.name).toMatch(/^\S+ \S+$/);
      expect(customer?.orders.totalCount).toBeGreaterThan(0);
      expect(product?.price).toMatch(/^\d+(\.\d+)?$/);
    }
    expect(products.totalCount).toBe(60);
    const changes = client.subscribe(OrderChangesDocument, {});
    expect((await changes.next()).value?.ordersChanged.changes).not.toHaveLength(0);
    command.process.kill("SIGINT");
    expect(await command.exited).toBe(0);
  });

  test("prints a query and a subscription to try on the demo, which answer as they are printed", async () => {
    await using command = new Command(["demo", ...anyPort]);
    await using client = openApiClient(await printedUrls(command));
    const [, body = ""] = await command.untilPrinted(/ -d '([^']+)'/);
    const [, subscription = ""] = await command.untilPrinted(/^ +(subscription .+)$/m);
    await client.untilReady();
    // The demo prints these two documents on one line: the results have their types.
    const recentOrders: typeof RecentOrdersDocument = JSON.parse(body).query;
    const orderChanges: typeof OrderChangesDocument = subscription;
    expect((await client.query(recentOrders, {})).orders.nodes).toHaveLength(3);
    expect((await client.subscribe(orderChanges, {}).next()).value?.ordersChanged.position).toEqual(expect.any(String));
  });

  test.each([
    [["serv"], "Did you mean serve?"],
    [["serve", "--prot", "1"], "Did you mean --port?"],
    [["serve", "--schema", ".", "--log", "file:x"], "ndjson:DIRECTORY"],
    [["serve", "--log", "ndjson:x", "--schema", "nowhere"], "nowhere"],
    [["position"], "token"],
  ])("exits with 2 for %j, saying what to do", async (args, hint) => {
    writeProject();
    await using command = new Command(args, { cwd: directory });
    expect(await command.exited).toBe(2);
    expect(command.errors).toContain(hint);
  });

  test("reports every mistake in the schema with its place, and exits with 2", async () => {
    writeFileSync(join(directory, "order.graphql"), "type Order @view { id: ID @key\n  n: Strin }");
    await using command = new Command(["serve", "--schema", directory, "--log", `ndjson:${directory}`]);
    expect(await command.exited).toBe(2);
    expect(command.errors).toMatch(/order\.graphql:1:\d+/);
    expect(command.errors).toMatch(/order\.graphql:2:\d+.*String/);
  });

  test("exits with 1 if its port is taken", async () => {
    writeProject();
    await using first = new Command(["serve", "--schema", directory, "--log", `ndjson:${directory}`, ...anyPort]);
    const [, url = ""] = await first.untilPrinted(/API +(\S+)/);
    await using second = new Command([
      "serve",
      "--schema",
      directory,
      "--log",
      `ndjson:${directory}`,
      "--host",
      "127.0.0.1",
      "--port",
      new URL(url).port,
      "--admin-port",
      "0",
    ]);
    expect(await second.exited).toBe(1);
    expect(second.errors).toContain("EADDRINUSE");
  });

  test("prints what position tokens hold, a JSON line each", async () => {
    const token = encodePosition({
      issuedAtMs: 60_000,
      views: [{ view: "Order", lineage: "00112233aabbccdd", positions: new Map([[0, 17]]), epochs: new Map([[0, 3]]) }],
    });
    await using command = new Command(["position", token]);
    expect(await command.exited).toBe(0);
    expect(JSON.parse(command.output)).toMatchObject({
      version: 1,
      views: [{ view: "Order", lineage: "00112233aabbccdd", positions: { "0": 17 }, epochs: { "0": 3 } }],
    });
    await using broken = new Command(["position", `${token.slice(0, -2)}AA`]);
    expect(await broken.exited).toBe(1);
  });

  test("sets no option that this V8 does not know", async () => {
    await using help = new Command(["--help"], { entry: join(import.meta.dirname, "..", "..", "bin", "tailwater.js") });
    expect(await help.exited).toBe(0);
    expect(help.errors).toBe("");
  });

  test("prints the API that a schema gives, and its help", async () => {
    writeProject();
    await using command = new Command(["print-schema", "--schema", directory]);
    expect(await command.exited).toBe(0);
    expect(command.output).toContain("type OrderConnection");
    await using help = new Command(["--help"]);
    expect(await help.exited).toBe(0);
    expect(help.output).toContain("TAILWATER_LIMITS_MAX_BODY_BYTES");
  });
});
