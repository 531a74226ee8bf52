import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { operations } from "./shop.ts";

/** Subscribers over WebSocket; each change is made when all have got the last one. */
export interface SocketLoadRequest {
  readonly type: "sockets";
  readonly port: number;
  readonly subscribers: number;
  readonly warmUpChanges: number;
  readonly changes: number;
}

export interface SocketLoadFigures {
  readonly messagesPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** `makeChange` has one change made, whose note is the text. Rejects if a message is not the change that was made last. */
export async function runSocketLoad(
  { port, subscribers, warmUpChanges, changes }: SocketLoadRequest,
  makeChange: (note: string) => void,
  onMeasured: (moment: "begin" | "end") => Promise<void>,
): Promise<SocketLoadFigures> {
  let arrived = 0;
  let note = "";
  let sentAtMs = 0;
  const tookMs: number[] = [];
  let wake: (() => void) | undefined;
  let fail: ((error: Error) => void) | undefined;
  const onMessage = (text: string): void => {
    if (!text.includes(note)) fail?.(new Error(`Expected the change ${note}, found ${text.slice(0, 300)}`));
    tookMs.push(performance.now() - sentAtMs);
    arrived += 1;
    if (arrived === subscribers) wake?.();
  };
  const sockets: Socket[] = [];
  for (let at = 0; at < subscribers; at += 1) sockets.push(await subscribe(port, `subscriber-${at}`, onMessage));
  const changeAll = async (count: number): Promise<void> => {
    for (let at = 0; at < count; at += 1) {
      arrived = 0;
      note = `change ${randomBytes(4).toString("hex")}`;
      const all = new Promise<void>((resolve, reject) => {
        wake = resolve;
        fail = reject;
      });
      sentAtMs = performance.now();
      makeChange(note);
      await all;
    }
  };
  await changeAll(warmUpChanges);
  tookMs.length = 0;
  await onMeasured("begin");
  const startedAtMs = performance.now();
  await changeAll(changes);
  const durationMs = performance.now() - startedAtMs;
  await onMeasured("end");
  for (const socket of sockets) socket.destroy();
  const sorted = Float64Array.from(tookMs).sort();
  return {
    messagesPerSecond: (subscribers * changes) / (durationMs / 1_000),
    p50Ms: sorted[Math.floor(sorted.length * 0.5)] ?? Number.NaN,
    p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN,
  };
}

/**
 * One subscriber on a bare socket: a WebSocket client of a library would cost more for each message than the server
 * does. Messages after the acknowledgement are changes; the answer to a ping tells that the subscription has begun.
 */
async function subscribe(port: number, id: string, onMessage: (text: string) => void): Promise<Socket> {
  let rest: Buffer = Buffer.alloc(0);
  let isUpgraded = false;
  let onText = onMessage;
  const onBytes = (bytes: Buffer): void => {
    let unread = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    if (!isUpgraded) {
      const end = unread.indexOf("\r\n\r\n");
      if (end >= 0) {
        isUpgraded = true;
        unread = unread.subarray(end + 4);
        writeFrame(socket, '{"type":"connection_init"}');
      }
    }
    if (isUpgraded) unread = readFrames(unread, (text) => onText(text));
    rest = unread.length === 0 ? noBytes : Buffer.from(unread); // the buffer is read into again
  };
  const socket = connect({
    port,
    host: "127.0.0.1",
    noDelay: true,
    onread: {
      buffer: sharedBuffer,
      callback: (length) => {
        onBytes(sharedBuffer.subarray(0, length));
        return true;
      },
    },
  });
  await once(socket, "connect");
  socket.write(
    `GET /graphql HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${randomBytes(16).toString("base64")}\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n`,
  );
  await new Promise<void>((resolve) => {
    onText = (text) => {
      if (text.includes('"connection_ack"')) {
        writeFrame(socket, JSON.stringify({ id, type: "subscribe", payload: { query: operations.changes } }));
        writeFrame(socket, '{"type":"ping"}');
      } else if (text.includes('"pong"')) resolve();
      else onMessage(text);
    };
  });
  return socket;
}

/** All sockets are read into this one buffer, and without a stream's events: the load shall cost less than what it measures. */
const sharedBuffer = Buffer.alloc(65_536);
const noBytes: Buffer = Buffer.alloc(0);

/** Gives each whole text, and what is left. */
function readFrames(bytes: Buffer, onText: (text: string) => void): Buffer {
  let at = 0;
  while (bytes.length - at >= 2) {
    const short = (bytes[at + 1] ?? 0) & 0x7f;
    const headBytes = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (bytes.length - at < headBytes) break;
    const length =
      short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
    if (bytes.length - at < headBytes + length) break;
    if (((bytes[at] ?? 0) & 0x0f) === 1) onText(bytes.toString("latin1", at + headBytes, at + headBytes + length));
    at += headBytes + length;
  }
  return bytes.subarray(at);
}

/** A client's frame, masked with zeros. */
function writeFrame(socket: Socket, text: string): void {
  const bytes = Buffer.from(text);
  const head =
    bytes.length < 126
      ? Buffer.from([0x81, 0x80 | bytes.length, 0, 0, 0, 0])
      : Buffer.from([0x81, 0xfe, bytes.length >> 8, bytes.length & 0xff, 0, 0, 0, 0]);
  socket.write(Buffer.concat([head, bytes]));
}
