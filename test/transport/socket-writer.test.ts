import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { nextMacrotask } from "../../src/base/event-loop.ts";
import { SocketWriter } from "../../src/transport/socket-writer.ts";
import { WriteRounds } from "../../src/transport/write-rounds.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { useWebSocketPairs } from "../support/websocket-pairs.ts";

const openPair = useWebSocketPairs();

/** A writer and its peer. */
async function connect() {
  const { client, webSocket, socket } = await openPair();
  const received: string[] = [];
  client.on("message", (data, isBinary) => received.push(isBinary ? "binary" : String(data)));
  const writer = new SocketWriter(webSocket, socket, new WriteRounds(new ManualClock()));
  const receive = async (count: number): Promise<readonly string[]> => {
    while (received.length < count) await once(client, "message");
    return received;
  };
  return { client, webSocket, writer, receive };
}

const head = Buffer.from("head ");
const isReady = (writer: SocketWriter): boolean => {
  let ready = false;
  writer.whenReady(() => {
    ready = true;
  });
  return ready;
};

describe("a socket writer", () => {
  test.each([0, 1, 125, 126, 4_095, 4_097, 65_535, 65_536, 1_000_000])("sends %i bytes whole", async (bytes) => {
    const { writer, receive } = await connect();
    const text = "aä\u{1F600}".repeat(Math.floor(bytes / 7)); // of 7 bytes
    const whole = `${"x".repeat(bytes - Buffer.byteLength(text))}${text}`;
    const all = Buffer.from(whole);
    writer.splice(all.subarray(0, 40), all.subarray(40));
    expect(await receive(1)).toEqual([whole]);
  });

  test("keeps the order of what it was given both ways", async () => {
    const { writer, receive } = await connect();
    const large = "l".repeat(10_000);
    writer.splice(head, Buffer.from("1"));
    writer.splice(head, Buffer.from(large));
    const sent = writer.send("2");
    writer.splice(head, Buffer.from("3"));
    await sent;
    await writer.send("4");
    expect(await receive(5)).toEqual(["head 1", `head ${large}`, "2", "head 3", "4"]);
  });

  test("sends what is queued before it closes, and nothing after", async () => {
    const { client, writer, receive } = await connect();
    const closed = once(client, "close");
    writer.splice(head, Buffer.from("last"));
    writer.close(4400, "because");
    writer.splice(head, Buffer.from("too late"));
    await writer.send("too late as well");
    expect((await closed)[0]).toBe(4400);
    expect(await receive(1)).toEqual(["head last"]);
  });

  test("is not ready from when the peer takes nothing more until it takes again, and all of it arrives", async () => {
    const { client, writer, receive } = await connect();
    client.pause();
    const tail = Buffer.alloc(200_000, "t");
    let messages = 0;
    for (let turns = 0; turns < 3; turns = isReady(writer) ? 0 : turns + 1) {
      writer.splice(head, tail);
      messages += 1;
      await nextMacrotask();
    }
    const ready = new Promise<void>((resolve) => writer.whenReady(resolve));
    client.resume();
    await ready;
    expect(isReady(writer)).toBe(true);
    expect(new Set(await receive(messages))).toEqual(new Set([`head ${tail.toString()}`]));
  });

  test("calls nobody back once the peer is gone", async () => {
    const { client, webSocket, writer } = await connect();
    client.pause();
    const tail = Buffer.alloc(1_000_000, "t");
    while (isReady(writer)) {
      writer.splice(head, tail);
      await nextMacrotask();
    }
    let calls = 0;
    writer.whenReady(() => {
      calls += 1;
    });
    const closed = once(webSocket, "close");
    client.terminate();
    await closed;
    writer.splice(head, tail);
    await writer.send("nobody hears it");
    await nextMacrotask();
    expect(calls).toBe(0);
  });
});
