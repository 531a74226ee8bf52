import { isAscii } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { TextDecoder } from "node:util";
import type { BodyShapes } from "./body-shapes.ts";
import type { UnfinishedBodies } from "./unfinished-bodies.ts";

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
 * The body if all of it has come, or why it is refused; undefined if there is more to come. A short one has come with its
 * head. It is read without listeners: to add them, and to tell them, costs a point query a tenth of its time.
 */
export function takeBody(request: IncomingMessage, maxBytes: number): Buffer | RefusedBody | undefined {
  const refusal = refuseByHead(request, maxBytes);
  if (refusal !== undefined) return refusal;
  if (!request.complete) return undefined;
  if (request.readableLength > maxBytes) return tooLarge(maxBytes);
  const body: unknown = request.read();
  return Buffer.isBuffer(body) ? body : noBytes;
}

const noBytes = Buffer.alloc(0);

/**
 * Receives a body of at most `maxBytes` of which `takeBody` has said that there is more to come; more is refused as soon as
 * it is known, without reading on: the request is paused.
 */
export function receiveBody(
  request: IncomingMessage,
  { maxBytes, unfinished }: { readonly maxBytes: number; readonly unfinished: UnfinishedBodies },
  receiver: BodyReceiver,
): void {
  let chunks: Buffer[] = [];
  let bytes = 0;
  let isSettled = false;
  const settle = (tell: () => void): void => {
    if (isSettled) return;
    isSettled = true;
    held.end();
    tell();
    chunks = [];
  };
  const settleRefused = (refused: RefusedBody): void =>
    settle(() => {
      request.pause();
      receiver.onBody(refused);
    });
  const held = unfinished.open(() => settleRefused(noRoom));
  request.on("data", (chunk: Buffer) => {
    if (isSettled) return;
    bytes += chunk.length;
    chunks.push(chunk);
    if (bytes > maxBytes) settleRefused(tooLarge(maxBytes));
    else held.grow(chunk.length);
  });
  request.on("end", () => settle(() => receiver.onBody(Buffer.concat(chunks, bytes))));
  // Node tells of a broken connection by `error` and `close`, or by `close` alone. Who has no ear for `error`, falls.
  const onBroken = (error?: Error): void => settle(() => receiver.onBroken(error ?? makeBrokenError(request)));
  request.on("error", onBroken);
  request.on("close", onBroken);
}

/** What to say of a request whose connection broke before it was answered. */
export function makeBrokenError(request: IncomingMessage): Error {
  return request.errored ?? new Error("the connection closed before the request was answered");
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true });
const jsonType = /^application\/([\w.+-]+\+)?json\b/i;

/** Reads the body of a request as JSON. */
export type ReadJsonBody = (request: IncomingMessage, bytes: Buffer) => ReadBody;

/**
 * Creates what reads bodies as JSON (UTF-8), and remembers what their like said. One of another content type is an absent
 * one: Apollo Server says what it expects.
 */
export function createJsonReader(shapes: BodyShapes): ReadJsonBody {
  return ({ headers }, bytes) => {
    const type = headers["content-type"] ?? "";
    if (type !== "application/json" && !jsonType.test(type)) return { kind: "json", value: undefined };
    try {
      // The usual body is of ASCII, which takes a third of the time.
      const text = isAscii(bytes) ? bytes.toString("latin1") : strictUtf8.decode(bytes);
      const known = shapes.read(text);
      if (known !== undefined) return { kind: "json", value: known };
      const value: unknown = JSON.parse(text);
      shapes.learn(text, value);
      return { kind: "json", value };
    } catch (error) {
      return refuse(
        400,
        `Expected a body in JSON (UTF-8), found something else: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  };
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

const noRoom = refuse(
  408,
  "Expected room for all bodies that are coming, found too many that do not end; send the whole body without a pause.",
);

function refuse(status: number, message: string): RefusedBody {
  return { kind: "refused", status, message };
}
