import { startApolloServer } from "./apollo-server.ts";
import { startGatewayServer } from "./gateway-server.ts";
import { startBareServer, startHandwrittenServer } from "./http-servers.ts";
import type { BenchServer, ServerCommand, ServerMessage, ServerRequest } from "./server-protocol.ts";
import { startStockSockets } from "./stock-sockets.ts";

/** One server, alone in its process, until whoever asked is gone. */
process.once("disconnect", () => process.exit(0));
// The cast is true because child-processes.ts writes the argument.
const request = JSON.parse(process.argv[2] ?? "") as ServerRequest;
const server = await start(request);
process.on("message", (command: ServerCommand) => {
  if (command.type === "change") server.change(command.note);
  else {
    const { user, system } = process.cpuUsage();
    send({ type: "cpu", cpuMs: (user + system) / 1_000 });
  }
});
send({ type: "listening", port: server.port });

function start({ kind, answer }: ServerRequest): Promise<BenchServer> {
  switch (kind) {
    case "gateway":
      return startGatewayServer();
    case "apollo":
      return startApolloServer();
    case "bare":
      return startBareServer(answer);
    case "handwritten":
      return startHandwrittenServer();
    case "stock-sockets":
      return startStockSockets();
  }
}

function send(message: ServerMessage): void {
  process.send?.(message);
}
