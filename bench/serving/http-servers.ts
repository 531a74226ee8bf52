import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { BenchServer } from "./server-protocol.ts";
import { listMembers, orders } from "./shop.ts";

/** `node:http` that reads a POST and answers the same bytes whatever it says. */
export function startBareServer(answer: string): Promise<BenchServer> {
  return listen((_body, response) => sendJson(response, answer));
}

/** What somebody would write by hand for the list: parses the body, takes the page, picks members, JSON.stringify. */
export function startHandwrittenServer(): Promise<BenchServer> {
  return listen((body, response) => {
    const { query } = JSON.parse(body);
    if (typeof query !== "string") {
      response.writeHead(400).end();
      return;
    }
    sendJson(response, JSON.stringify({ data: { orders: { nodes: orders.slice(0, 100).map(listMembers) } } }));
  });
}

async function listen(onPost: (body: string, response: ServerResponse) => void): Promise<BenchServer> {
  const server = createServer((request, response) => readBody(request, (body) => onPost(body, response)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    change: () => undefined,
  };
}

function readBody(request: IncomingMessage, then: (body: string) => void): void {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => then(Buffer.concat(chunks).toString("utf8")));
}

function sendJson(response: ServerResponse, text: string): void {
  response.writeHead(200, {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}
