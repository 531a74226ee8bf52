import type { IncomingMessage } from "node:http";
import { TextDecoder } from "node:util";

/** What came of reading a request's body. */
export type ReadBody =
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "refused"; readonly status: number; readonly message: string };

const strictUtf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads a JSON body of at most `maxBytes`; more is refused as soon as it is known, without reading on. A body of
 * another content type is an absent one: Apollo Server says what it expects. Rejects only if the connection breaks.
 */
export async function readJsonBody(request: IncomingMessage, maxBytes: number): Promise<ReadBody> {
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) return tooLarge(maxBytes);
  const encoding = request.headers["content-encoding"] ?? "identity";
  if (encoding !== "identity") {
    return refuse(
      415,
      `Expected a body without content-encoding, found ${JSON.stringify(encoding)}; send it uncompressed.`,
    );
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    // A request without setEncoding gives buffers.
    const buffer = chunk as Buffer;
    bytes += buffer.length;
    if (bytes > maxBytes) return tooLarge(maxBytes);
    chunks.push(buffer);
  }
  const contentType = request.headers["content-type"] ?? "";
  if (!/^application\/([\w.+-]+\+)?json\b/i.test(contentType)) return { kind: "json", value: undefined };
  try {
    return { kind: "json", value: JSON.parse(strictUtf8.decode(Buffer.concat(chunks))) };
  } catch (error) {
    return refuse(
      400,
      `Expected a body in JSON (UTF-8), found something else: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function tooLarge(maxBytes: number): ReadBody {
  return refuse(
    413,
    `Expected a body of at most ${maxBytes} bytes, found more; send less, or the operator of this gateway can raise \`limits.maxBodyBytes\`.`,
  );
}

function refuse(status: number, message: string): ReadBody {
  return { kind: "refused", status, message };
}
