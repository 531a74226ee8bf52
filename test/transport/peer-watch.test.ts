import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { watchPeer } from "../../src/transport/peer-watch.ts";
import { getQueuedBytes } from "../../src/transport/queued-bytes.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { useWebSocketPairs } from "../support/websocket-pairs.ts";

/** A clock that can jump over its timers, as time does while a process stands still: they are late, and fire once. */
class StallingClock extends ManualClock {
  #stalledMs = 0;

  override monotonicMs(): number {
    return super.monotonicMs() + this.#stalledMs;
  }

  stall(ms: number): void {
    this.#stalledMs += ms;
  }
}

const deadPeerMs = 60_000;
const openPair = useWebSocketPairs();

/** Both ends of a watched connection. */
async function connect(options: { readonly autoPong: boolean }) {
  const clock = new StallingClock();
  const { client, webSocket: watched, socket } = await openPair(options);
  watchPeer(watched, socket, { clock, deadPeerMs });
  return { clock, client, watched, socket };
}

describe("a watched WebSocket", () => {
  test("stays as long as its peer answers pings", async () => {
    const { clock, watched } = await connect({ autoPong: true });
    for (let at = 0; at < 6; at += 1) {
      const answered = once(watched, "pong");
      clock.advance(deadPeerMs / 2);
      await answered;
    }
    expect(watched.readyState).toBe(watched.OPEN);
  });

  test("is cut when its peer has not answered for as long as it may", async () => {
    const { clock, client, watched } = await connect({ autoPong: false });
    const closed = once(client, "close");
    clock.advance(deadPeerMs - 1);
    expect(watched.readyState).toBe(watched.OPEN);
    clock.advance(1);
    expect((await closed)[0]).toBe(1006);
    expect(clock.pendingTimers).toBe(0);
  });

  test("stays after this process stood still for longer: its peer could not be heard", async () => {
    const { clock, watched } = await connect({ autoPong: true });
    clock.stall(10 * deadPeerMs);
    const answered = once(watched, "pong");
    clock.advance(deadPeerMs / 2);
    expect(watched.readyState).toBe(watched.OPEN);
    await answered;
    clock.advance(deadPeerMs / 2);
    expect(watched.readyState).toBe(watched.OPEN);
  });

  test("stays while its peer takes what is sent to it, though it answers no ping, and is cut once it does not", async () => {
    const { clock, client, watched, socket } = await connect({ autoPong: false });
    client.pause();
    watched.send(Buffer.alloc(64 * 1024 * 1024)); // one message, much more than the kernel holds
    const closed = once(watched, "close");
    for (let at = 0; at < 4; at += 1) {
      clock.advance(deadPeerMs / 2);
      const before = getQueuedBytes(socket);
      client.resume();
      while (getQueuedBytes(socket) >= before) await new Promise((resolve) => setImmediate(resolve));
      client.pause();
      expect(watched.readyState).toBe(watched.OPEN);
    }
    while (watched.readyState === watched.OPEN) {
      clock.advance(deadPeerMs / 2);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await closed)[0]).toBe(1006);
    client.terminate();
  });
});
