import type { IncomingMessage } from "node:http";
import { TextDecoder } from "node:util";

/** Why a body is not taken. */
export interface RefusedBody {
  readonly kind: "refused";
  readonly status: number;
  readonly message: string;
}

/** What came of a request's body. */
export type ReadBody = { readonly kind: "json"; readonly value: unknown } | RefusedBody;

/** Who waits for a body: one of these is called, once. */
export interface BodyReceiver {
  /** All of it, or why it is refused. */
  onBody(body: Buffer | RefusedBody): void;
  /** The connection broke. */
  onBroken(error: Error): void;
}

/**
 * Receives a body of at most `maxBytes`; more is refused as soon as it is known, without reading on: the request is
 * paused. By events, since an iterator over the body costs a point query a tenth of its time; they stay heard, since to
 * take a listener away costs as much as to add it.
 */
export function receiveBody(request: IncomingMessage, maxBytes: number, receiver: BodyReceiver): void {
  const refusal = refuseByHead(request, maxBytes);
  if (refusal !== undefined) {
    receiver.onBody(refusal);
    return;
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  let isSettled = false;
  request.on("data", (chunk: Buffer) => {
    if (isSettled) return;
    bytes += chunk.length;
    chunks.push(chunk);
    if (bytes <= maxBytes) return;
    isSettled = true;
    request.pause();
    receiver.onBody(tooLarge(maxBytes));
  });
  request.on("end", () => {
    if (isSettled) return;
    isSettled = true;
    const [only] = chunks;
    receiver.onBody(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, bytes));
  });
  // Node tells of a broken connection by `error` and `close`, or by `close` alone. Who has no ear for `error`, falls.
  const onBroken = (error?: Error): void => {
    if (isSettled) return;
    isSettled = true;
    receiver.onBroken(error ?? request.errored ?? new Error("the connection closed before the body had come"));
  };
  request.on("error", onBroken);
  request.on("close", onBroken);
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true });
const jsonType = /^application\/([\w.+-]+\+)?json\b/i;

/** Reads a body as JSON. One of another content type is an absent one: Apollo Server says what it expects. */
export function parseJsonBody({ headers }: IncomingMessage, bytes: Buffer): ReadBody {
  const type = headers["content-type"] ?? "";
  if (type !== "application/json" && !jsonType.test(type)) return { kind: "json", value: undefined };
  try {
    return { kind: "json", value: JSON.parse(strictUtf8.decode(bytes)) };
  } catch (error) {
    return refuse(
      400,
      `Expected a body in JSON (UTF-8), found something else: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function refuseByHead({ headers }: IncomingMessage, maxBytes: number): RefusedBody | undefined {
  if (Number(headers["content-length"] ?? 0) > maxBytes) return tooLarge(maxBytes);
  const encoding = headers["content-encoding"] ?? "identity";
  if (encoding === "identity") return undefined;
  return refuse(
    415,
    `Expected a body without content-encoding, found ${JSON.stringify(encoding)}; send it uncompressed.`,
  );
}

function tooLarge(maxBytes: number): RefusedBody {
  return refuse(
    413,
    `Expected a body of at most ${maxBytes} bytes, found more; send less, or the operator of this gateway can raise \`limits.maxBodyBytes\`.`,
  );
}

function refuse(status: number, message: string): RefusedBody {
  return { kind: "refused", status, message };
}
