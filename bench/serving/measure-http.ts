import { isDeepStrictEqual } from "node:util";
import { loadHttp, type RunningServer, startServer } from "./child-processes.ts";
import type { HttpLoadFigures } from "./http-load.ts";
import type { ServerKind } from "./server-protocol.ts";
import type { ServingOptions } from "./serving-options.ts";
import { type HttpOperation, makeBodies, makeExpectedData } from "./shop.ts";

/** Figures of one server, a member for each round. */
export type HttpRounds<Kind extends string = string> = ReadonlyMap<Kind, readonly HttpLoadFigures[]>;

const pathOf = (kind: ServerKind): string => (kind === "apollo" ? "/" : "/graphql");

/** Measures the gateway and its references, taken in turns, each first in another round. Throws if one answers wrong. */
export async function measureHttp(
  operation: HttpOperation,
  { rounds, durationMs, connections }: ServingOptions,
  onProgress: (text: string) => void,
): Promise<HttpRounds<ServerKind>> {
  await using resources = new AsyncDisposableStack();
  const gateway = resources.use(await startServer({ kind: "gateway", answer: "" }));
  const answer = await ask(gateway, "gateway", operation);
  const reference = operation === "point" ? "bare" : "handwritten";
  const servers = new Map<ServerKind, RunningServer>([
    ["gateway", gateway],
    [reference, resources.use(await startServer({ kind: reference, answer }))],
    ["apollo", resources.use(await startServer({ kind: "apollo", answer: "" }))],
  ]);
  const kinds = [...servers.keys()];
  const figures = new Map<ServerKind, HttpLoadFigures[]>(kinds.map((kind) => [kind, []]));
  for (const [kind, server] of servers) {
    const { data } = JSON.parse(await ask(server, kind, operation));
    if (!isDeepStrictEqual(data, makeExpectedData(operation))) throw new Error(`Expected the right answer of ${kind}.`);
  }
  for (let round = -1; round < rounds; round += 1) {
    onProgress(round < 0 ? `${operation}: warming up` : `${operation}: round ${round + 1} of ${rounds}`);
    for (const at of kinds.keys()) {
      const kind = kinds[(at + round + kinds.length) % kinds.length] as ServerKind; // within
      const port = servers.get(kind)?.port ?? 0;
      const load = {
        type: "http",
        port,
        path: pathOf(kind),
        operation,
        connections,
        warmUpMs: 500,
        durationMs,
      } as const;
      const measured = await loadHttp(load);
      if (round >= 0) figures.get(kind)?.push(measured);
    }
  }
  return figures;
}

async function ask({ port }: RunningServer, kind: ServerKind, operation: HttpOperation): Promise<string> {
  const [body = ""] = makeBodies(operation);
  const url = `http://127.0.0.1:${port}${pathOf(kind)}`;
  const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  return await response.text();
}
