import type { Socket } from "node:net";

/**
 * Bytes that were handed to the operating system's writer and that it has not taken yet; 0 for a closed socket. Falls
 * while a single large message is being taken, which `writableLength` and `bytesWritten` show only when all of it is.
 * Node has it on the socket's handle, where its own socket timeout reads it, and gives no public name to it.
 */
export function getQueuedBytes(socket: Socket): number {
  const handle: unknown = Reflect.get(socket, "_handle");
  const bytes: unknown = typeof handle === "object" && handle !== null ? Reflect.get(handle, "writeQueueSize") : 0;
  return typeof bytes === "number" ? bytes : 0;
}
