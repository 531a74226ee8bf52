import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { GatewayHarness } from "../support/gateway-harness.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { startingGateways, ways } from "./answered-both-ways.ts";

describe.each(ways)("requests on one connection that wait for no answer (compiled: $compiledOperations)", (way) => {
  let harness: GatewayHarness;
  beforeAll(async () => {
    harness = await startingGateways(way)();
    await harness.put("a", 1);
  });
  afterAll(() => harness[Symbol.asyncDispose]());

  async function open(to: GatewayHarness): Promise<Socket> {
    const socket = connect(Number(new URL(to.gateway.publicUrl).port), "127.0.0.1");
    await once(socket, "connect");
    return socket;
  }

  function post(alias: string): string {
    const body = JSON.stringify({ query: `{ ${alias}: __typename }` });
    return `POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  }

  /** Until the connection is closed. */
  async function readAliases(socket: Socket): Promise<string[]> {
    let text = "";
    for await (const chunk of socket.setEncoding("utf8")) text += chunk;
    return [...text.matchAll(/\{"data":\{"(\w+)":/g)].map(([, alias = ""]) => alias);
  }

  test("are answered in their order", async () => {
    const socket = await open(harness);
    const aliases = Array.from({ length: 60 }, (_, at) => `a${at}`);
    const last = post("last").replace("host: a", "host: a\r\nconnection: close");
    socket.write(`${aliases.map(post).join("")}${last}`);
    expect(await readAliases(socket)).toEqual([...aliases, "last"]);
  });

  test("T3: and are too many, are cut off, and others are served", async () => {
    const socket = await open(harness);
    socket.write(Array.from({ length: 400 }, (_, at) => post(`a${at}`)).join(""));
    socket.on("error", () => undefined); // it may be told so
    const closed = once(socket, "close");
    socket.resume();
    await closed;
    expect((await harness.post("{ __typename }")).status).toBe(200);
  });

  test("are forgotten when the connection is closed before their turn", async () => {
    const other = await startingGateways(way)({ clock: new ManualClock() });
    const socket = await open(other);
    socket.write(Array.from({ length: 50 }, (_, at) => post(`a${at}`)).join(""), () => socket.destroy());
    await once(socket, "close");
    await other[Symbol.asyncDispose](); // waits for all that is being answered, and its clock stands still
  });
});
