import { loadSockets, startServer } from "./child-processes.ts";
import type { ServerKind } from "./server-protocol.ts";
import type { ServingOptions } from "./serving-options.ts";
import type { SocketLoadFigures } from "./socket-load.ts";

export type SocketFigures = SocketLoadFigures & { readonly cpuUsPerMessage: number };

const kinds = ["gateway", "stock-sockets"] as const satisfies readonly ServerKind[];
const warmUpChanges = 30;

/** Measures one change stream to many subscribers, the gateway and stock graphql-ws in turns, each first in every other round. */
export async function measureSockets(
  { rounds, subscribers, changes }: ServingOptions,
  onProgress: (text: string) => void,
): Promise<ReadonlyMap<ServerKind, readonly SocketFigures[]>> {
  await using resources = new AsyncDisposableStack();
  const figures = new Map<ServerKind, SocketFigures[]>();
  const servers = [];
  for (const kind of kinds) {
    servers.push({ kind, server: resources.use(await startServer({ kind, answer: "" })) });
    figures.set(kind, []);
  }
  for (let round = 0; round < rounds; round += 1) {
    onProgress(`subscribers: round ${round + 1} of ${rounds}`);
    for (const { kind, server } of round % 2 === 0 ? servers : servers.toReversed()) {
      figures.get(kind)?.push(await loadSockets(server, { subscribers, warmUpChanges, changes }));
    }
  }
  return figures;
}
