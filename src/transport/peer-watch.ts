import type { Socket } from "node:net";
import type { WebSocket } from "ws";
import type { Clock } from "../base/clock.ts";
import { getQueuedBytes } from "./queued-bytes.ts";

/**
 * Cuts a WebSocket whose peer is dead: for `deadPeerMs` it has neither answered a ping, nor sent anything, nor taken a
 * byte of what was sent to it. Pings twice in that time. A peer is judged only after two checks without a sign, so that
 * answers which wait to be read because this process stood still do not count against it. Ends by itself when the
 * socket closes.
 */
export function watchPeer(
  webSocket: WebSocket,
  socket: Socket,
  { clock, deadPeerMs }: { readonly clock: Clock; readonly deadPeerMs: number },
): void {
  let lastSignMs = clock.monotonicMs();
  let checksWithoutSign = 0;
  let takenBytes = 0;
  let queuedBytes = 0;
  const onSign = (): void => {
    lastSignMs = clock.monotonicMs();
    checksWithoutSign = 0;
  };
  webSocket.on("pong", onSign);
  webSocket.on("message", onSign);
  const check = (): void => {
    const taken = socket.bytesWritten - socket.writableLength;
    const queued = getQueuedBytes(socket);
    if (socket.writableLength > 0 && (taken > takenBytes || queued < queuedBytes)) onSign();
    takenBytes = taken;
    queuedBytes = queued;
    checksWithoutSign += 1;
    if (checksWithoutSign >= 2 && clock.monotonicMs() - lastSignMs >= deadPeerMs) {
      webSocket.terminate();
      return;
    }
    if (webSocket.readyState === webSocket.OPEN) webSocket.ping();
    cancel = clock.after(deadPeerMs / 2, check);
  };
  let cancel = clock.after(deadPeerMs / 2, check);
  webSocket.once("close", () => cancel());
}
