import type { Socket } from "node:net";
import type { WebSocket } from "ws";
import type { Clock } from "../base/clock.ts";

/**
 * Cuts a WebSocket whose peer is dead: for `deadPeerMs` it has neither answered a ping, nor sent anything, nor taken a
 * byte of what was sent to it. Pings twice in that time. Ends by itself when the socket closes.
 */
export function watchPeer(
  webSocket: WebSocket,
  socket: Socket,
  { clock, deadPeerMs }: { readonly clock: Clock; readonly deadPeerMs: number },
): void {
  let lastSignMs = clock.monotonicMs();
  let takenBytes = 0;
  const onSign = (): void => {
    lastSignMs = clock.monotonicMs();
  };
  webSocket.on("pong", onSign);
  webSocket.on("message", onSign);
  const check = (): void => {
    const taken = socket.bytesWritten - socket.writableLength;
    if (taken > takenBytes && socket.writableLength > 0) onSign();
    takenBytes = taken;
    if (clock.monotonicMs() - lastSignMs >= deadPeerMs) {
      webSocket.terminate();
      return;
    }
    if (webSocket.readyState === webSocket.OPEN) webSocket.ping();
    cancel = clock.after(deadPeerMs / 2, check);
  };
  let cancel = clock.after(deadPeerMs / 2, check);
  webSocket.once("close", () => cancel());
}
