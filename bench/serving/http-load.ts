import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { HttpOperation } from "./shop.ts";
import { makeBodies } from "./shop.ts";

/** Load over HTTP: keep-alive connections, each with one request at a time. */
export interface HttpLoadRequest {
  readonly type: "http";
  readonly port: number;
  /** Path of the endpoint. */
  readonly path: string;
  readonly operation: HttpOperation;
  readonly connections: number;
  readonly warmUpMs: number;
  readonly durationMs: number;
}

export interface HttpLoadFigures {
  readonly requestsPerSecond: number;
  readonly p50Us: number;
  readonly p99Us: number;
}

/** Rejects if an answer is no 200. */
export async function runHttpLoad(request: HttpLoadRequest): Promise<HttpLoadFigures> {
  const { port, path, operation, connections, warmUpMs, durationMs } = request;
  const messages = makeBodies(operation).map((body) =>
    Buffer.from(
      `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\naccept: */*\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    ),
  );
  const startsAtMs = performance.now() + warmUpMs;
  const endsAtMs = startsAtMs + durationMs;
  const tookUs: number[] = [];
  const runConnection = async (number: number): Promise<void> => {
    const socket = connect(port, "127.0.0.1").setNoDelay(true);
    await once(socket, "connect");
    await exchange(socket, {
      first: number,
      messages,
      onAnswer: (sentAtMs, nowMs) => {
        if (nowMs >= startsAtMs && nowMs < endsAtMs) tookUs.push((nowMs - sentAtMs) * 1_000);
        return nowMs < endsAtMs;
      },
    });
  };
  await Promise.all(Array.from({ length: connections }, (_, number) => runConnection(number * 13)));
  const sorted = Float64Array.from(tookUs).sort();
  return {
    requestsPerSecond: tookUs.length / (durationMs / 1_000),
    p50Us: sorted[Math.floor(sorted.length * 0.5)] ?? Number.NaN,
    p99Us: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN,
  };
}

interface Exchange {
  readonly first: number;
  readonly messages: readonly Buffer[];
  /** False ends it. */
  readonly onAnswer: (sentAtMs: number, nowMs: number) => boolean;
}

/** Reads no more of an answer than where it ends: what the load costs must not be what is measured. */
function exchange(socket: Socket, { first, messages, onAnswer }: Exchange): Promise<void> {
  return new Promise((resolve, reject) => {
    let next = first;
    let sentAtMs = 0;
    let missingBytes = 0;
    let head = "";
    const send = (): void => {
      sentAtMs = performance.now();
      socket.write(messages[next % messages.length] ?? "");
      next += 1;
    };
    socket.on("data", (chunk: Buffer) => {
      if (missingBytes === 0) {
        head += chunk.toString("latin1");
        const headEnd = head.indexOf("\r\n\r\n");
        if (headEnd < 0) return;
        const length = /\r\ncontent-length: (\d+)/i.exec(head.slice(0, headEnd + 2))?.[1];
        if (!head.startsWith("HTTP/1.1 200") || length === undefined) {
          socket.destroy(new Error(`Expected a 200 with its length, found ${head.slice(0, 300)}`));
          return;
        }
        missingBytes = Number(length) - (head.length - headEnd - 4);
        head = "";
      } else {
        missingBytes -= chunk.length;
      }
      if (missingBytes > 0) return;
      if (onAnswer(sentAtMs, performance.now())) send();
      else socket.end();
    });
    socket.on("error", reject);
    socket.on("close", () => resolve());
    send();
  });
}
